"""To a pupil who said nothing: the announced days are over, the statement is deemed confirmed."""

from handlers import deadlines
from handlers.actions import ShowHome, ShowReceipt
from handlers.receipt_cards import PAST
from handlers.replies import Button, Card, Paragraph, Reply, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene


def receipt_deemed_confirmed(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say what silence has done, when the days ended, and whom to ask."""
    window = scene.window_of(saying)
    title = words.say(
        "{name}: closed {deadline}, deemed confirmed",
        name=deadlines.name_of(words, window),
        deadline=words.deadline(window.closes_at),
    )
    blocks = (
        Paragraph(words.say(PAST)),
        Paragraph(words.say("If you think that something is wrong, talk to the registrar.")),
    )
    buttons = (
        Button(words.say("See the statement"), ShowReceipt(window.id), Weight.PRIMARY),
        Button(words.say("Home"), ShowHome(), Weight.QUIET),
    )
    return Reply(title, (Card(title, blocks, buttons),))
