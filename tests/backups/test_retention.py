"""When a backup is due, and which ones are kept."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.backups.retention import kept, night_of
from models.rules.taipei import day_of
from tests.support.cast import taipei


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (taipei(2024, 10, 9, 2), taipei(2024, 10, 9, 2)),
        (taipei(2024, 10, 9, 1, 59), taipei(2024, 10, 8, 2)),
        (taipei(2024, 10, 9, 23, 59), taipei(2024, 10, 9, 2)),
        (taipei(2025, 1, 1), taipei(2024, 12, 31, 2)),
    ],
)
def test_a_night_lasts_until_the_next_one(now: datetime, night: datetime) -> None:
    """It begins at two in the morning by Taipei's clock: who slept then makes up for it later."""
    assert night_of(now) == night


def test_of_each_of_the_last_days_and_weeks_the_newest_is_kept() -> None:
    """Two a day for a month: seven days, and Sundays before them; days without one do not count."""
    noons = [taipei(2024, 9, 30, 12) + timedelta(days=day) for day in range(31)]
    mornings = [noon - timedelta(hours=5) for noon in noons]
    sundays = [noons[6], noons[13], noons[20], noons[27]]

    assert kept([*noons, *mornings], days=7, weeks=5) == {*noons[-7:], *sundays, noons[-1]}
    assert kept([noons[0], noons[30]], days=2, weeks=0) == {noons[0], noons[30]}
    assert kept([], days=7, weeks=5) == set()


FIRST = taipei(2024, 1, 1)
INSTANTS = st.integers(0, 17_000).map(lambda hours: FIRST + timedelta(hours=hours))


@given(st.lists(INSTANTS, max_size=40), st.integers(0, 5), st.integers(0, 5))
@settings(max_examples=60)
def test_what_is_kept_is_the_newest_of_its_day(
    made_at: list[datetime], days: int, weeks: int
) -> None:
    """Never more than asked for, never an older one of the same day, and the newest if anything."""
    keep = kept(made_at, days=days, weeks=weeks)

    assert len(keep) <= days + weeks
    newest = {day_of(each): each for each in sorted(made_at)}
    assert keep <= set(newest.values())
    assert not made_at or not days + weeks or max(made_at) in keep
