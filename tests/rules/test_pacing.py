"""Slices of a channel's rate: when one may be taken, and what a clock that was moved cannot do."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.pacing import (
    AHEAD,
    LONGEST_ALONE,
    LONGEST_BACKLOG,
    is_left_alone,
    too_early,
)

NOW = datetime(2025, 1, 20, tzinfo=UTC)
NOTHING = timedelta()
A_MOMENT = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("free_in", "wait"),
    [
        (None, NOTHING),
        (-LONGEST_BACKLOG, NOTHING),
        (NOTHING, NOTHING),
        (AHEAD, NOTHING),
        (AHEAD + A_MOMENT, A_MOMENT),
        (LONGEST_BACKLOG, LONGEST_BACKLOG - AHEAD),
        (LONGEST_BACKLOG + A_MOMENT, NOTHING),
        (timedelta(days=3), NOTHING),
    ],
)
def test_a_slice_is_taken_shortly_before_it_begins(
    free_in: timedelta | None, wait: timedelta
) -> None:
    """One that lies further ahead than any backlog comes of a clock that was set back."""
    assert too_early(None if free_in is None else NOW + free_in, NOW) == wait


@pytest.mark.parametrize(
    ("until", "alone"),
    [
        (None, False),
        (NOTHING, False),
        (A_MOMENT, True),
        (LONGEST_ALONE, True),
        (LONGEST_ALONE + A_MOMENT, False),
        (timedelta(days=-3), False),
    ],
)
def test_a_channel_is_left_alone_as_long_as_it_asked_and_never_for_days(
    until: timedelta | None, alone: bool
) -> None:
    """The end is an exclusive instant."""
    assert is_left_alone(None if until is None else NOW + until, NOW) is alone


@settings(max_examples=50)
@given(st.timedeltas(), st.timedeltas(min_value=NOTHING, max_value=LONGEST_BACKLOG))
def test_nobody_waits_longer_than_the_longest_backlog(offset: timedelta, more: timedelta) -> None:
    """Whatever the row says, and who has waited may take the slice."""
    try:
        free_at = NOW + offset
    except OverflowError:
        return
    wait = too_early(free_at, NOW)
    assert NOTHING <= wait <= LONGEST_BACKLOG - AHEAD
    assert too_early(free_at, NOW + wait) == NOTHING
    assert too_early(NOW + more, NOW + more) == NOTHING
