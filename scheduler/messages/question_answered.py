"""To whoever asked: the office has answered a question that the bot could not answer."""

from handlers.actions import ShowHome
from handlers.replies import Button, Card, Fact, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene

_LONGEST_TITLE = 24


def question_answered(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say what was asked, when, and the office's answer in its own words."""
    asked = scene.about.answers[saying.facts["question_id"]]
    title = words.say("The office has answered: {question}", question=_short(asked.wording))
    blocks = (
        Fact(words.say("Asked on"), words.moment(asked.asked_at)),
        Paragraph(asked.wording, quiet=True),
        Paragraph(asked.answer),
    )
    buttons = (Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY),)
    return Reply(title, (Card(words.say("Answer of the office"), blocks, buttons, Tone.DONE),))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1]}…"
