"""The rules of bundling and retrying by themselves: keys, pauses, and what may be said again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.bundling import Due, bundle, retry_key
from models.rules.quota import renews_at
from models.rules.retrying import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    key_is_spent,
    may_have_arrived,
    pause,
)
from models.vocabulary import AttemptOutcome, NoticeKind
from tests.support.cast import taipei

NOW = taipei(2024, 10, 9, 7, 30)
KINDS = st.sampled_from(
    [
        NoticeKind.UPLOAD_DUE,
        NoticeKind.RECEIPT_DUE,
        NoticeKind.PUPIL_NUDGED,
        NoticeKind.CERTIFICATION_REQUESTED,
        NoticeKind.ITEM_CERTIFIED,
    ]
)


@st.composite
def dues(draw: st.DrawFn) -> list[Due]:
    """Draw what is due to one person."""
    count = draw(st.integers(0, 8))
    return [
        Due(
            id=number,
            person_id=1,
            kind=draw(KINDS),
            occasion=f"occasion/{number}",
            window_id=draw(st.sampled_from([None, 1, 2])),
            due_at=NOW - timedelta(minutes=draw(st.integers(0, 600))),
            deadline_at=draw(st.sampled_from([None, NOW + timedelta(days=1)])),
            required=draw(st.booleans()),
        )
        for number in range(count)
    ]


@given(dues())
def test_bundling_loses_nothing_and_says_each_thing_once(due: list[Due]) -> None:
    """Every notice is either told or superseded, and something is told wherever anything is due."""
    made = bundle(due)

    assert sorted(d.id for d in (*made.told, *made.superseded)) == [d.id for d in due]
    assert bool(made.told) == bool(due)
    assert any(d.required for d in made.told) == any(d.required for d in due)
    windows = [d.window_id for d in made.told if d.kind is NoticeKind.UPLOAD_DUE and d.window_id]
    assert len(windows) == len(set(windows))


@given(st.permutations(["a", "b", "c"]))
def test_a_retry_key_does_not_depend_on_the_order_of_its_occasions(occasions: list[str]) -> None:
    """A second planner makes the same key; another generation or a restored database does not."""
    key = retry_key(1, 2, ["a", "b", "c"], "line", 0)

    assert retry_key(1, 2, occasions, "line", 0) == key
    assert retry_key(1, 2, occasions, "line", 1) != key
    assert retry_key(1, 3, occasions, "line", 0) != key
    assert retry_key(1, 2, occasions, "line", 0, restored="2024-10-09T12:00:00+00:00") != key


@given(st.integers(1, 500), st.text(min_size=1))
def test_pauses_grow_stay_below_their_cap_and_are_the_same_at_each_replay(
    attempts: int, key: str
) -> None:
    """A message is never left alone for longer than the cap, which recovery counts on."""
    wait = pause(attempts, key)

    assert FIRST_PAUSE / 2 <= wait <= LONGEST_PAUSE
    assert wait == pause(attempts, key)


@pytest.mark.parametrize(("hours", "spent"), [(0, False), (22.99, False), (23, True), (30, True)])
def test_a_key_is_given_up_after_twenty_three_hours(hours: float, spent: bool) -> None:
    """An hour before LINE forgets it."""
    assert key_is_spent(NOW, NOW + timedelta(hours=hours)) is spent
    assert not key_is_spent(None, NOW)


@pytest.mark.parametrize(
    ("outcome", "status", "in_doubt"),
    [
        (AttemptOutcome.OPEN, None, True),
        (AttemptOutcome.UNKNOWN, None, True),
        (AttemptOutcome.TRANSIENT, 500, True),
        (AttemptOutcome.TRANSIENT, 429, False),
        (AttemptOutcome.TRANSIENT, None, False),
        (AttemptOutcome.PERMANENT, 400, False),
    ],
)
def test_what_a_channel_refused_cannot_have_arrived(
    outcome: AttemptOutcome, status: int | None, in_doubt: bool
) -> None:
    """A server error or a lost answer leaves it open; a refusal does not."""
    assert may_have_arrived(outcome, status) is in_doubt


@pytest.mark.parametrize(
    ("now", "renewed"),
    [
        (datetime(2024, 10, 31, 14, 59, tzinfo=UTC), datetime(2024, 10, 31, 15, tzinfo=UTC)),
        (datetime(2024, 10, 31, 15, 0, tzinfo=UTC), datetime(2024, 11, 30, 15, tzinfo=UTC)),
        (datetime(2024, 12, 31, 0, 0, tzinfo=UTC), datetime(2024, 12, 31, 15, tzinfo=UTC)),
        (datetime(2025, 1, 30, 0, 0, tzinfo=UTC), datetime(2025, 1, 31, 15, tzinfo=UTC)),
    ],
)
def test_a_month_of_messages_ends_at_midnight_in_japan(now: datetime, renewed: datetime) -> None:
    """The quota's month is counted in UTC+9."""
    assert renews_at(now) == renewed
