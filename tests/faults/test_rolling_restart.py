"""Every process over one PostgreSQL is replaced while people tap and messages leave."""

import asyncio
import random

import pytest

from models.tables import Attempt, Delivery, InboundEvent
from models.vocabulary import DeliveryState, EventState
from tests.faults.siege import KILLS, Siege, a_moment, besieged
from tests.support.balancer import Balancer
from tests.support.mortal import Mortal, mortal_web, mortal_worker

ROUNDS = max(1, KILLS // 10)
RECIPIENTS = 120 * ROUNDS
SLOWLY = 1_000
"""Milliseconds that LINE takes for a push, so that many are open when the workers are to stop."""


async def replace(siege: Siege, workers: list[Mortal], webs: list[Mortal]) -> None:
    """Ask one after the other to stop, each only when the one before is there again."""
    for process in (*workers, *webs):
        await goes_on(siege)
        assert await process.stops() == 0
        process.start()
        if process in webs:
            await process.is_ready()


async def goes_on(siege: Siege) -> None:
    """Wait for the next call to LINE; people tap all the time."""
    since = siege.line.points
    while siege.line.points == since:
        await a_moment()


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_a_rolling_restart_fails_no_request_and_repeats_no_call(postgres_url: str) -> None:
    """Two web processes and two workers are replaced under load: all 200, every call made once."""
    async with besieged(postgres_url, seed=13, recipients=RECIPIENTS, fails=False) as siege:
        dice = random.Random(13)
        siege.world.faults.add("slow", rate=1, path="/push", milliseconds=SLOWLY)
        found, limit = siege.worker.settings, siege.worker.longest_call
        webs = [siege.web, mortal_web(found, siege.clock, limit)]
        workers = [siege.worker, mortal_worker(found, siege.clock, limit)]
        balancer = Balancer([web.port for web in webs])
        try:
            async with balancer.serving() as port:
                siege.goes_to(port)
                for process in (*webs, *workers):
                    process.start()
                for web in webs:
                    await web.is_ready()
                for _ in range(ROUNDS):
                    replacing = asyncio.create_task(replace(siege, workers, webs))
                    while not replacing.done():
                        people = [dice.choice(siege.addresses)]
                        taps = await siege.taps_of(people, dice)
                        assert set(await siege.brings(taps)) == {200}
                        await a_moment()
                    await replacing
                await siege.comes(siege.nothing_is_left)
        finally:
            for process in (webs[1], workers[1]):
                process.kill()

        await siege.check()
        accepted = [
            row for row in await siege.rows(Delivery) if row.state is DeliveryState.ACCEPTED
        ]
        assert len(await siege.rows(Attempt)) == len(accepted)
        assert {row.state for row in await siege.rows(InboundEvent)} == {EventState.DONE}
