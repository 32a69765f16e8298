"""When nothing is sent: at night, and on public holidays where what is due can wait."""

from datetime import datetime, time, timedelta

from models.rulebooks import QuietHours
from models.rules.calendar import SchoolCalendar
from models.rules.taipei import clock_of, day_of, instant

_DAY = timedelta(days=1)


def is_quiet(at: datetime, quiet: QuietHours) -> bool:
    """Say whether an instant lies in the quiet hours."""
    return quiet.cover(clock_of(at))


def next_allowed(
    at: datetime,
    quiet: QuietHours,
    calendar: SchoolCalendar,
    *,
    past_holidays: bool = True,
    morning: time | None = None,
) -> datetime:
    """Return the first instant from `at` on when something may be sent.

    What falls in the night or on a holiday waits for the next `morning` (the end of the quiet
    hours by default). Ordinary weekends are no holidays. With `past_holidays` false only the night
    holds it back.
    """
    resumes = quiet.ends if morning is None or quiet.cover(morning) else morning
    while True:
        day = day_of(at)
        if past_holidays and calendar.is_holiday(day):
            at = instant(day + _DAY, resumes)
        elif is_quiet(at, quiet):
            at = instant(day if clock_of(at) < resumes else day + _DAY, resumes)
        else:
            return at
