"""A pupil's appeal about a certification: what it can be about, and once about each matter."""

from dataclasses import dataclass
from datetime import datetime

from models.errors import AlreadyAppealed, AlreadySettled, NothingToAppeal
from models.vocabulary import AppealState, OutcomeState

LONGEST = 500
"""How much of a pupil's own words is kept."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What an appeal would be about: the work's state, and the return that holds, if any.

    A work that the platform says was returned has no decision here. `requested_at` is when it was
    sent for certification, `closes_at` the end of certification for this pupil (exclusive); either
    is None where there is none.
    """

    state: OutcomeState
    certification_id: int | None
    requested_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last appeal about the same work."""

    state: AppealState
    certification_id: int | None
    raised_at: datetime


def is_doubtful(matter: Matter, now: datetime) -> bool:
    """Say whether there is something to appeal against: a return, or no decision in time.

    K12EA letter of 2025, point 2(三): who doubts a certification can say so to the school.
    """
    if matter.state is OutcomeState.RETURNED:
        return True
    overdue = matter.closes_at is not None and matter.closes_at <= now
    return matter.state is OutcomeState.AWAITING and overdue


def is_same(matter: Matter, earlier: Earlier) -> bool:
    """Say whether the last appeal was about this very matter, and not an earlier one."""
    if matter.certification_id is not None or earlier.certification_id is not None:
        return matter.certification_id == earlier.certification_id
    return matter.requested_at is None or matter.requested_at <= earlier.raised_at


def appeal(matter: Matter, earlier: Earlier | None, now: datetime) -> None:
    """Raise unless an appeal can be raised now.

    NothingToAppeal where nothing was refused and no time has run out; AlreadyAppealed where the
    same matter waits for its answer or has got it.
    """
    if earlier is not None and (earlier.state is AppealState.OPEN or is_same(matter, earlier)):
        raise AlreadyAppealed(earlier.raised_at)
    if not is_doubtful(matter, now):
        raise NothingToAppeal


def settle(state: AppealState, settled_at: datetime | None, raised_at: datetime) -> None:
    """Raise AlreadySettled unless an appeal still waits for the office: the first word stays."""
    if state is not AppealState.OPEN:
        raise AlreadySettled(settled_at or raised_at)
