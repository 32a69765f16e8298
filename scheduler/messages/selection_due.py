"""To a pupil: the selection for submission closes."""

from handlers import labels
from handlers.actions import AskToFinishSelection, ShowSelection
from handlers.data_time import data_line
from handlers.replies import Block, Button, Card, Fact, Paragraph, Reply, Tone, Weight
from handlers.words import N_, Words
from models.queries.spoken import Chosen
from models.queries.wanted import Saying
from models.rules.taipei import last_moment
from models.vocabulary import ItemKind
from scheduler.messages import phrases
from scheduler.messages.scene import Scene

UNSELECTED = N_(
    "What is not selected is not sent to the central database. How many you select, or none, is "
    "your choice."
)


def selection_due(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say what is selected of what may be, and that what is not selected is not submitted."""
    window = scene.window_of(saying)
    chosen = scene.about.chosen.get((saying.person_id, window.id), Chosen())
    title = phrases.closing(words, window, scene.now)
    caps = scene.rulebook.caps_for(chosen.division, chosen.grade)
    counts = {ItemKind.OUTCOME: chosen.outcomes, ItemKind.PERFORMANCE: chosen.performances}
    blocks: list[Block] = [
        Fact(
            labels.word(kind, words),
            words.say("{part} of {whole}", part=counts[kind], whole=caps.selected(kind).at_most),
        )
        for kind in ItemKind
    ]
    if chosen.certified > chosen.outcomes:
        blocks.append(
            Paragraph(
                words.count(
                    "One certified work is not selected.",
                    "{n} certified works are not selected.",
                    chosen.certified - chosen.outcomes,
                )
            )
        )
    blocks.append(Paragraph(words.say(UNSELECTED)))
    blocks += data_line(words, scene.data_at)
    buttons = (
        Button(
            words.say("Go on selecting"),
            ShowSelection(window.id, ItemKind.OUTCOME),
            Weight.PRIMARY,
        ),
        Button(words.say("Select performances"), ShowSelection(window.id, ItemKind.PERFORMANCE)),
        Button(words.say("That is my selection"), AskToFinishSelection(window.id), Weight.QUIET),
        phrases.done_elsewhere(words, window),
        *phrases.later(words, window, scene.now),
    )
    return Reply(
        phrases.alarm(title),
        (Card(title, tuple(blocks), buttons, Tone.DUE, last_moment(window.closes_at)),),
    )
