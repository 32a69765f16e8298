"""To one pupil: the school gives more time, until a day of their own."""

from datetime import datetime

from handlers import deadlines
from handlers.actions import ShowHome
from handlers.replies import Button, Card, Fact, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from models.rules.taipei import last_moment
from scheduler.messages import phrases
from scheduler.messages.scene import Scene


def deadline_extended(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say the own date and everybody's, and that reminders follow the own one."""
    window = scene.window_of(saying)
    title = words.say(
        "{name}: your own deadline is {deadline}",
        name=deadlines.name_of(words, window),
        deadline=words.deadline(window.closes_at),
    )
    blocks = (
        Fact(
            words.say("Your deadline"),
            deadlines.until(words, window.closes_at, scene.now),
            at=last_moment(window.closes_at),
        ),
        Fact(
            words.say("Before"), words.deadline(datetime.fromisoformat(saying.facts["closed_at"]))
        ),
        Paragraph(
            words.say(
                "The school has given you more time. Reminders follow this date; after it, "
                "nothing can be changed any more."
            )
        ),
    )
    buttons = (Button(words.say("See what is open"), ShowHome(), Weight.PRIMARY),)
    return Reply(phrases.alarm(title), (Card(title, blocks, buttons, Tone.DUE),))
