"""To the registrar: the platform's data is too old for reminders that somebody has not done it."""

from datetime import datetime

from handlers import deadlines
from handlers.actions import ShowHome, ShowSchool
from handlers.replies import Button, Card, Fact, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene


def data_stale(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say how old the data is, which reminder was held back for how many, and what releases it."""
    facts = saying.facts
    window = scene.window_of(saying)
    title = words.count(
        "⏰ {window}: {n} reminder held back, the platform's data is old",
        "⏰ {window}: {n} reminders held back, the platform's data is old",
        facts["withheld"],
        window=deadlines.name_of(words, window),
    )
    blocks = (
        Fact(words.say("Data as of"), words.moment(datetime.fromisoformat(facts["data_at"]))),
        Fact(
            words.say("Your school's limit"),
            words.count("{n} day", "{n} days", facts["limit"]),
        ),
        deadlines.deadline_fact(words, window, scene.now),
        Paragraph(
            words.say(
                "Please export the works from the platform and import them (bot import works). "
                "Who still has something left is then reminded at once; the last day and the "
                "receipt are told in any case."
            )
        ),
    )
    buttons = (
        Button(words.say("The school at a glance"), ShowSchool(), Weight.PRIMARY),
        Button(words.say("To the overview"), ShowHome(), Weight.QUIET),
    )
    return Reply(title, (Card(title, blocks, buttons, Tone.DUE),))
