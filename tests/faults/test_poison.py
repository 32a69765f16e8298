"""A few messages that always fail, and a peer that never answers, hold up nobody else."""

import asyncio
from datetime import timedelta

import pytest

from models.tables import Delivery
from models.vocabulary import DeliveryState
from scheduler import dispatch
from scheduler.channel import Sent
from tests.support import crowd
from tests.support.cast import taipei
from tests.support.faulty_channel import REFUSED, FaultyChannel
from tests.support.ticking import Bell, ringing

BEFORE = taipei(2024, 10, 9, 7)
MORNING = taipei(2024, 10, 9, 7, 30)
CROWD = 300
POISON_EVERY = 100
BRIEF = 0.2


class Poisoned(FaultyChannel):
    """Refuses some addresses for ever."""

    refuses: frozenset[str] = frozenset()

    async def send(self, school_code: str, address: str, body: bytes, retry_key: str) -> Sent:
        """Refuse, or accept as usual."""
        if address in self.refuses:
            self.calls += 1
            return REFUSED
        return await super().send(school_code, address, body, retry_key)


class Silent(FaultyChannel):
    """Takes a call and never answers it."""

    async def send(self, *_given: object, **_more: object) -> Sent:
        """Wait for ever."""
        self.calls += 1
        await asyncio.get_running_loop().create_future()
        raise AssertionError


def through(bell: Bell, channel: FaultyChannel) -> None:
    """Let the school's worker send through another channel."""
    bell.channel = channel
    bell.dispatcher = bell.worker()


async def test_one_in_a_hundred_that_always_fails_costs_the_others_nothing(
    database_url: str,
) -> None:
    """The rest needs one call each, at most a tenth more calls in all; the poison has a reason."""
    async with ringing(database_url, BEFORE) as bell:
        addresses = [bell.cast.address("小美"), *await crowd.join(bell.store, bell.cast, CROWD)]
        channel = Poisoned(lambda: bell.now)
        channel.refuses = frozenset(addresses[1::POISON_EVERY])
        through(bell, channel)

        await bell.tick(MORNING)

        sound = [address for address in addresses if address not in channel.refuses]
        assert sorted(push.address for push in channel.pushes) == sorted(sound)
        await bell.run(MORNING + timedelta(hours=1), every=timedelta(minutes=10))
        assert channel.calls <= 1.1 * len(addresses)
        failed = await bell.rows(Delivery, state=DeliveryState.FAILED)
        assert len(failed) >= len(channel.refuses)
        assert {row.reason for row in failed} == {"http_400"}
        assert await bell.unfinished() == 0


async def test_a_peer_that_never_answers_ends_each_call_in_time(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a channel does, the call is over at the limit and counts as unknown."""
    monkeypatch.setattr(dispatch, "LONGEST_CALL", BRIEF)
    async with ringing(sqlite_url, BEFORE) as bell:
        await crowd.join(bell.store, bell.cast, 2)
        through(bell, Silent(lambda: bell.now))

        async with asyncio.timeout(20 * BRIEF):
            await bell.tick(MORNING)

        assert bell.channel.calls == 3
        assert {row.state for row in await bell.rows(Delivery)} == {DeliveryState.QUEUED}


def test_the_limit_of_a_call_is_what_the_goals_ask_for() -> None:
    """Ten and a half seconds, which a lease outlives by far."""
    assert dispatch.LONGEST_CALL == 10.5
    assert timedelta(seconds=2 * dispatch.LONGEST_CALL) < dispatch.LEASE
