"""To a pupil: the homeroom teacher points at something that is still open."""

from collections.abc import Callable
from dataclasses import replace

from handlers.replies import Paragraph, Reply
from handlers.words import Words
from models.queries.wanted import Saying
from models.vocabulary import NoticeKind, Stage
from scheduler.messages.receipt_due import receipt_due
from scheduler.messages.scene import Scene
from scheduler.messages.selection_due import selection_due
from scheduler.messages.upload_due import upload_due

_DUE: dict[Stage, tuple[NoticeKind, Callable[[Saying, Scene, Words], Reply]]] = {
    Stage.UPLOAD: (NoticeKind.UPLOAD_DUE, upload_due),
    Stage.SELECTION: (NoticeKind.SELECTION_DUE, selection_due),
    Stage.RECEIPT: (NoticeKind.RECEIPT_DUE, receipt_due),
}


def pupil_nudged(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say who reminds, and then all that the reminder itself would say."""
    kind, due = _DUE[scene.window_of(saying).stage]
    reply = due(saying, scene, scene.worded(kind, words))
    card = reply.cards[0]
    from_whom = Paragraph(words.say("Your homeroom teacher reminds you of this."))
    return replace(reply, cards=(replace(card, blocks=(from_whom, *card.blocks)),))
