"""A message to the whole school: whom it can be for, and the two people who let it out.

Who wrote it asks, somebody else with the registrar's role approves, and until it leaves either can
call it back. The approval is of one text to one audience at one time: another one is asked anew.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from models.errors import (
    AnnouncementAuthorGone,
    AnnouncementChanged,
    AnnouncementMovedOn,
    NotTheAuthor,
    SecondPersonNeeded,
)
from models.vocabulary import AnnouncementState

UNDO_MINUTES = 10
"""How long an approved message waits by default, so that it can be called back."""
WORTH_SAYING_FOR = timedelta(days=7)
"""How long after it was to leave a message is still said; what finds no room by then is not."""
LONGEST_TITLE = 60
LONGEST_WORDING = 1000
"""Signs of a text: with title, link and sender it fits one message on every channel."""
LONGEST_LINK = 500


class Hearers(StrEnum):
    """Who of a part of the school is meant."""

    PUPILS = "pupils"
    HOMEROOM_TEACHERS = "homeroom_teachers"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a message is for; empty parts do not narrow it, several narrow one another.

    Of the staff a part of the school means those who teach or lead a class there.
    """

    hearers: frozenset[Hearers]
    divisions: tuple[str, ...] = ()
    grades: tuple[int, ...] = ()
    class_ids: tuple[int, ...] = ()

    @property
    def is_whole_school(self) -> bool:
        """Say whether no part of the school is named."""
        return not (self.divisions or self.grades or self.class_ids)

    def as_data(self) -> dict[str, Any]:
        """Return it as it is stored: the same for the same audience."""
        return {
            "hearers": sorted(self.hearers),
            "divisions": sorted(self.divisions),
            "grades": sorted(self.grades),
            "class_ids": sorted(self.class_ids),
        }


def audience_of(data: Mapping[str, Any]) -> Audience:
    """Return a stored audience."""
    return Audience(
        frozenset(Hearers(each) for each in data["hearers"]),
        tuple(data["divisions"]),
        tuple(data["grades"]),
        tuple(data["class_ids"]),
    )


@dataclass(frozen=True, slots=True)
class Content:
    """All that somebody approves: the words, for whom, and when they leave."""

    title: str
    wording: str
    link: str
    audience: Audience
    wanted_at: datetime | None
    undo_minutes: int

    @property
    def digest(self) -> str:
        """Return what tells this content from every other."""
        wanted = self.wanted_at.timestamp() if self.wanted_at else None
        parts = [self.title, self.wording, self.link, self.audience.as_data(), wanted]
        said = json.dumps([*parts, self.undo_minutes], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


class Deed(StrEnum):
    """What somebody does with a message to the school."""

    WRITE = "write"
    DISCARD = "discard"
    ASK = "ask"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    CALL_BACK = "call_back"
    STOP = "stop"


_WRITABLE = frozenset(
    {AnnouncementState.DRAFT, AnnouncementState.ASKED, AnnouncementState.SENT_BACK}
)
_FROM = {
    Deed.WRITE: _WRITABLE,
    Deed.DISCARD: _WRITABLE,
    Deed.ASK: frozenset({AnnouncementState.DRAFT}),
    Deed.APPROVE: frozenset({AnnouncementState.ASKED}),
    Deed.SEND_BACK: frozenset({AnnouncementState.ASKED}),
    Deed.CALL_BACK: frozenset({AnnouncementState.APPROVED}),
    Deed.STOP: frozenset({AnnouncementState.LEAVING}),
}
_TO = {
    Deed.WRITE: AnnouncementState.DRAFT,
    Deed.ASK: AnnouncementState.ASKED,
    Deed.APPROVE: AnnouncementState.APPROVED,
    Deed.SEND_BACK: AnnouncementState.SENT_BACK,
    Deed.CALL_BACK: AnnouncementState.DRAFT,
    Deed.STOP: AnnouncementState.STOPPED,
}


_BOUND = frozenset({Deed.WRITE, Deed.ASK, Deed.APPROVE})
"""What somebody does with a content that they have seen, and with no other."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a message stands; `author_may` is whether who wrote it is still a registrar.

    `same_person` are other accounts of its author, where the school knows who they are.
    """

    state: AnnouncementState
    author_id: int
    author_may: bool
    digest: str
    same_person: frozenset[int] = frozenset()


def check(deed: Deed, at: Standing, actor_id: int, seen: str) -> None:
    """Let a registrar do something with a message, or refuse it.

    `seen` is the digest of what the actor has looked at. Raises AnnouncementMovedOn where somebody
    did something meanwhile, AnnouncementChanged where its content is another than was seen,
    NotTheAuthor and SecondPersonNeeded where it is not theirs to do, AnnouncementAuthorGone where
    its author is no registrar any more.
    """
    if at.state not in _FROM[deed]:
        raise AnnouncementMovedOn(at.state)
    if deed is Deed.ASK and actor_id != at.author_id:
        raise NotTheAuthor
    is_author = actor_id == at.author_id or actor_id in at.same_person
    if deed in (Deed.APPROVE, Deed.SEND_BACK) and is_author:
        raise SecondPersonNeeded
    if deed in _BOUND and seen != at.digest:
        raise AnnouncementChanged
    if deed is Deed.APPROVE and not at.author_may:
        raise AnnouncementAuthorGone


def state_after(deed: Deed, at: Standing, actor_id: int, seen: str = "") -> AnnouncementState:
    """Return where a message stands after a deed; refuses as `check` does. A discarded one is gone.

    Raises KeyError for discarding.
    """
    check(deed, at, actor_id, seen)
    return _TO[deed]


def leaves_at(approved_at: datetime, undo_minutes: int, wanted_at: datetime | None) -> datetime:
    """Return when the first message may leave: never before the time to call it back is over."""
    earliest = approved_at + timedelta(minutes=undo_minutes)
    return earliest if wanted_at is None else max(earliest, wanted_at)
