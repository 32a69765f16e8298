"""To the registrar: a pupil doubts a line of a receipt statement."""

from handlers import deadlines, labels
from handlers.actions import ShowSchool
from handlers.replies import Button, Card, Fact, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene


def query_raised(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say where the pupil sits, what the doubt is, and until when the window runs; no name."""
    raised = scene.about.queries[saying.facts["query_id"]]
    window = scene.window_of(saying)
    title = words.say(
        "A query about a receipt statement, {name}, until {deadline}",
        name=deadlines.name_of(words, window),
        deadline=words.deadline(window.closes_at),
    )
    blocks = (
        Fact(words.say("Pupil"), labels.seat(raised.class_name, raised.seat, words)),
        Fact(words.say("Reason"), labels.word(raised.reason, words)),
        Paragraph(
            words.say("The school looks into every query and answers the pupil."), quiet=True
        ),
    )
    buttons = (Button(words.say("See what waits"), ShowSchool(), Weight.PRIMARY),)
    return Reply(title, (Card(title, blocks, buttons, Tone.DUE),))
