"""Reminding a class: inside the window, only while somebody is undecided, once a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import errors
from models.rules.nudging import nudge_class, occasion, tomorrow
from models.rules.progress import Progress
from models.vocabulary import Stage
from tests.support.cast import taipei

NOON = taipei(2024, 9, 16, 12)


@dataclass(frozen=True)
class Span:
    """A window of the tests."""

    stage: Stage
    opens_at: datetime
    closes_at: datetime


SELECTION = Span(Stage.SELECTION, taipei(2024, 8, 30), taipei(2024, 9, 21))


CASES = [
    # undecided, nudged today, now, what comes of it
    (6, False, NOON, None),
    (1, False, taipei(2024, 9, 20, 23, 59), None),
    (6, True, NOON, errors.NudgedRecently),
    (0, False, NOON, errors.NobodyToNudge),
    (0, True, NOON, errors.NobodyToNudge),
    (6, False, taipei(2024, 9, 21), errors.WindowClosed),
    (6, False, taipei(2024, 8, 29, 23, 59), errors.WindowNotOpen),
]


@pytest.mark.parametrize(("undecided", "nudged_today", "now", "refusal"), CASES)
def test_a_class_is_reminded_once_a_day_inside_the_window(
    undecided: int,
    nudged_today: bool,
    now: datetime,
    refusal: type[errors.DomainError] | None,
) -> None:
    """Each row of the table says who may be reminded when."""
    if refusal is None:
        nudge_class(SELECTION, undecided=undecided, nudged_today=nudged_today, now=now)
    else:
        with pytest.raises(refusal):
            nudge_class(SELECTION, undecided=undecided, nudged_today=nudged_today, now=now)


def test_the_refusal_says_that_tomorrow_is_free_again() -> None:
    """The next reminder can go from midnight in Taipei on."""
    with pytest.raises(errors.NudgedRecently) as refused:
        nudge_class(SELECTION, undecided=6, nudged_today=True, now=NOON)

    assert refused.value.next_at == taipei(2024, 9, 17)


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(0, 86_399))
def test_an_occasion_lasts_exactly_one_day_in_taipei(day: date, second: int) -> None:
    """Two reminders of the same class share an occasion on one day and on no other."""
    morning = taipei(day.year, day.month, day.day)
    now = morning + timedelta(seconds=second)

    assert occasion(1, 2, now) == occasion(1, 2, morning)
    assert tomorrow(now) == morning + timedelta(days=1)
    assert occasion(1, 2, tomorrow(now)) != occasion(1, 2, now)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_progress_adds_up(decided: int, reachable: int, unreachable: int) -> None:
    """Everybody concerned has decided, can be reminded, or has to be told in person."""
    reached = Progress(decided + reachable + unreachable, reachable + unreachable, unreachable)

    assert (reached.decided, reached.reachable) == (decided, reachable)
