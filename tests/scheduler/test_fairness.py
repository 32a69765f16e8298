"""One slow, blocked or dead school costs the others nothing."""

from datetime import timedelta
from functools import partial

import pytest

from scheduler import dispatch
from scheduler.channel import Outcome, Sent
from scheduler.dispatch import LONGEST_CALL
from scheduler.fairness import FEW, FIRST, FIRST_REST, LONGEST_REST, OpenCalls
from tests.support.many_schools import ACCEPTED, LATENCY, Hours, Peer, in_no_time

DEAD, DRIPPING, BUSY = "110397", "110398", "110399"
MESSAGES = 20
NEVER = 3_600.0
PAUSE = timedelta(seconds=60)
TEMPERS = {
    DEAD: (NEVER, ACCEPTED),
    DRIPPING: (9.0, ACCEPTED),
    BUSY: (0.03, Sent(Outcome.TRANSIENT, 429, reason="rate", retry_after=PAUSE)),
}
ROOM = 100
"""Calls that a worker may have open here: ten for each of ten schools."""


@pytest.fixture(autouse=True)
def small_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give workers as little room for ten schools as they have for some hundred."""
    monkeypatch.setattr(dispatch, "OpenCalls", partial(OpenCalls, ROOM))


async def done_at(hours: Hours, *bad: str) -> float:
    """Send to seven sound schools and to bad ones; return when the sound ones are done."""
    began = hours.loop.time()
    sound = [f"{'with' if bad else 'alone'}{n}" for n in range(7)]
    await hours.fill(bad, 3 * MESSAGES)
    await hours.fill(sound, MESSAGES)
    peer = Peer(hours.loop.time, tempers=TEMPERS)
    await hours.work([hours.worker(peer)], 40)
    assert set(peer.taken.values()) == {1}
    assert peer.most_open <= ROOM
    assert all(len(peer.came_at[code]) == MESSAGES for code in sound)
    return max(peer.taken_at[code] for code in sound) - began


def test_schools_that_do_not_answer_hold_up_nobody_else(sqlite_url: str) -> None:
    """With a dead, a dripping and a busy school the others are done as soon as without them."""

    async def compared(hours: Hours) -> None:
        alone = await done_at(hours)
        together = await done_at(hours, DEAD, DRIPPING, BUSY)
        assert together - alone <= 2 * LATENCY

    in_no_time(compared, sqlite_url)


def test_a_dead_peer_is_tried_with_few_messages_until_it_answers(sqlite_url: str) -> None:
    """Most of its messages are not touched; half a minute after it is back all have been taken."""

    async def revived(hours: Hours) -> None:
        await hours.fill([DEAD], 10 * MESSAGES)
        peer = Peer(hours.loop.time, tempers=dict(TEMPERS))
        worker = hours.worker(peer)
        await hours.work([worker], 300)
        tried = len(peer.came_at[DEAD])
        rounds = 300 / (LONGEST_CALL + FIRST_REST.total_seconds())
        assert tried <= FIRST + FEW * rounds

        peer.tempers.clear()
        await hours.work([worker], 240 + (LONGEST_REST / timedelta(seconds=1)))
        assert len(peer.taken) == 10 * MESSAGES

    in_no_time(revived, sqlite_url)


def test_a_wish_to_be_left_alone_is_every_worker_s(sqlite_url: str) -> None:
    """After one 429 with a pause no worker makes another call of this school until it is over."""

    async def left_alone(hours: Hours) -> None:
        await hours.fill([BUSY, "sound"], 5 * MESSAGES)
        peer = Peer(hours.loop.time, tempers=dict(TEMPERS))
        workers = [hours.worker(peer) for _ in range(3)]
        await hours.work(workers, 50)
        assert len(peer.came_at["sound"]) == 5 * MESSAGES
        assert peer.came_at[BUSY][-1] < 0.1
        assert len(peer.came_at[BUSY]) <= FIRST * len(workers)

        peer.tempers.clear()
        await hours.work(workers, 60)
        assert peer.came_at[BUSY][-1] >= PAUSE.total_seconds()
        assert len(peer.taken) == 10 * MESSAGES

    in_no_time(left_alone, sqlite_url)
