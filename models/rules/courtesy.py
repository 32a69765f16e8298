"""When one person may be told: not at night, not when they want none, the staff in their hours.

What cannot be said now waits for the next instant at which it can. It waits past its deadline only
for the night (decision 0005), or where nothing asks for it: staff are disturbed outside their hours
by nothing but what is required and would be over by then (decision 0019).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.rulebooks import QuietHours, ReminderPlan, Rulebook
from models.rules.calendar import SchoolCalendar
from models.rules.preferences import HOURS
from models.rules.quiet import is_quiet, next_allowed, next_on_duty, quiet_until
from models.rules.reminders import gathers_until
from models.rules.taipei import day_of
from models.vocabulary import NoticeKind, QuietChoice

ANSWERS = frozenset({NoticeKind.ANSWER_KEPT, NoticeKind.ACCOUNT_LINKED})
"""What follows from a person's own tap: no limit counts it, and it need not be in staff hours."""

OF_THE_MORNING = frozenset(
    {
        NoticeKind.CERTIFICATION_DUE,
        NoticeKind.CERTIFICATION_REQUESTED,
        NoticeKind.TEACHER_NUDGED,
        NoticeKind.CLASS_DIGEST,
        NoticeKind.OFFICE_DIGEST,
    }
)
"""What teachers, homeroom teachers and the office get on a digest morning, in one message."""


class Timed(Protocol):
    """What says for how long a notice can wait."""

    @property
    def kind(self) -> NoticeKind:
        """Return what it is."""

    @property
    def required(self) -> bool:
        """Return whether the law or the last day asks for it."""

    @property
    def deadline_at(self) -> datetime | None:
        """Return when it stops making sense, if ever."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How one person is to be treated: by the hours of their division, their post, their wish."""

    plan: ReminderPlan
    calendar: SchoolCalendar
    is_staff: bool = False
    quiet: QuietChoice = QuietChoice.SCHOOL


def next_told(notice: Timed, manners: Manners, at: datetime) -> datetime:
    """Return the first instant from `at` on at which this person may be told of a notice."""
    while (later := held_until(notice, manners, at)) > at:
        at = later
    return at


def message_told(notices: Iterable[Timed], manners: Manners, at: datetime) -> datetime:
    """Return the first instant from `at` on at which a message may leave that says all of these.

    One that may be said now takes the others along; the late answer to a tap is never held up.
    """
    said = tuple(notices)
    if any(each.kind is NoticeKind.ANSWER_KEPT for each in said):
        return at
    return min((next_told(each, manners, at) for each in said), default=at)


def everybody_may_be_told(rulebook: Rulebook, calendar: SchoolCalendar, now: datetime) -> bool:
    """Say whether an instant is in nobody's quiet hours, and the staff of a school are there."""
    return not any(is_quiet(now, hours) for hours in HOURS.values()) and all(
        not is_quiet(now, plan.quiet) and next_on_duty(now, plan.staff, calendar) == now
        for _, plan in rulebook.plans()
    )


def held_until(notice: Timed, manners: Manners, now: datetime) -> datetime:
    """Return until when a notice is held back at least; `now` where it may be said at once."""
    plan = manners.plan
    if is_quiet(now, plan.quiet):
        return quiet_until(now, plan.quiet)
    deadline = notice.deadline_at
    for until, passes in _reasons(notice, manners, now):
        if until > now and not (passes and deadline is not None and deadline <= until):
            return until
    return now


def _reasons(notice: Timed, manners: Manners, now: datetime) -> Iterator[tuple[datetime, bool]]:
    """Yield until when something holds a notice back, and whether what is over by then passes."""
    plan, calendar = manners.plan, manners.calendar
    own = HOURS.get(manners.quiet)
    if own is not None and is_quiet(now, own) and _leaves_time(own, manners):
        yield quiet_until(now, own), True
    if manners.is_staff and notice.kind not in ANSWERS:
        yield next_on_duty(now, plan.staff, calendar), notice.required
    if not notice.required and calendar.is_holiday(day_of(now)):
        yield next_allowed(now, plan.quiet, calendar, morning=plan.at), True
    if manners.is_staff and notice.kind in OF_THE_MORNING:
        yield gathers_until(plan, calendar, now), True


def _leaves_time(own: QuietHours, manners: Manners) -> bool:
    """Say whether a wish leaves a time of day to be told at; one that leaves none cannot be kept.

    Where some time is left, it begins where one of the hours that forbid it ends.
    """
    plan = manners.plan
    begins = {own.ends, plan.quiet.ends, plan.staff.starts}
    return any(
        not own.cover(clock)
        and not plan.quiet.cover(clock)
        and (not manners.is_staff or plan.staff.cover(clock))
        for clock in begins
    )
