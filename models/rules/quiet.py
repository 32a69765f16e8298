"""When nothing is sent: at night, on a holiday if it can wait, to the staff outside their hours."""

from datetime import datetime, time, timedelta

from models.rulebooks import QuietHours, Rulebook, StaffHours
from models.rules.calendar import SchoolCalendar
from models.rules.taipei import clock_of, day_of, instant

_DAY = timedelta(days=1)


def is_quiet(at: datetime, quiet: QuietHours) -> bool:
    """Say whether an instant lies in the quiet hours."""
    return quiet.cover(clock_of(at))


def is_night(at: datetime, rulebook: Rulebook) -> bool:
    """Say whether nobody at all of a school may be told at an instant."""
    return all(is_quiet(at, plan.quiet) for _, plan in rulebook.plans())


def quiet_until(at: datetime, quiet: QuietHours) -> datetime:
    """Return the next end of the quiet hours that cover an instant."""
    ends_at = instant(day_of(at), quiet.ends)
    return ends_at if at < ends_at else instant(day_of(at) + _DAY, quiet.ends)


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


def next_on_duty(at: datetime, hours: StaffHours, calendar: SchoolCalendar) -> datetime:
    """Return the first instant from `at` on that lies in the staff's hours on a school day."""
    day = day_of(at)
    if calendar.is_school_day(day):
        if hours.cover(clock_of(at)):
            return at
        if clock_of(at) < hours.starts:
            return instant(day, hours.starts)
    return instant(calendar.next_school_day(day), hours.starts)
