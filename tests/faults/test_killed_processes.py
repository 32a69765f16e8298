"""The real worker and the real web process are killed amid a sending while taps come in.

`BELL_KILLS=200 BELL_RECIPIENTS=10000` makes a long night of it.
"""

import asyncio
import random
from datetime import timedelta

import pytest

from bot.simulator.state import Json
from tests.faults.siege import (
    A_MOMENT,
    KILLS,
    LEASE_IS_OVER,
    PATIENCE,
    RECIPIENTS,
    Siege,
    besieged,
    is_set,
)

TAPPERS = RECIPIENTS // 25
KILLS_OF = {"sqlite": KILLS, "postgresql": KILLS if KILLS > 10 else 2}
"""How often on either engine: in every run the one where everything shares a file gets more."""


async def kill_one(siege: Siege, taps: list[Json], dice: random.Random) -> None:
    """Kill one of the two, as one of the next calls reaches LINE or is answered."""
    victim = dice.choice([siege.worker, siege.web])
    dies_at = siege.line.points + dice.randint(1, 2 * RECIPIENTS // KILLS)
    died = asyncio.Event()

    def strike() -> None:
        if siege.line.points >= dies_at and not died.is_set():
            victim.kill()
            died.set()

    siege.line.at_each_point = strike
    siege.worker.start()
    siege.web.start()
    bringing = asyncio.create_task(bring(siege, taps))
    async with asyncio.timeout(PATIENCE):
        while not await is_set(died, within=A_MOMENT) and await siege.untold():
            siege.clock.move(timedelta(seconds=5))  # so that retries fall due
    victim.kill()
    await bringing
    siege.clock.move(LEASE_IS_OVER)


async def bring(siege: Siege, taps: list[Json]) -> None:
    """Let LINE bring what was not taken before, and then new taps."""
    await siege.deliveries.redeliver()
    await siege.brings(taps)


@pytest.mark.timeout(60 + 10 * KILLS)
async def test_nothing_is_lost_or_doubled_whoever_is_killed(database_url: str) -> None:
    """Kill -9 amid three failures in ten calls: one message to each, one deed for each tap."""
    kills = KILLS_OF[database_url.partition("+")[0]]
    async with besieged(database_url, seed=11) as siege:
        dice = random.Random(11)
        taps = await siege.taps_of(dice.sample(siege.addresses, TAPPERS), dice)
        siege.world.faults.add("duplicate", rate=0.2)
        for part in range(kills):
            await kill_one(siege, taps[part::kills], dice)
        await siege.recovers()

        assert siege.worker.lives + siege.web.lives == kills + 2
        assert len(siege.world.faults.struck) > 5 * kills
        await siege.check()
