"""To everybody whom it touches: a deadline has moved."""

from datetime import datetime

from handlers import deadlines
from handlers.actions import ShowHome
from handlers.replies import Button, Card, Fact, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from models.rules.taipei import last_moment
from scheduler.messages import phrases
from scheduler.messages.scene import Scene


def deadline_moved(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say the new date and the old one, and that what was done stays done."""
    window = scene.window_of(saying)
    title = words.say(
        "{name}: the deadline is now {deadline}",
        name=deadlines.name_of(words, window),
        deadline=words.deadline(window.closes_at),
    )
    blocks = (
        Fact(
            words.say("New deadline"),
            deadlines.until(words, window.closes_at, scene.now),
            at=last_moment(window.closes_at),
        ),
        Fact(
            words.say("Before"), words.deadline(datetime.fromisoformat(saying.facts["closed_at"]))
        ),
        Paragraph(words.say("What you have done stays as it is.")),
    )
    buttons = (Button(words.say("See what is open"), ShowHome(), Weight.PRIMARY),)
    return Reply(phrases.alarm(title), (Card(title, blocks, buttons, Tone.DUE),))
