"""PostgreSQL stops and starts under load: nobody restarts us, and what was promised is kept."""

import asyncio
import random
import signal
from collections.abc import Iterator

import pytest

from models.migrations import upgrade
from tests.faults.siege import KILLS, LEASE_IS_OVER, LEFTOVERS, Siege, besieged
from tests.support.missing import missing
from tests.support.mortal import mortal_worker
from tests.support.postgres import PostgresServer, PostgresUnavailable

TAPPERS = 6
RECIPIENTS = 100
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """Give a PostgreSQL of this test's own that keeps what it has promised."""
    try:
        server = PostgresServer(durable=True)
    except PostgresUnavailable as error:
        missing("PostgreSQL", str(error))
    yield server
    server.stop()


async def outage(siege: Siege, server: PostgresServer, how: signal.Signals) -> None:
    """Stop the database while people tap, look at what they hear meanwhile, and start it again."""
    dice = random.Random(how)
    first, second = [
        await siege.taps_of(dice.sample(siege.addresses, TAPPERS), dice) for _ in range(2)
    ]
    bringing = asyncio.create_task(siege.brings(first))
    await asyncio.to_thread(server.halt, how)
    assert set(await bringing) <= {200, 503}

    assert set(await siege.brings(second)) == {503}

    await asyncio.to_thread(server.start_again)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_a_database_that_restarts_costs_a_redelivery(server: PostgresServer) -> None:
    """Orderly or as in a crash, amid a sending: 503 meanwhile, then all goes on by itself."""
    url = server.create("bell")
    await asyncio.to_thread(upgrade, url)
    async with besieged(url, seed=14, recipients=RECIPIENTS, fails=False) as siege:
        siege.world.faults.add("slow", rate=1, path="/push", milliseconds=500)
        other = mortal_worker(siege.worker.settings, siege.clock, siege.worker.longest_call)
        processes = (siege.web, siege.worker, other)
        try:
            for process in processes:
                process.start()
            for process in processes:
                await process.is_up()
            await siege.web.is_ready()
            for how in (FAST, IMMEDIATE) * max(1, KILLS // 20):
                await outage(siege, server, how)
                siege.clock.move(LEASE_IS_OVER)
                await siege.settles()
            siege.clock.move(LEFTOVERS)
            await siege.comes(siege.nothing_is_left)
        finally:
            other.kill()

        assert [process.lives for process in processes] == [1, 1, 1]
        await siege.check()
