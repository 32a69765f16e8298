"""By when the office answers, and when it is reminded of it."""

from datetime import date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rulebooks import Rulebook, load, shipped
from models.rules import answering
from models.rules.calendar import SchoolCalendar
from models.rules.taipei import day_of
from tests.support.cast import taipei

BY_SCHOOL_DAYS = '[queries]\nanswered_within = { school_days = 3, clause = "第九點" }\n'
AN_INSTANT = st.integers(0, 330 * 24).map(lambda hours: taipei(2024, 8, 1) + timedelta(hours=hours))


@cache
def rules(more: str = "") -> Rulebook:
    """Return a shipped rulebook with something added."""
    return load(more + shipped()["caotun"].read_text("utf-8"), name="a school")


@pytest.mark.parametrize(
    ("more", "since", "last", "owner", "deputy"),
    [
        # a Monday, by the usual three days: until Thursday
        ("", taipei(2024, 9, 23, 9), date(2024, 9, 26), (2024, 9, 25), (2024, 9, 26)),
        # a Thursday: the last day is a Sunday, so both mornings come before the weekend
        ("", taipei(2024, 9, 19, 9), date(2024, 9, 22), (2024, 9, 20), (2024, 9, 20)),
        # a Thursday by school days: until Tuesday
        (BY_SCHOOL_DAYS, taipei(2024, 9, 19, 9), date(2024, 9, 24), (2024, 9, 23), (2024, 9, 24)),
        # over the tenth of October, which is a holiday
        (
            BY_SCHOOL_DAYS,
            taipei(2024, 10, 8, 9),
            date(2024, 10, 14),
            (2024, 10, 11),
            (2024, 10, 14),
        ),
    ],
)
def test_an_answer_has_its_last_day_and_two_mornings_before(
    more: str,
    since: datetime,
    last: date,
    owner: tuple[int, int, int],
    deputy: tuple[int, int, int],
) -> None:
    """Counted by the school's rule, or three days where it has none."""
    book = rules(more)

    assert answering.last_day(book, since) == last
    assert day_of(answering.owner_reminded_at(book, since)) == date(*owner)
    assert day_of(answering.deputy_reminded_at(book, since)) == date(*deputy)
    assert answering.days_left(book, since, taipei(last.year, last.month, last.day, 23)) == 0


@settings(max_examples=40)
@given(AN_INSTANT, st.integers(0, 9), st.sampled_from(["", BY_SCHOOL_DAYS]))
def test_reminders_come_on_school_mornings_before_it_is_late(
    since: datetime, days: int, more: str
) -> None:
    """The owner's first; each day that passes leaves one less."""
    book = rules(more)
    calendar = SchoolCalendar(book.school_days)
    owner = answering.owner_reminded_at(book, since)
    deputy = answering.deputy_reminded_at(book, since)

    assert owner <= deputy
    assert day_of(deputy) <= answering.last_day(book, since)
    assert calendar.is_school_day(day_of(owner))
    assert calendar.is_school_day(day_of(deputy))
    passed = answering.days_left(book, since, since + timedelta(days=days))
    assert passed == answering.days_left(book, since, since) - days
