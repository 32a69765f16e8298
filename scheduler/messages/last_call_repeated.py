"""To a pupil who did not answer in one chat: the last call about the receipt, in the other too."""

from dataclasses import replace

from handlers.replies import Paragraph, Reply
from handlers.words import Words
from models.queries.wanted import Saying
from models.vocabulary import NoticeKind
from scheduler.messages.receipt_due import receipt_due
from scheduler.messages.scene import Scene


def last_call_repeated(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say the last call as in the first chat, and why it comes here as well."""
    said = receipt_due(saying, scene, scene.worded(NoticeKind.RECEIPT_DUE, words))
    why = words.say("You did not tap anything in your other chat, so this comes here as well.")
    (card,) = said.cards
    blocks = (*card.blocks, Paragraph(why, quiet=True))
    return replace(said, cards=(replace(card, blocks=blocks),))
