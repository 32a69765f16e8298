"""Certifying a work, returning it, and taking either back (114函 point 2).

A certification says that this pupil made this work in this course. It says nothing about quality
or marks, so a return has one of four closed reasons and nothing else.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from models.errors import (
    AlreadyDecided,
    AlreadyDone,
    Outdated,
    SelectedMeanwhile,
    UndoTooLate,
    WindowNotOpen,
)
from models.rules.opening import Span, require_open
from models.vocabulary import CertificationDecision, OutcomeState, Stage

CLAUSE = "114函 2"

STATE_AFTER = {
    CertificationDecision.CERTIFIED: OutcomeState.CERTIFIED,
    CertificationDecision.RETURNED: OutcomeState.RETURNED,
}
"""What a decision makes of the work that waited for it."""

DIGEST_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """The work that a teacher decides about, and the version of it that the card showed."""

    title: str
    state: OutcomeState
    version: int
    seen: int


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision that stands about a work: what, by whom, when."""

    decision: CertificationDecision
    by_id: int
    by_name: str
    decided_at: datetime


class ForCertifiers(Span, Protocol):
    """A certification window with those of whom it speaks."""

    @property
    def term_id(self) -> int:
        """Return the term of the works."""

    @property
    def grades(self) -> Collection[int]:
        """Return the grades of the pupils."""

    @property
    def division(self) -> str | None:
        """Return the division of the pupils, or None for all."""


W = TypeVar("W", bound=ForCertifiers)


def window_for(windows: Iterable[W], term_id: int, grade: int, division: str) -> W | None:
    """Return the window in which works of such pupils are certified; of several the longest."""
    fitting = [
        window
        for window in windows
        if window.term_id == term_id
        and grade in window.grades
        and window.division in {None, division}
    ]
    return max(fitting, key=lambda window: window.closes_at, default=None)


def require_window(window: Span | None, now: datetime) -> None:
    """Raise unless certification is open now: WindowNotOpen, or WindowClosed from its end on."""
    if window is None:
        raise WindowNotOpen(Stage.CERTIFICATION, None)
    require_open(window, now)


def decide(
    asked: Asked,
    decision: CertificationDecision,
    *,
    standing: Decided | None,
    window: Span | None,
    by_id: int,
    now: datetime,
) -> OutcomeState:
    """Return the state after a teacher's decision.

    Raises AlreadyDecided where one stands, Outdated where the work no longer waits or changed
    after the card was drawn, and WindowClosed or WindowNotOpen outside the window.
    """
    if asked.state in STATE_AFTER.values() and standing is not None:
        raise AlreadyDecided(
            title=asked.title,
            decision=standing.decision.value,
            by_name=standing.by_name,
            by_actor=standing.by_id == by_id,
            decided_at=standing.decided_at,
        )
    if asked.state is not OutcomeState.AWAITING or asked.version != asked.seen:
        raise Outdated
    require_window(window, now)
    return STATE_AFTER[decision]


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision that its teacher wants to take back, and how its work stands today."""

    title: str
    decision: CertificationDecision
    decided_at: datetime
    withdrawn: bool
    state: OutcomeState
    selected: bool


def withdraw(taken: Taken, *, window: Span | None, minutes: int, now: datetime) -> OutcomeState:
    """Return the state after a decision was taken back: the work waits again.

    Raises AlreadyDone for a second tap, UndoTooLate after the minutes of the rulebook, Outdated
    where the pupil went on meanwhile, SelectedMeanwhile where the work was selected.
    """
    if taken.withdrawn:
        raise AlreadyDone
    if now >= undo_until(taken.decided_at, minutes):
        raise UndoTooLate(minutes)
    if taken.state is not STATE_AFTER[taken.decision]:
        raise Outdated
    if taken.selected:
        raise SelectedMeanwhile(taken.title)
    require_window(window, now)
    return OutcomeState.AWAITING


def undo_until(decided_at: datetime, minutes: int) -> datetime:
    """Return the first instant at which a decision can no longer be taken back."""
    return decided_at + timedelta(minutes=minutes)


def list_digest(shown: Iterable[tuple[int, int]]) -> str:
    """Return a short check over the (id, version) pairs of a list, in whatever order."""
    text = ",".join(f"{outcome_id}.{version}" for outcome_id, version in sorted(shown))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def check_list(
    asked: tuple[int, str],
    *,
    waiting: Collection[tuple[int, int]],
    last_batch: Collection[tuple[int, int]],
) -> None:
    """Raise unless the list that was looked at is the list that waits.

    `waiting` are the works of such a list now; `last_batch` those that this teacher decided last,
    with the versions they had before: a second tap on the same list raises AlreadyDone, any other
    difference Outdated.
    """
    if waiting and asked == (len(waiting), list_digest(waiting)):
        return
    if last_batch and asked == (len(last_batch), list_digest(last_batch)):
        raise AlreadyDone
    raise Outdated
