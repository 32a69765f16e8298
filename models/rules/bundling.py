"""What one person is told together: the newest word on each subject, the most urgent first."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.vocabulary import NoticeKind

_KEYS = uuid.UUID("5b0c3d0e-6f0a-5d0c-9d3a-7a1f2c9be001")
"""The namespace of retry keys; changing it would let two builds say things twice."""

_ABOUT_PENDING_WORKS = frozenset(
    {NoticeKind.CERTIFICATION_DUE, NoticeKind.CERTIFICATION_REQUESTED, NoticeKind.TEACHER_NUDGED}
)
_ABOUT_A_WINDOW = frozenset(
    {
        NoticeKind.UPLOAD_DUE,
        NoticeKind.SELECTION_DUE,
        NoticeKind.RECEIPT_DUE,
        NoticeKind.RECEIPT_OPENED,
        NoticeKind.LAST_CALL_REPEATED,
        NoticeKind.PUPIL_NUDGED,
        NoticeKind.CLASS_DIGEST,
    }
)
_WEIGHT = {
    NoticeKind.CERTIFICATION_DUE: 3,
    NoticeKind.RECEIPT_DUE: 3,
    NoticeKind.TEACHER_NUDGED: 2,
    NoticeKind.UPLOAD_DUE: 2,
    NoticeKind.SELECTION_DUE: 2,
    NoticeKind.RECEIPT_OPENED: 2,
    NoticeKind.LAST_CALL_REPEATED: 2,
    NoticeKind.PUPIL_NUDGED: 1,
}
"""Among notices on one subject the heavier says more; among equals the later."""


class Urgent(Protocol):
    """What says how urgent a notice is."""

    @property
    def id(self) -> int:
        """Return the notice's id."""

    @property
    def required(self) -> bool:
        """Return whether the law or the last day asks for it."""

    @property
    def due_at(self) -> datetime:
        """Return when it fell due."""

    @property
    def deadline_at(self) -> datetime | None:
        """Return when it stops making sense, if ever."""


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that is due, as far as bundling has to know it.

    `shuns` are accounts that it must not go to: one refused it, or has been told already; it goes
    to the account `bound_to` where that is still open. What is held back for the month's messages
    goes only where they cost nothing.
    """

    id: int
    person_id: int
    kind: NoticeKind
    occasion: str
    window_id: int | None
    due_at: datetime
    deadline_at: datetime | None
    required: bool
    shuns: frozenset[int] = frozenset()
    bound_to: int | None = None
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one person is told in one message, and what that message makes superfluous."""

    told: tuple[Due, ...]
    superseded: tuple[Due, ...]


def bundle(dues: Iterable[Due]) -> Bundle:
    """Return one person's due notices as one message, the most urgent first."""
    newest: dict[object, Due] = {}
    superseded: list[Due] = []
    for due in sorted(dues, key=_says_more):
        older = newest.get(subject := _subject(due))
        if older is not None:
            superseded.append(older)
        newest[subject] = due
    return Bundle(tuple(sorted(newest.values(), key=urgency)), tuple(superseded))


def urgency(due: Urgent) -> tuple[bool, bool, datetime, int]:
    """Return the order in which one person's notices are shown: legal ones, then the nearest."""
    return (not due.required, due.deadline_at is None, due.deadline_at or due.due_at, due.id)


def retry_key(
    school_id: int,
    person_id: int,
    occasions: Sequence[str],
    channel: str,
    generation: int,
    *,
    restored: str = "",
) -> str:
    """Return the key of a message: the same for the same words, whoever bundles them.

    `restored` says when the database was put back, if ever: ids and occasions of the time that was
    lost come again with other words.
    """
    parts = [str(school_id), str(person_id), *sorted(occasions), channel, str(generation)]
    return str(uuid.uuid5(_KEYS, "\n".join([*parts, *([restored] if restored else [])])))


def _subject(due: Due) -> object:
    if due.kind in _ABOUT_PENDING_WORKS:
        return "pending works"
    if due.kind is NoticeKind.CLASS_DIGEST:
        return due.kind
    if due.kind in _ABOUT_A_WINDOW and due.window_id is not None:
        return due.window_id
    return due.occasion


def _says_more(due: Due) -> tuple[bool, int, datetime, int]:
    return (due.required, _WEIGHT.get(due.kind, 0), due.due_at, due.id)
