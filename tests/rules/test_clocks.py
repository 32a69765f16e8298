"""Calendar days and school days, hours of opening and closing, and days off moved over."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rulebooks import Lapse, SchoolDays
from models.rules.calendar import SchoolCalendar
from models.rules.roc import Term
from models.rules.timetable import PlannedWindow, derive
from tests.rules.rulebook_texts import small, taipei

CALENDAR = SchoolCalendar(
    SchoolDays({date(2025, 11, 17): "校慶補假"}, frozenset({date(2025, 11, 15)}))
)
DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))
COUNTS = st.integers(1, 30)
TERM = '[terms."114-1"]\nterm_start = 2025-09-01\nclosing_ceremony = 2026-01-20'


def one_window(*lines: str, published: str = "") -> PlannedWindow:
    """Return the only window of a school with one upload rule."""
    rule = ("[[windows]]", 'stage = "upload"', 'clause = "第七點"', *lines)
    (window,) = derive(small(*rule, TERM, published), Term("114-1"))
    return window


@pytest.mark.parametrize(
    ("day", "lapse", "expected"),
    [
        (date(2025, 11, 13), Lapse(3), date(2025, 11, 16)),
        (date(2025, 11, 13), Lapse(-3), date(2025, 11, 10)),
        (date(2025, 11, 13), Lapse(0, of_school=True), date(2025, 11, 13)),
        (date(2025, 11, 13), Lapse(1, of_school=True), date(2025, 11, 14)),
        (date(2025, 11, 13), Lapse(2, of_school=True), date(2025, 11, 15)),
        (date(2025, 11, 13), Lapse(3, of_school=True), date(2025, 11, 18)),
        (date(2025, 11, 18), Lapse(-1, of_school=True), date(2025, 11, 15)),
        (date(2025, 11, 16), Lapse(1, of_school=True), date(2025, 11, 18)),
    ],
)
def test_days_are_counted_on_one_of_two_clocks(day: date, lapse: Lapse, expected: date) -> None:
    """The day itself never counts; the school's own days on and off do."""
    assert CALENDAR.after(day, lapse) == expected


@given(DAYS, COUNTS)
def test_so_many_school_days_later_lie_exactly_so_many_school_days(day: date, n: int) -> None:
    """Counted one by one, the last of them being the day that comes out; and back again."""
    after = CALENDAR.after(day, Lapse(n, of_school=True))
    between = [day + timedelta(days=i) for i in range(1, (after - day).days + 1)]
    assert sum(map(CALENDAR.is_school_day, between)) == n
    assert CALENDAR.is_school_day(after)
    back = CALENDAR.after(after, Lapse(-n, of_school=True))
    assert back == day if CALENDAR.is_school_day(day) else back < day


@given(DAYS, COUNTS)
def test_a_length_counts_its_first_day_where_school_is_open(first: date, n: int) -> None:
    """Three school days from a Monday end on Wednesday, from a Sunday as well."""
    last = CALENDAR.last_of(first, Lapse(n, of_school=True))
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    assert sum(map(CALENDAR.is_school_day, days)) == n
    assert CALENDAR.last_of(first, Lapse(n)) == first + timedelta(days=n - 1)


@pytest.mark.parametrize(
    ("closes", "last_day"),
    [
        ('closes = { anchor = "term_start", school_days = 5 }', date(2025, 9, 8)),
        ('closes = { anchor = "term_start", weeks = 1, school_days = -1 }', date(2025, 9, 5)),
        ("lasts_school_days = 5", date(2025, 9, 5)),
        ("lasts_days = 5", date(2025, 9, 5)),
        ('closes = { anchor = "term_start", days = 5 }', date(2025, 9, 6)),
        (
            'closes = { anchor = "term_start", days = 5 }\nif_day_off = "next_school_day"',
            date(2025, 9, 8),
        ),
        (
            'closes = { anchor = "term_start", days = 5 }\nif_day_off = "previous_school_day"',
            date(2025, 9, 5),
        ),
        ('lasts_days = 5\nif_day_off = "next_school_day"', date(2025, 9, 5)),
    ],
)
def test_a_window_ends_by_the_clock_that_its_rule_names(closes: str, last_day: date) -> None:
    """2025-09-01 is a Monday; a last day on a Saturday moves where the rule says so."""
    window = one_window('opens = { anchor = "term_start" }', closes)
    assert window.closes_on == last_day
    moved = window.because.moved_from
    assert moved == (
        date(2025, 9, 6) if "if_day_off" in closes and "days = 5 }" in closes else None
    )


def test_a_reason_says_which_clock_counted_and_whether_a_day_moved() -> None:
    """What stands in the windows table can be told."""
    window = one_window(
        'opens = { anchor = "term_start", school_days = 1 }', "lasts_school_days = 3"
    )
    expected = "測試補充規定第七點; term_start 2025-09-01 +0d +1 school days; lasts 3 school days"
    assert str(window.because) == expected
    moved = one_window(
        'opens = { anchor = "term_start" }', "lasts_days = 6", 'if_day_off = "next_school_day"'
    )
    assert str(moved.because).endswith("lasts 6d; moved from 2025-09-06")


PUBLISHED = '[[terms."114-1".published]]\nstage = "upload"\ncloses = 2026-02-06\n'
HOURS = ('opening_time = "08:00"', 'closing_time = "17:00"')


@pytest.mark.parametrize(
    ("published", "opens_at", "closes_at"),
    [
        ("", "2025-09-01 08:00", "2026-02-03 17:00"),
        (PUBLISHED, "2025-09-01 08:00", "2026-02-06 17:00"),
        (PUBLISHED + 'closing_time = "12:00"', "2025-09-01 08:00", "2026-02-06 12:00"),
        (PUBLISHED + 'closing_time = "24:00"', "2025-09-01 08:00", "2026-02-07 00:00"),
        (PUBLISHED + 'opening_time = "00:00"', "2025-09-01 00:00", "2026-02-06 17:00"),
    ],
)
def test_published_dates_keep_the_hours_of_their_rule(
    published: str, opens_at: str, closes_at: str
) -> None:
    """A school that closes at 17:00 does so on a day that it announced, unless it says another."""
    closes = 'closes = { anchor = "closing_ceremony", weeks = 2 }'
    window = one_window('opens = { anchor = "term_start" }', closes, *HOURS, published=published)
    assert (window.opens_at, window.closes_at) == (taipei(opens_at), taipei(closes_at))


def test_hours_alone_do_not_change_the_days() -> None:
    """First and last day are the same whatever the hour."""
    lines = ('opens = { anchor = "term_start" }', "lasts_days = 3")
    plain, with_hours = one_window(*lines), one_window(*lines, *HOURS)
    assert (plain.opens_on, plain.closes_on) == (with_hours.opens_on, with_hours.closes_on)
    assert with_hours.closes_at - with_hours.opens_at == timedelta(days=2, hours=9)
