"""When people are told about a window: as it opens, days before its end, and after a receipt.

Pure arithmetic: a planner asks what falls due in (after, until], so that intervals that follow one
another never say anything twice and never leave anything out. What is not said stays in the answer
with its fate, for the ledger.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from models.rulebooks import ReminderPlan
from models.rules.calendar import SchoolCalendar
from models.rules.quiet import next_allowed, next_on_duty
from models.rules.taipei import day_of, instant, last_day
from models.vocabulary import Stage

_DAY = timedelta(days=1)
_AN_HOUR = timedelta(hours=1)


class RemindedWindow(Protocol):
    """What a window must say of itself to be reminded of; `term` is shown as 113-1."""

    @property
    def stage(self) -> Stage:
        """Return the stage."""

    @property
    def term(self) -> object:
        """Return the term; its text is 113-1."""

    @property
    def round(self) -> int:
        """Return the round, 1 where there is only one."""

    @property
    def division(self) -> str | None:
        """Return the division's key, None for the whole school."""

    @property
    def opens_at(self) -> datetime:
        """Return the first instant inside."""

    @property
    def closes_at(self) -> datetime:
        """Return the first instant outside."""


class Moment(StrEnum):
    """Which moment of a window an occasion marks."""

    OPENED = "opened"
    REMINDER = "reminder"
    CLOSED = "closed"


class Fate(StrEnum):
    """What becomes of an occasion: it falls due, or there is a reason why it does not."""

    DUE = "due"
    SUPERSEDED = "superseded"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Occasion:
    """A moment at which people are told about a window.

    The key holds the closing date: a deadline that moves makes new occasions. `due_at` is after
    deferral. A required occasion (receipt, last day) cannot be muted, and no holiday holds it back.
    """

    key: str
    moment: Moment
    offset_days: int | None
    nominal_at: datetime
    due_at: datetime
    required: bool
    fate: Fate = Fate.DUE
    superseded_by: str | None = None

    @property
    def falls_at(self) -> datetime:
        """When the planner meets it: as it is due, or when a dropped one would have been."""
        return self.due_at if self.fate is Fate.DUE else self.nominal_at


@dataclass(frozen=True, slots=True)
class Digest:
    """A morning on which homeroom teachers get their class digest."""

    key: str
    due_at: datetime


def occasions(
    window: RemindedWindow,
    plan: ReminderPlan,
    calendar: SchoolCalendar,
    after: datetime,
    until: datetime,
) -> tuple[Occasion, ...]:
    """Return the window's occasions that fall in (after, until], in their order."""
    falling = (
        each for each in all_occasions(window, plan, calendar) if after < each.falls_at <= until
    )
    return tuple(sorted(falling, key=lambda each: (each.falls_at, each.nominal_at, each.key)))


def all_occasions(
    window: RemindedWindow, plan: ReminderPlan, calendar: SchoolCalendar
) -> tuple[Occasion, ...]:
    """Return every occasion of a window, also those that are dropped, in nominal order."""
    opened = _occasion(window, plan, calendar, window.opens_at, moment=Moment.OPENED)
    kept = [_settled(opened, (), window)]
    reminders = _reminders(window, plan, calendar)
    for place, reminder in enumerate(reminders):
        rivals = [*reversed(reminders[place + 1 :]), *([opened] if opened.required else [])]
        kept.append(_settled(reminder, rivals, window))
    if window.stage is Stage.RECEIPT:
        kept.append(_occasion(window, plan, calendar, window.closes_at, moment=Moment.CLOSED))
    return tuple(kept)


def next_occasion(
    windows: Iterable[RemindedWindow],
    plan: ReminderPlan,
    calendar: SchoolCalendar,
    after: datetime,
) -> Occasion | None:
    """Return the first occasion of any window that falls due later than `after`."""
    coming = (
        each
        for window in windows
        for each in all_occasions(window, plan, calendar)
        if each.fate is Fate.DUE and each.due_at > after
    )
    return min(coming, key=lambda each: (each.due_at, each.key), default=None)


def digests(
    plan: ReminderPlan, calendar: SchoolCalendar, after: datetime, until: datetime
) -> tuple[Digest, ...]:
    """Return the digest mornings in (after, until].

    One that falls on a day off moves to the next school day, where it joins that day's own.
    """
    found = []
    day = day_of(after)
    while day <= day_of(until):
        due_at = instant(day, plan.digest.at)
        if after < due_at <= until and _has_digest(day, plan, calendar):
            found.append(Digest(f"digest/{day}", due_at))
        day += _DAY
    return tuple(found)


def next_morning(plan: ReminderPlan, calendar: SchoolCalendar, now: datetime) -> datetime:
    """Return the next time of reminders on a school day, after `now`: when an office reads."""
    day, at = day_of(now), _staff_morning(plan)
    if instant(day, at) <= now or not calendar.is_school_day(day):
        day = calendar.next_school_day(day)
    return instant(day, at)


def gathers_until(plan: ReminderPlan, calendar: SchoolCalendar, now: datetime) -> datetime:
    """Return until when a digest morning gathers what is said to the staff; `now` at other times.

    What comes within the hour before the digest waits for it, and both for reminders that follow
    within an hour: who gets several of these gets them as one message.
    """
    today = day_of(now)
    digest_at, reminders_at = instant(today, plan.digest.at), instant(today, _staff_morning(plan))
    if not digest_at - _AN_HOUR <= now < digest_at + _AN_HOUR:
        return now
    if not _has_digest(today, plan, calendar):
        return now
    if now < digest_at:
        return digest_at
    return reminders_at if now < reminders_at <= digest_at + _AN_HOUR else now


def _staff_morning(plan: ReminderPlan) -> time:
    """Return the time of reminders for the staff: not before their hours begin."""
    return max(plan.at, plan.staff.starts)


def _reminders(
    window: RemindedWindow, plan: ReminderPlan, calendar: SchoolCalendar
) -> list[Occasion]:
    """Return the reminders before the last day, the earliest first; none before the opening."""
    closes_on = last_day(window.closes_at)
    nominal = {
        days: instant(closes_on - timedelta(days=days), plan.at)
        for days in plan.days_before[window.stage]
    }
    return [
        _occasion(window, plan, calendar, at, days=days)
        for days, at in nominal.items()
        if at >= window.opens_at
    ]


def _occasion(
    window: RemindedWindow,
    plan: ReminderPlan,
    calendar: SchoolCalendar,
    nominal_at: datetime,
    *,
    moment: Moment = Moment.REMINDER,
    days: int | None = None,
) -> Occasion:
    required = window.stage is Stage.RECEIPT or days == 0
    name = moment.value if days is None else f"D-{days}"
    closes_on = last_day(window.closes_at)
    where = window.division or "all"
    due_at = next_allowed(
        nominal_at, plan.quiet, calendar, past_holidays=not required, morning=plan.at
    )
    if window.stage is Stage.CERTIFICATION:
        on_duty_at = next_on_duty(due_at, plan.staff, calendar)
        due_at = due_at if required and on_duty_at >= window.closes_at else on_duty_at
    return Occasion(
        key=f"{window.term}/{window.stage}/{where}/{window.round}/{closes_on}/{name}",
        moment=moment,
        offset_days=days,
        nominal_at=nominal_at,
        due_at=due_at,
        required=required,
    )


def _settled(occasion: Occasion, rivals: Iterable[Occasion], window: RemindedWindow) -> Occasion:
    """Return the occasion with its fate: dropped where another says as much no later than it.

    The last day is never dropped for another: it is the last call.
    """
    if occasion.offset_days != 0:
        for rival in rivals:
            together = rival.due_at == occasion.due_at
            overtaken = rival.due_at < occasion.due_at and rival.nominal_at > occasion.nominal_at
            if (together or overtaken) and rival.due_at < window.closes_at:
                return replace(occasion, fate=Fate.SUPERSEDED, superseded_by=rival.key)
    if occasion.due_at >= window.closes_at:
        return replace(occasion, fate=Fate.TOO_LATE)
    return occasion


def _has_digest(day: date, plan: ReminderPlan, calendar: SchoolCalendar) -> bool:
    """Say whether a school day is a digest morning, or the first one after a missed morning."""
    if not calendar.is_school_day(day):
        return False
    while day.weekday() not in plan.digest.weekdays:
        day -= _DAY
        if calendar.is_school_day(day):
            return False
    return True


def is_over(key: str, now: datetime) -> bool:
    """Say whether nobody is told of an occasion any more: its day is past.

    What follows the end is told whenever it may.
    """
    try:
        *_, closes_on, name = key.rsplit("/", 2)
        day = date.fromisoformat(closes_on)
    except ValueError:
        return False
    return name != Moment.CLOSED and day_of(now) > day
