"""What a calendar shows of a window: the day it opens, and when it closes, as events.

A deadline is an exclusive instant. One at midnight is shown as its last whole day, so that no
phone shows the day after; one at an hour as the hour before it. Alarms ring by day: the evening
before and the morning of the last day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from models.rules.taipei import clock_of, day_of, instant, last_day

EVENING, MORNING = time(18), time(8)
SHOWN = timedelta(hours=1)
"""How long before its hour a deadline begins in a calendar."""
KEPT = timedelta(days=200)
"""How long after its end a window stays in a calendar."""
_DAY = timedelta(days=1)


class Edge(StrEnum):
    """Which end of a window an event is about."""

    OPENS = "opens"
    CLOSES = "closes"


@dataclass(frozen=True, slots=True)
class Dated:
    """The dates of a window as they hold for one person.

    `version` grows with every change of them; `changed_at` is when the last one was made.
    """

    id: int
    opens_at: datetime
    closes_at: datetime
    version: int
    changed_at: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a calendar: whole days, or from one instant to another; the end is exclusive.

    `uid` stays the same as long as the window is there, so that a moved date moves the entry.
    """

    uid: str
    edge: Edge
    starts: date | datetime
    ends: date | datetime
    alarms: tuple[datetime, ...]
    sequence: int
    changed_at: datetime
    cancelled: bool

    @property
    def is_whole_day(self) -> bool:
        """Say whether it fills its day, and has no hour."""
        return not isinstance(self.starts, datetime)

    @property
    def starts_at(self) -> datetime:
        """Return the instant at which it begins in Taipei."""
        return self.starts if isinstance(self.starts, datetime) else instant(self.starts)


def events_of(window: Dated) -> Iterator[Event]:
    """Yield the events of a window: its opening, unless that is its last day too, and its close."""
    first, last = day_of(window.opens_at), last_day(window.closes_at)
    if first != last:
        yield _event(window, Edge.OPENS, first, first + _DAY)
    alarms = tuple(_alarms(window))
    if clock_of(window.closes_at) == time.min:
        yield _event(window, Edge.CLOSES, last, last + _DAY, alarms)
    else:
        starts_at = max(window.opens_at, window.closes_at - SHOWN)
        yield _event(window, Edge.CLOSES, starts_at, window.closes_at, alarms)


def is_shown(closes_at: datetime, now: datetime) -> bool:
    """Say whether a window is in calendars still: those of long ago would only weigh."""
    return now < closes_at + KEPT


def _alarms(window: Dated) -> Iterator[datetime]:
    last = last_day(window.closes_at)
    for at in (instant(last - _DAY, EVENING), instant(last, MORNING)):
        if window.opens_at <= at < window.closes_at:
            yield at


def _event(
    window: Dated,
    edge: Edge,
    starts: date | datetime,
    ends: date | datetime,
    alarms: tuple[datetime, ...] = (),
) -> Event:
    return Event(
        uid=f"{window.id}-{edge}",
        edge=edge,
        starts=starts,
        ends=ends,
        alarms=() if window.cancelled else alarms,
        sequence=window.version,
        changed_at=window.changed_at,
        cancelled=window.cancelled,
    )
