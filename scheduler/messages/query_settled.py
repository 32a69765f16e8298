"""To a pupil: the office has settled a query about a line of the receipt statement."""

from handlers import labels
from handlers.actions import ShowHome, ShowReceipt
from handlers.replies import Block, Button, Card, Fact, Paragraph, Reply, Tone, Weight
from handlers.words import N_, Words
from models.queries.spoken import Settled
from models.queries.wanted import Saying
from models.vocabulary import QueryState
from scheduler.messages.scene import Scene

_CORRECTED = N_(
    "The office has corrected it. The next round of the receipt statement shows it: please check "
    "it there once more."
)
_NOT_SATISFIED = N_("If it still seems wrong to you, please speak to the registrar.")


def query_settled(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say what the doubt was and what came of it: corrected, or explained in the office's words."""
    settled = scene.about.settled[saying.facts["query_id"]]
    corrected = settled.state is QueryState.CORRECTED
    about = settled.title or words.say("a missing work")
    title = (
        words.say("Query corrected: {about}", about=about)
        if corrected
        else words.say("Query explained: {about}", about=about)
    )
    blocks: tuple[Block, ...] = (
        Fact(words.say("You doubted"), labels.word(settled.reason, words)),
        Fact(words.say("Raised"), words.moment(settled.raised_at)),
        *_outcome(settled, words),
    )
    buttons = (
        Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY),
        Button(words.say("See the statement"), ShowReceipt(0)),
    )
    return Reply(title, (Card(title, blocks, buttons, Tone.DONE),))


def _outcome(settled: Settled, words: Words) -> tuple[Paragraph, ...]:
    said = (Paragraph(settled.explanation),) if settled.explanation else ()
    if settled.state is QueryState.CORRECTED:
        return (*said, Paragraph(words.say(_CORRECTED)))
    return (*said, Paragraph(words.say(_NOT_SATISFIED), quiet=True))
