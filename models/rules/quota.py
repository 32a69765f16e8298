"""When a month of counted messages that is used up begins anew."""

from datetime import UTC, datetime, timedelta

from models.rules.months import COUNTED_IN, month_began

_INTO_THE_NEXT = timedelta(days=32)


def renews_at(now: datetime) -> datetime:
    """Return the first instant of the next counted month, in UTC."""
    later = month_began(now).astimezone(COUNTED_IN) + _INTO_THE_NEXT
    first = later.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.astimezone(UTC)
