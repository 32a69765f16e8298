"""Paper slips (確認單): by which day they are to be back with the homeroom teacher."""

from datetime import date, datetime

from models.rulebooks import SlipRule
from models.rules.calendar import SchoolCalendar
from models.rules.taipei import last_day


def back_on(rule: SlipRule, closes_at: datetime, calendar: SchoolCalendar) -> date:
    """Return the day by which the slips of a window are to be back.

    Counted from the window's last day, by the rule's own clock.
    """
    return calendar.after(last_day(closes_at), rule.back)
