"""LINE counts messages by the month in Japan, an hour ahead of Taipei."""

from datetime import datetime, timedelta

import pytest

from models.rules.months import month_began
from tests.support.cast import taipei


@pytest.mark.parametrize(
    ("now", "began"),
    [
        (taipei(2024, 9, 16, 10), taipei(2024, 8, 31, 23)),
        (taipei(2024, 8, 31, 23), taipei(2024, 8, 31, 23)),
        (taipei(2024, 8, 31, 23) - timedelta(microseconds=1), taipei(2024, 7, 31, 23)),
        (taipei(2025, 1, 1), taipei(2024, 12, 31, 23)),
    ],
)
def test_a_month_begins_at_midnight_in_japan(now: datetime, began: datetime) -> None:
    """At 23:00 of the last day in Taipei."""
    assert month_began(now) == began
