"""Refusals: what a person may not do now. Each is a value with the facts its sentence needs.

handlers/refusals.py turns every one of them into a courteous sentence that names the clause.
"""

from dataclasses import dataclass
from datetime import datetime

from models.vocabulary import AnnouncementState, ItemKind, Stage


class DomainError(Exception):
    """A person may not do this now: the transaction rolls back and a sentence says why."""


@dataclass(eq=False)
class NotLinked(DomainError):
    """This chat account belongs to nobody yet."""


@dataclass(eq=False)
class NotYours(DomainError):
    """The thing is absent, or belongs to somebody else: the two look the same from outside."""


@dataclass(eq=False)
class NotInGroup(DomainError):
    """Names and works are not shown in a group; this goes one to one."""


@dataclass(eq=False)
class WindowClosed(DomainError):
    """The window of this stage is over; its end was an exclusive instant."""

    stage: Stage
    closed_at: datetime


@dataclass(eq=False)
class WindowNotOpen(DomainError):
    """The window of this stage has not begun, or none is planned (`opens_at` is None)."""

    stage: Stage
    opens_at: datetime | None


@dataclass(eq=False)
class TooManySelected(DomainError):
    """The pupil's year already holds as many selected works as may be (要點四(二)2, 四(三)2)."""

    kind: ItemKind
    cap: int


@dataclass(eq=False)
class NotCertified(DomainError):
    """Only certified course outcomes can be selected (要點四(二)1)."""

    title: str


@dataclass(eq=False)
class AlreadyDone(DomainError):
    """The same thing was done before, by a second tap or another card; nothing changed."""


@dataclass(eq=False)
class AlreadyDecided(DomainError):
    """A certification was decided before this tap: says by whom and when."""

    title: str
    decision: str
    by_name: str
    by_actor: bool
    decided_at: datetime


@dataclass(eq=False)
class Outdated(DomainError):
    """The card was drawn before something changed; the fresh card follows."""


@dataclass(eq=False)
class UndoTooLate(DomainError):
    """A decision can be taken back only for a few minutes."""

    minutes: int


@dataclass(eq=False)
class SelectedMeanwhile(DomainError):
    """The pupil selected the work after it was certified, so the certification stays."""

    title: str


@dataclass(eq=False)
class NotReady(DomainError):
    """The work cannot be sent for certification in its present state (for example no file yet)."""

    title: str


@dataclass(eq=False)
class NudgedRecently(DomainError):
    """This reminder was sent a short while ago; says when the next may go."""

    next_at: datetime


@dataclass(eq=False)
class NobodyToNudge(DomainError):
    """Everybody has decided: there is nobody to remind."""


@dataclass(eq=False)
class NotAQuery(DomainError):
    """A wish to improve the work does not reopen the statement (school rule, see `clause`)."""

    clause: str


@dataclass(eq=False)
class AlreadyConfirmed(DomainError):
    """The statement was confirmed earlier."""

    confirmed_at: datetime


@dataclass(eq=False)
class AlreadySettled(DomainError):
    """The office settled this query before; its first word stays."""

    settled_at: datetime


@dataclass(eq=False)
class NothingToAppeal(DomainError):
    """Nobody refused to certify this work, and the time for it has not run out."""


@dataclass(eq=False)
class AlreadyAppealed(DomainError):
    """The same matter was raised before; the school looks into it once."""

    raised_at: datetime


@dataclass(eq=False)
class CodeRefused(DomainError):
    """The joining code is unknown, used, expired, or not for this account: one sentence for all."""


@dataclass(eq=False)
class JoiningPaused(DomainError):
    """So many wrong codes were typed, in this chat or at the whole school, that none is read."""

    until: datetime
    at_school: bool


@dataclass(eq=False)
class AlreadyLinked(DomainError):
    """This chat account is linked to a person; it must be unlinked first."""


@dataclass(eq=False)
class SnoozedTooFar(DomainError):
    """Tomorrow morning would be too late: the reminder cannot be put off past the deadline."""

    closes_at: datetime


@dataclass(eq=False)
class StaysRequired(DomainError):
    """The reminders of this stage are required and cannot be silenced (114函 point 6)."""

    stage: Stage


@dataclass(eq=False)
class NothingReminded(DomainError):
    """No reminder of a window that is still open was sent, so there is none to put off."""


@dataclass(eq=False)
class ExtensionTooShort(DomainError):
    """An extension must end later than everybody's deadline, and later than now."""

    closes_at: datetime


@dataclass(eq=False)
class ExtensionTooLate(DomainError):
    """An extension may not end later than the school's own rules allow; `clause` says so."""

    latest: datetime
    clause: str


@dataclass(eq=False)
class ExtensionInUse(DomainError):
    """The window is over for everybody else, so the extra time may have been used already."""


@dataclass(eq=False)
class TooManyQuestions(DomainError):
    """This person's questions for the office are used up for today."""

    at_most: int
    again_at: datetime


@dataclass(eq=False)
class AlreadyAnswered(DomainError):
    """The question was answered before; the first answer stays."""

    answered_at: datetime


@dataclass(eq=False)
class AnnouncementMovedOn(DomainError):
    """Somebody did something with this message to the school meanwhile; says where it stands."""

    state: AnnouncementState


@dataclass(eq=False)
class AnnouncementChanged(DomainError):
    """The message to the school has another content than the one that was looked at."""


@dataclass(eq=False)
class NotTheAuthor(DomainError):
    """Only who wrote a message to the school asks for its approval."""


@dataclass(eq=False)
class SecondPersonNeeded(DomainError):
    """Nobody approves their own message to the school."""


@dataclass(eq=False)
class AnnouncementAuthorGone(DomainError):
    """Who wrote this message to the school is no registrar any more."""
