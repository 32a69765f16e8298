"""Two real workers over one database stand still and go on at random; nobody is told twice."""

import asyncio
import os
import random
from datetime import timedelta

import pytest

from tests.faults.siege import LEASE_IS_OVER, besieged
from tests.support.mortal import Mortal, mortal_worker

PAUSES = int(os.environ.get("BELL_KILLS", "20"))
LONGEST = 2.0
"""Seconds that a pause takes by our clock; by the school's, a lease may be over in it."""


async def pause(worker: Mortal, seconds: float) -> None:
    """Let a worker stand still, in the middle of whatever it does."""
    worker.pause()
    try:
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()
    except TimeoutError:
        worker.resume()


@pytest.mark.long
@pytest.mark.timeout(60 + 10 * PAUSES)
async def test_two_workers_that_pause_at_random_bring_everybody_one_message(
    database_url: str,
) -> None:
    """Whoever wakes up after its lease sends nothing that another has taken up meanwhile."""
    async with besieged(database_url, seed=12) as siege:
        dice = random.Random(12)
        workers = [mortal_worker(siege.worker.settings, siege.clock) for _ in range(2)]
        try:
            for worker in workers:
                worker.start()
            for _ in range(PAUSES):
                pausing = asyncio.create_task(pause(dice.choice(workers), dice.random() * LONGEST))
                siege.clock.move(dice.choice((timedelta(seconds=5), LEASE_IS_OVER)))
                await pausing
        finally:
            for worker in workers:
                worker.kill()
        siege.clock.move(LEASE_IS_OVER)
        await siege.recovers()

        await siege.check()
