"""To a pupil: a teacher has taken a decision back."""

from handlers.actions import ShowItem, ShowStatus
from handlers.replies import Button, Card, Paragraph, Reply, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene


def certification_withdrawn(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say that the work waits for certification again."""
    work = scene.about.works[saying.facts["outcome_id"]]
    title = words.say(
        "{course} “{title}”: the decision was taken back", course=work.course, title=work.title
    )
    text = words.say(
        "It waits for certification again. There is nothing you have to do; you will be told."
    )
    buttons = (
        Button(words.say("See this work"), ShowItem(work.id), Weight.PRIMARY),
        Button(words.say("See my works"), ShowStatus(), Weight.QUIET),
    )
    return Reply(title, (Card(title, (Paragraph(text),), buttons),))
