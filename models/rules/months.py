"""The month in which messages are counted: it begins on the first, midnight in Japan."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

COUNTED_IN = ZoneInfo("Asia/Tokyo")


def month_began(now: datetime) -> datetime:
    """Return the instant at which the counted month of `now` began, in UTC."""
    first = now.astimezone(COUNTED_IN).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.astimezone(UTC)


def month_of(at: datetime) -> str:
    """Return the counted month of an instant, such as 2026-11."""
    return at.astimezone(COUNTED_IN).strftime("%Y-%m")
