"""The worker or the line is away for minutes or days: afterwards one message says what is left."""

import asyncio
import itertools
import random
from datetime import timedelta

import pytest

from models.tables import Delivery
from models.vocabulary import DeliveryState
from scheduler import jobs
from tests.support import cast, crowd
from tests.support.cast import taipei
from tests.support.faulty_channel import SERVER_ERROR, TOO_FAST
from tests.support.ticking import ringing

START = taipei(2024, 10, 9, 7)
LAST_DAY = taipei(2024, 10, 14, 20)
SPANS = [timedelta(minutes=1), timedelta(hours=26), timedelta(hours=72)]


@pytest.mark.parametrize("span", SPANS, ids=str)
async def test_an_outage_of_the_worker_costs_nobody_more_than_one_message(
    database_url: str, span: timedelta
) -> None:
    """Five minutes after the worker is back all that is due has been accepted, merged into one."""
    async with ringing(database_url, START) as bell:
        await bell.add(cast.statement, of="小美")
        await bell.tick(START)
        back = START + timedelta(hours=1) + span

        await bell.tick(back)
        await bell.run(back + timedelta(minutes=5), every=timedelta(minutes=1))

        assert await bell.unfinished() == 0
        assert len(bell.told("小美")) == 1


async def test_two_hundred_outages_at_random_lose_and_repeat_nothing(sqlite_url: str) -> None:
    """Ticks with gaps of minutes to days tell each pupil the last call, and never twice at once."""
    dice = random.Random(7)
    async with ringing(sqlite_url, taipei(2024, 8, 29)) as bell:
        gaps = 0
        while bell.now < taipei(2025, 2, 2) and gaps < 200:
            gaps += 1
            before = len(bell.told("小美"))
            await bell.tick(bell.now + timedelta(minutes=dice.choice((1, 30, 300, 1_440, 2_000))))
            assert len(bell.told("小美")) <= before + 1
        await bell.tick(taipei(2025, 2, 3, 8))

        assert bell.told("小美")[-1] == "⏰ Upload of course outcomes 113-1 closes today at 23:59"
        assert bell.channel.broken_rules == []
        assert await bell.unfinished() == 0


@pytest.mark.parametrize("fault", [SERVER_ERROR, TOO_FAST], ids=["error", "too fast"])
@pytest.mark.parametrize("span", SPANS[1:], ids=str)
async def test_a_line_that_is_down_for_days_breaks_no_rule_of_the_retry_key(
    sqlite_url: str, span: timedelta, fault: object
) -> None:
    """Keys are given up after 23 hours; the last call arrives, and nothing arrives twice."""
    async with ringing(sqlite_url, START) as bell:
        await bell.add(cast.statement, of="小美")
        bell.channel.faults = itertools.repeat(fault)  # type: ignore[arg-type]
        await bell.run(START + span, every=timedelta(hours=1))
        bell.channel.faults = iter([])

        await bell.run(LAST_DAY, every=timedelta(hours=2))

        assert bell.channel.broken_rules == []
        assert await bell.unfinished() == 0
        told = bell.told("小美")
        assert told[-1] == "⏰ Receipt confirmation 112-2 closes today at 23:59"
        assert len(told) == len(set(told))


async def test_four_workers_at_once_send_everything_once(database_url: str) -> None:
    """Workers that plan, bundle and send side by side leave no message out and double none."""
    async with ringing(database_url, taipei(2024, 10, 9, 7)) as bell:
        addresses = await crowd.join(bell.store, bell.cast, 300)
        bell.now = taipei(2024, 10, 9, 7, 30)
        workers = [bell.worker() for _ in range(4)]

        await asyncio.gather(*(jobs.tick(bell.store, each, bell.now) for each in workers))
        await bell.tick()

        accepted = [push.address for push in bell.channel.pushes]
        assert sorted(accepted) == sorted([bell.cast.address("小美"), *addresses])
        assert bell.channel.calls == len(accepted)
        assert len(await bell.rows(Delivery, state=DeliveryState.ACCEPTED)) == len(accepted)


async def test_a_reminder_planned_by_one_build_is_sent_by_another(database_url: str) -> None:
    """The ledger holds words and facts, no code: a new worker sends what an old one planned."""
    async with ringing(database_url, taipei(2024, 10, 9, 7)) as bell:
        await bell.add(cast.statement, of="小美")
        bell.now = taipei(2024, 10, 9, 7, 30)
        await jobs.tick_plan(bell.store, bell.now)

        await jobs.tick(bell.store, bell.worker(), bell.now)

        assert len(bell.told("小美")) == 1
