"""To a pupil: a teacher has certified a work."""

from handlers.actions import ShowItem, ShowStatus
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene


def item_certified(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say which work was certified and what can be done with it; not a word about quality."""
    work = scene.about.verdicts[saying.facts["certification_id"]].work
    title = words.say("{course} “{title}” is certified", course=work.course, title=work.title)
    text = words.say(
        "It can be selected while selection is open. What is not selected is not sent to the "
        "central database."
    )
    buttons = (
        Button(words.say("See this work"), ShowItem(work.id), Weight.PRIMARY),
        Button(words.say("See my works"), ShowStatus(), Weight.QUIET),
    )
    return Reply(f"✅ {title}", (Card(title, (Paragraph(text),), buttons, Tone.DONE),))
