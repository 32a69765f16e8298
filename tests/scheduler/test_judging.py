"""When a message is tried again, by how its call ended."""

from datetime import timedelta

import pytest

from models.queries.claiming import Claimed
from scheduler.channel import Outcome, Sent
from scheduler.judging import judge
from tests.support.cast import taipei

NOW = taipei(2024, 9, 16, 10)
SECOND = timedelta(seconds=1)


def claimed(attempts: int) -> Claimed:
    """Return a message that is being tried for the so-many-th time."""
    return Claimed(
        id=1,
        school_id=1,
        person_id=1,
        account_id=1,
        channel="line",
        retry_key="00000000-0000-4000-8000-000000000001",
        body=b"[]",
        attempts=attempts,
        first_tried_at=NOW,
        address="U1",
        locale="zh_Hant_TW",
        is_theirs=True,
        leased_until=NOW + 60 * SECOND,
    )


def waits(sent: Sent, attempts: int) -> timedelta:
    """Return how long a message waits for its next try."""
    result = judge(claimed(attempts), 1, sent, NOW)
    assert result.try_at is not None
    return result.try_at - NOW


@pytest.mark.parametrize("attempts", [1, 4, 12])
@pytest.mark.parametrize("asked", [1, 30, 3_600])
def test_a_wait_that_the_channel_asks_for_is_kept_exactly(asked: int, attempts: int) -> None:
    """However often it was tried: neither sooner nor later."""
    sent = Sent(Outcome.TRANSIENT, 429, reason="rate", retry_after=asked * SECOND)

    assert waits(sent, attempts) == asked * SECOND


def test_a_guessed_wait_grows_with_every_try() -> None:
    """Nobody said how long, so knocking every second for ever would be no answer."""
    sent = Sent(Outcome.TRANSIENT, 429, reason="rate", retry_after=SECOND, is_guessed=True)
    found = [waits(sent, attempts) for attempts in (1, 3, 6)]

    assert found == sorted(found)
    assert found[0] >= SECOND
    assert found[-1] >= 60 * SECOND


def test_a_guessed_wait_is_the_least() -> None:
    """One who got too many at once is left alone for the whole minute, at the first try too."""
    sent = Sent(
        Outcome.TRANSIENT, 429, reason="same_user", retry_after=60 * SECOND, is_guessed=True
    )

    assert waits(sent, 1) == 60 * SECOND
