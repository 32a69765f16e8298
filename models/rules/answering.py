"""By when the office answers what people asked: by the school's rule, or by the usual one."""

from datetime import date, datetime, timedelta

from models.rulebooks import Lapse, Rulebook
from models.rules.calendar import SchoolCalendar
from models.rules.reminders import next_morning
from models.rules.taipei import day_of, instant

USUAL = Lapse(3)
"""How long an answer takes at most where the school's rules do not say."""
_A_SCHOOL_DAY_BEFORE = Lapse(-1, of_school=True)


def last_day(rulebook: Rulebook, since: datetime) -> date:
    """Return the last day on which the answer is in time."""
    limit = rulebook.answer_within
    calendar = SchoolCalendar(rulebook.school_days)
    return calendar.after(day_of(since), limit.within if limit else USUAL)


def days_left(rulebook: Rulebook, since: datetime, now: datetime) -> int:
    """Return how many days are left after today; below 0 it is overdue by so many."""
    return (last_day(rulebook, since) - day_of(now)).days


def owner_reminded_at(rulebook: Rulebook, since: datetime) -> datetime:
    """Return when whoever has taken it is reminded: the school morning before the last day."""
    calendar = SchoolCalendar(rulebook.school_days)
    day = calendar.after(last_day(rulebook, since), _A_SCHOOL_DAY_BEFORE)
    return next_morning(rulebook.reminders, calendar, instant(day))


def deputy_reminded_at(rulebook: Rulebook, since: datetime) -> datetime:
    """Return when whoever stands in is reminded: the last school morning that is in time."""
    calendar = SchoolCalendar(rulebook.school_days)
    after = last_day(rulebook, since) + timedelta(days=1)
    day = calendar.after(after, _A_SCHOOL_DAY_BEFORE)
    return next_morning(rulebook.reminders, calendar, instant(day))
