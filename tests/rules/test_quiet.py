"""Quiet hours and holidays: when something may be sent."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rulebooks import QuietHours, SchoolDays
from models.rules.calendar import SchoolCalendar
from models.rules.quiet import is_quiet, next_allowed
from models.rules.taipei import day_of
from tests.rules.rulebook_texts import TAIPEI, taipei

NIGHT = QuietHours(time(21), time(7))
CALENDAR = SchoolCalendar()

instants = st.datetimes(
    datetime.fromisoformat("2024-01-01"),
    datetime.fromisoformat("2027-12-01"),
    timezones=st.just(TAIPEI),
)
nights = st.builds(QuietHours, st.times(), st.times())


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        ("2025-02-03 20:59", "2025-02-03 20:59"),
        ("2025-02-03 21:00", "2025-02-04 07:00"),
        ("2025-02-04 00:00", "2025-02-04 07:00"),
        ("2025-02-04 06:59", "2025-02-04 07:00"),
        ("2025-02-04 07:00", "2025-02-04 07:00"),
        ("2025-02-08 12:00", "2025-02-08 12:00"),
        ("2025-01-26 22:00", "2025-02-01 07:00"),
        ("2025-01-29 12:00", "2025-02-01 07:00"),
    ],
)
def test_the_night_and_holidays_wait_for_the_next_morning(at: str, allowed: str) -> None:
    """A weekend does not hold anything back; the New Year holiday does, from 1/27 to 1/31."""
    assert next_allowed(taipei(at), NIGHT, CALENDAR) == taipei(allowed)


@pytest.mark.parametrize(
    ("at", "allowed"),
    [("2025-01-29 12:00", "2025-01-29 12:00"), ("2025-01-29 00:00", "2025-01-29 07:00")],
)
def test_what_cannot_wait_is_held_back_by_the_night_alone(at: str, allowed: str) -> None:
    """A holiday is no obstacle to it."""
    assert next_allowed(taipei(at), NIGHT, CALENDAR, past_holidays=False) == taipei(allowed)


def test_the_morning_can_be_set() -> None:
    """What waits for the morning is sent with that morning's reminders."""
    allowed = next_allowed(taipei("2025-02-03 22:00"), NIGHT, CALENDAR, morning=time(7, 30))
    assert allowed == taipei("2025-02-04 07:30")


@pytest.mark.parametrize(
    ("starts", "ends", "quiet"),
    [(time(21), time(7), True), (time(12), time(13), False), (time(7), time(7), False)],
)
def test_quiet_hours_may_or_may_not_span_midnight(starts: time, ends: time, quiet: bool) -> None:
    """Equal ends mean no quiet hours at all."""
    assert is_quiet(taipei("2025-02-03 23:00"), QuietHours(starts, ends)) is quiet


@given(instants, nights, st.booleans(), st.none() | st.times())
def test_nothing_is_allowed_inside_quiet_hours_or_earlier_than_asked(
    at: datetime, night: QuietHours, past_holidays: bool, morning: time | None
) -> None:
    """The answer is never earlier, never quiet, never on a holiday, and allowed itself."""
    allowed = next_allowed(at, night, CALENDAR, past_holidays=past_holidays, morning=morning)
    assert allowed >= at
    assert not is_quiet(allowed, night)
    assert not (past_holidays and CALENDAR.is_holiday(day_of(allowed)))
    again = next_allowed(allowed, night, CALENDAR, past_holidays=past_holidays, morning=morning)
    assert again == allowed


def test_a_school_s_own_day_off_holds_back_too() -> None:
    """The calendar is the school's."""
    calendar = SchoolCalendar(SchoolDays({date(2025, 11, 17): "校慶補假"}))
    at = taipei("2025-11-17 07:30")
    assert next_allowed(at, NIGHT, calendar) == taipei("2025-11-18 07:00")
    assert next_allowed(at + timedelta(days=1), NIGHT, calendar) == at + timedelta(days=1)
