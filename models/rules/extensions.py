"""One pupil's own deadline: later than everybody's, with a reason, and for nobody else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from models.errors import AlreadyDone, ExtensionInUse, ExtensionTooLate, ExtensionTooShort
from models.rulebooks import ExtensionRule
from models.rules.calendar import SchoolCalendar
from models.rules.opening import Span
from models.rules.taipei import clock_of, end_of, last_day
from models.vocabulary import Stage

EXTENDABLE = (Stage.UPLOAD, Stage.CERTIFICATION, Stage.SELECTION, Stage.RECEIPT)
"""Submission is the office's own task: no pupil has a deadline in it."""


@dataclass(frozen=True, slots=True)
class LateEnd:
    """How late an extension of a window may end by the school's rules (exclusive), and by which."""

    at: datetime
    rule: ExtensionRule


def extend(span: Span, until: datetime, now: datetime, late: LateEnd | None = None) -> None:
    """Raise unless `until` (exclusive) gives more time than everybody has, and no more than agreed.

    ExtensionTooShort gives the end it must come after, ExtensionTooLate the school's latest end;
    without a rule of the school there is none.
    """
    if until <= span.closes_at or until <= now:
        raise ExtensionTooShort(max(span.closes_at, now))
    if late is not None and until > late.at:
        raise ExtensionTooLate(late.at, str(late.rule.clause))


def end_on(day: date, closes_at: datetime) -> datetime:
    """Return the end of an extension to a day: at the hour at which the window itself ends."""
    clock = clock_of(closes_at)
    return end_of(day, None if clock == time.min else clock)


def late_end(rule: ExtensionRule, closes_at: datetime, calendar: SchoolCalendar) -> LateEnd:
    """Return how late an own end may be of a window that ends at `closes_at` for everybody."""
    day = calendar.after(last_day(closes_at), rule.within)
    return LateEnd(end_on(day, closes_at), rule)


def earliest(late: Iterable[LateEnd | None]) -> LateEnd | None:
    """Return the latest end that all of several pupils may have; None where no rule says."""
    return min((each for each in late if each), key=lambda each: each.at, default=None)


FOLLOWS = {Stage.UPLOAD: Stage.CERTIFICATION, Stage.SELECTION: Stage.SUBMISSION}
"""Which stage has to come after a stage's own end: what is late cannot be certified, or sent."""


def take_back(closes_at: datetime, revoked_at: datetime | None, now: datetime) -> None:
    """Raise unless more time can be taken back: only while nobody can have needed it yet.

    `closes_at` is the end of the window for everybody. AlreadyDone where it was taken back before,
    ExtensionInUse where the window has ended for the others.
    """
    if revoked_at is not None:
        raise AlreadyDone
    if now >= closes_at:
        raise ExtensionInUse


def latest(closes_at: datetime, own_closes_at: datetime | None) -> datetime:
    """Return the end that holds for a pupil: an extension never takes time away."""
    return closes_at if own_closes_at is None else max(closes_at, own_closes_at)
