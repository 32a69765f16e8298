"""When things happened at the demonstration school, and when the demonstration begins."""

from datetime import date, datetime, time, timedelta
from random import Random

from models.rules.roc import Term
from models.rules.taipei import instant

LAST = Term("112-2")
THIS = Term("113-1")

STARTS_AT = instant(date(2024, 9, 16), time(7, 30))
"""A Monday morning, ten minutes before the class digest; 112-2 can be selected until Friday."""

TERM_STARTED_ON = date(2024, 8, 30)
LAST_TERM = date(2024, 2, 19), date(2024, 7, 12)
THIS_TERM = date(2024, 9, 2), date(2024, 9, 14)


def some_time(dice: Random, since: date, until: date) -> datetime:
    """Return an instant between two days, when pupils are awake."""
    day = since + timedelta(days=dice.randrange((until - since).days + 1))
    return instant(day, time(dice.randrange(8, 22), dice.randrange(60), dice.randrange(60)))


def later(dice: Random, than: datetime, *, days: int, until: datetime) -> datetime:
    """Return an instant up to so many days later, before `until`."""
    latest = min(than + timedelta(days=days), until)
    return than + (latest - than) * dice.random()
