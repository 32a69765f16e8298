"""Taipei days and exclusive instants, whatever zone the machine lives in."""

import os
import time as clock
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.calendar import SchoolCalendar
from models.rules.reminders import all_occasions
from models.rules.roc import Term
from models.rules.taipei import day_of, days_left, end_of, instant, last_day, last_moment
from models.rules.timetable import derive
from tests.rules.rulebook_texts import shipped_rulebook, taipei

MILLISECOND = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("shift", "day"),
    [
        (-MILLISECOND, date(2025, 2, 3)),
        (timedelta(), date(2025, 2, 4)),
        (MILLISECOND, date(2025, 2, 4)),
    ],
)
def test_the_end_of_a_day_is_the_first_instant_of_the_next(shift: timedelta, day: date) -> None:
    """A millisecond before the end is inside, the end itself is not."""
    assert day_of(end_of(date(2025, 2, 3)) + shift) == day


def test_a_last_day_may_end_at_an_hour() -> None:
    """17:00 in Taipei is 09:00 UTC; the last day stays the same."""
    closes_at = end_of(date(2025, 2, 3), time(17))
    assert closes_at == taipei("2025-02-03 17:00")
    assert last_day(closes_at) == date(2025, 2, 3)


def test_midnight_is_shown_as_the_last_minute_of_the_day_before() -> None:
    """A window to the end of 2/3 is shown until 23:59."""
    shown = last_moment(end_of(date(2025, 2, 3)))
    assert shown.strftime("%Y-%m-%d %H:%M") == "2025-02-03 23:59"


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2025-01-31 23:59", 3),
        ("2025-02-01 00:00", 2),
        ("2025-02-02 23:59", 1),
        ("2025-02-03 00:00", 0),
        ("2025-02-03 23:59", 0),
        ("2025-02-04 00:00", -1),
    ],
)
def test_days_left_are_calendar_days_in_taipei(now: str, left: int) -> None:
    """0 is today; the hour of the day does not matter."""
    assert days_left(end_of(date(2025, 2, 3)), taipei(now)) == left


@given(st.dates(date(1980, 1, 1), date(2100, 1, 1)), st.none() | st.times(min_value=time(0, 1)))
def test_a_last_day_survives_the_way_through_its_instant(day: date, until: time | None) -> None:
    """Whatever hour a day ends at, the last day read back is that day."""
    minute = until.replace(second=0, microsecond=0) if until else None
    assert last_day(end_of(day, minute)) == day


@pytest.fixture(params=["UTC", "Asia/Taipei", "America/Los_Angeles"])
def host_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the machine live in a zone for the length of a test."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    clock.tzset()
    yield request.param
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    clock.tzset()


@pytest.mark.usefixtures("host_zone")
def test_windows_and_occasions_do_not_depend_on_the_host_s_zone() -> None:
    """The same instants come out wherever the machine thinks it is."""
    rulebook = shipped_rulebook()
    upload = derive(rulebook, Term("113-1"))[0]
    assert upload.closes_at.isoformat() == "2025-02-03T16:00:00+00:00"
    assert upload.opens_at == instant(date(2024, 8, 30))
    last = all_occasions(upload, rulebook.reminders, SchoolCalendar())[-1]
    assert last.due_at.isoformat() == "2025-02-02T23:30:00+00:00"
