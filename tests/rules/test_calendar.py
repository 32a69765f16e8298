"""School days: Taiwan's public calendar with a school's own exceptions."""

from datetime import date

import pytest

from models.rulebooks import SchoolDays
from models.rules.calendar import SchoolCalendar


@pytest.mark.parametrize(
    ("day", "school", "holiday"),
    [
        (date(2024, 10, 9), True, None),
        (date(2024, 10, 10), False, "國慶日"),
        (date(2024, 10, 12), False, None),
        (date(2025, 1, 27), False, "放假日（2025-02-08 補班）"),
        (date(2025, 1, 29), False, "春節"),
        (date(2025, 2, 8), True, None),
        (date(2025, 2, 9), False, None),
        (date(2025, 2, 28), False, "和平紀念日"),
    ],
)
def test_the_public_calendar_is_known(day: date, school: bool, holiday: str | None) -> None:
    """Holidays have names, weekends have none, and a make-up Saturday is a school day."""
    calendar = SchoolCalendar()
    assert calendar.is_school_day(day) is school
    assert calendar.holiday_name(day) == holiday
    assert calendar.is_holiday(day) is (holiday is not None)


def test_a_school_adds_days_off_and_days_on() -> None:
    """The school's own calendar wins over the public one."""
    off, on = date(2025, 11, 17), date(2025, 11, 15)
    calendar = SchoolCalendar(SchoolDays({off: "校慶補假"}, frozenset({on, date(2025, 12, 25)})))
    assert calendar.holiday_name(off) == "校慶補假"
    assert not calendar.is_school_day(off)
    assert calendar.is_school_day(on)
    assert calendar.is_school_day(date(2025, 12, 25))


def test_the_next_school_day_leaps_over_the_new_year_holiday() -> None:
    """After Friday 2025-01-24 school goes on on Monday 2025-02-03."""
    assert SchoolCalendar().next_school_day(date(2025, 1, 24)) == date(2025, 2, 3)
