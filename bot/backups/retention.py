"""When a backup is due, and which ones are kept; pure."""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from models.rules.taipei import day_of, instant

BEGINS = time(2, 0)
"""When the night's backup is made, in Taipei: in everybody's quiet hours."""
DAYS, WEEKS = 14, 8
"""Of how many days and of how many weeks the newest backup is kept, unless told otherwise."""
_DAY = timedelta(days=1)


def night_of(now: datetime) -> datetime:
    """Return when the latest night's backup was to begin: a machine that slept makes up for it."""
    tonight = instant(day_of(now), BEGINS)
    return tonight if tonight <= now else instant(day_of(now) - _DAY, BEGINS)


def kept(made_at: Collection[datetime], *, days: int, weeks: int) -> set[datetime]:
    """Return which backups to keep: the newest of each of the last days and weeks that have one.

    Days and weeks (from Monday) are Taipei's. Those without a backup do not count, so that an
    installation that rested for a year keeps what it has.
    """
    by_day, by_week = {}, {}
    for each in sorted(made_at):
        by_day[day_of(each)] = each
        by_week[day_of(each).isocalendar()[:2]] = each
    newest_days = sorted(by_day.values())[-days:] if days else []
    newest_weeks = sorted(by_week.values())[-weeks:] if weeks else []
    return {*newest_days, *newest_weeks}
