"""To a pupil: the school has looked into an appeal about a certification, and this came of it."""

from handlers import labels, steps
from handlers.actions import ShowHome, ShowItem
from handlers.replies import Block, Button, Card, Fact, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from models.vocabulary import AppealState
from scheduler.messages.scene import Scene


def appeal_settled(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say which work it was about, when it was raised, and the office's answer in its own words."""
    looked = scene.about.appeals[saying.facts["appeal_id"]]
    granted = looked.state is AppealState.GRANTED
    work = steps.named(looked.work.course, looked.work.title, words)
    title = (
        words.say("Your appeal was granted: {work}", work=work)
        if granted
        else words.say("Your appeal was answered: {work}", work=work)
    )
    blocks: list[Block] = [
        Fact(words.say("Raised"), words.moment(looked.raised_at)),
        Fact(words.say("Outcome"), labels.word(looked.state, words)),
        Paragraph(looked.explanation),
    ]
    if not granted:
        blocks.append(
            Paragraph(
                words.say("If it still seems wrong to you, please speak to the registrar."),
                quiet=True,
            )
        )
    buttons = (
        Button(words.say("See the work"), ShowItem(looked.work.id), Weight.PRIMARY),
        Button(words.say("To the overview"), ShowHome(), Weight.QUIET),
    )
    return Reply(title, (Card(title, tuple(blocks), buttons, Tone.DONE),))
