"""What is honestly known of something that was to be said: accepted, answered, or not sent.

A channel tells that it took a message, never that somebody saw it (features.md, N13). What a person
tapped afterwards is all that is known of their reading.
"""

from enum import StrEnum

from models.vocabulary import NoticeKind


class Ending(StrEnum):
    """What became of a notice, as far as anybody knows."""

    WAITING = "waiting"
    HELD = "held"
    ON_ITS_WAY = "on_its_way"
    ACCEPTED = "accepted"
    SEEN = "seen"
    ACTED = "acted"
    ON_PAPER = "on_paper"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


ASKS_FOR: dict[NoticeKind, tuple[str, ...]] = {
    NoticeKind.UPLOAD_DUE: ("requested certification", "decided upload", "said done"),
    NoticeKind.CERTIFICATION_DUE: ("certified", "returned"),
    NoticeKind.CERTIFICATION_REQUESTED: ("certified", "returned"),
    NoticeKind.TEACHER_NUDGED: ("certified", "returned"),
    NoticeKind.SELECTION_DUE: ("selected", "unselected", "decided selection", "said done"),
    NoticeKind.RECEIPT_OPENED: ("confirmed receipt", "raised query"),
    NoticeKind.RECEIPT_DUE: ("confirmed receipt", "raised query"),
    NoticeKind.LAST_CALL_REPEATED: ("confirmed receipt", "raised query"),
    NoticeKind.ITEM_RETURNED: ("requested certification",),
    NoticeKind.PUPIL_NUDGED: (
        "requested certification",
        "decided upload",
        "selected",
        "decided selection",
        "confirmed receipt",
        "raised query",
        "said done",
    ),
    NoticeKind.CLASS_DIGEST: ("nudged class",),
    NoticeKind.OFFICE_DIGEST: ("settled query", "answered question"),
}
"""The deeds of the audit by which somebody does what a notice asked for."""
