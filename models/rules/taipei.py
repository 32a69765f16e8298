"""Days and instants in Taiwan: days belong to Asia/Taipei, instants are aware and in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TAIPEI = ZoneInfo("Asia/Taipei")
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def day_of(at: datetime) -> date:
    """Return the day in Taipei on which an instant falls."""
    return at.astimezone(TAIPEI).date()


def clock_of(at: datetime) -> time:
    """Return the time of day in Taipei at an instant."""
    return at.astimezone(TAIPEI).time()


def instant(day: date, clock: time = time.min) -> datetime:
    """Return the instant of a time of day in Taipei, in UTC."""
    return datetime.combine(day, clock, TAIPEI).astimezone(UTC)


def end_of(day: date, clock: time | None = None) -> datetime:
    """Return the exclusive instant at which a last day ends: at `clock`, or at its midnight."""
    return instant(day + _DAY) if clock is None else instant(day, clock)


def last_moment(closes_at: datetime) -> datetime:
    """Return the last whole minute before an exclusive instant, in Taipei time, for display."""
    return (closes_at - _MINUTE).astimezone(TAIPEI)


def last_day(closes_at: datetime) -> date:
    """Return the last day on which something is possible that closes at an exclusive instant."""
    return last_moment(closes_at).date()


def days_left(closes_at: datetime, now: datetime) -> int:
    """Return the calendar days from today to the last day: 0 is today, negative is over."""
    return (last_day(closes_at) - day_of(now)).days
