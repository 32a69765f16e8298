"""A real worker is killed while it sends through real sockets to a LINE that fails; then the books.

`BELL_KILLS=200 BELL_RECIPIENTS=10000` makes a long night of it.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, select

from bot.settings import load
from bot.simulator.app import create_simulator
from bot.simulator.world import World
from bot.vault import Vault
from models.store import Store
from models.tables import Attempt, ChannelCredential, Delivery, Notice, School
from models.vocabulary import AttemptOutcome, DeliveryState, NoticeState
from tests.support import crowd
from tests.support.cast import Cast, settle, taipei
from tests.support.linephones import ACCOUNT, SECRET, TOKEN
from tests.support.mortal_worker import MortalWorker, SharedClock
from tests.support.server import serving
from tests.support.stage import KEY

KILLS = int(os.environ.get("BELL_KILLS", "10"))
RECIPIENTS = int(os.environ.get("BELL_RECIPIENTS", "500"))
BEFORE = taipei(2024, 10, 9, 7)
MORNING = taipei(2024, 10, 9, 7, 30)
LEASE_IS_OVER = timedelta(seconds=61)
RECOVERY = timedelta(minutes=10)
FAULT_RATE = 0.3
FAULTS = (
    "error_before",
    "error_after",
    "silence_before",
    "silence_after",
    "drip_after",
    "reset_before",
    "reset_after",
    "rate_limit",
    "concurrency_limit",
)
"""A spent month is left out: it stops the school until the next one, which is another test's."""
PATIENCE = 20.0
"""Seconds until a life that gets nowhere has failed."""
A_MOMENT = 0.2
TOLD = NoticeState.TOLD


class Watched:
    """LINE's side, with a point before and after each of its calls at which things can be done."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.points = 0
        self.at_each_point: Callable[[], None] = lambda: None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one call."""
        self._pass()
        await self._app(scope, receive, send)
        self._pass()

    def _pass(self) -> None:
        self.points += 1
        self.at_each_point()


@dataclass(slots=True)
class Siege:
    """A crowd that waits for its message, LINE's side, and a worker that is killed."""

    store: Store
    cast: Cast
    world: World
    line: Watched
    worker: MortalWorker
    clock: SharedClock
    addresses: list[str]

    async def kills(self, dice: random.Random) -> None:
        """Kill the worker once, as one of its next calls reaches LINE or is answered."""
        dies_at = self.line.points + dice.randint(1, 4 * RECIPIENTS // KILLS)
        died = asyncio.Event()

        def strike() -> None:
            if self.line.points >= dies_at and not died.is_set():
                self.worker.kill()
                died.set()

        self.line.at_each_point = strike
        self.worker.start()
        async with asyncio.timeout(PATIENCE):
            while not await _is_set(died, within=A_MOMENT) and await self.untold():
                self.clock.move(timedelta(seconds=5))  # so that retries fall due
        self.worker.kill()
        self.clock.move(LEASE_IS_OVER)

    async def recovers(self) -> None:
        """Let one worker go on undisturbed for ten minutes of its clock."""
        self.world.faults.clear()
        self.line.at_each_point = lambda: None
        until = self.clock.now() + RECOVERY
        self.worker.start()
        while self.clock.now() < until and await self.untold():
            await _is_set(asyncio.Event(), within=A_MOMENT)
            self.clock.move(RECOVERY / 60)

    async def untold(self) -> int:
        """Return how many of the crowd the ledger does not call told."""
        return RECIPIENTS - len([row for row in await self.rows(Notice) if row.state is TOLD])

    async def rows(self, table: type[SQLModel]) -> list[Any]:
        """Return every row of a table."""
        async with self.store.reading() as session:
            return list((await session.execute(select(table))).scalars())


@asynccontextmanager
async def besieged(database_url: str, seed: int) -> AsyncIterator[Siege]:
    """Open a school with a crowd whose receipts are due now, on a LINE where calls go wrong."""
    clock = SharedClock(MORNING)
    world = World(clock.now, seed=seed)
    store = Store(database_url)
    cast = await settle(store)
    addresses = [*await crowd.join(store, cast, RECIPIENTS - 1), cast.address("小美")]
    vault = Vault(KEY)
    async with store.writing() as session:
        await session.execute(sa.update(School).values(planned_until=BEFORE))
        session.add(
            ChannelCredential(
                school_id=cast.school.id,
                channel="line",
                secret=vault.seal(SECRET),
                token=vault.seal(TOKEN),
            )
        )
    account = world.add_account(ACCOUNT, "歷程鈴", "@bell", SECRET, TOKEN, "", None)
    for address in addresses:
        world.add_user(address, "同學")
        world.follow(account, address)
    for kind in FAULTS:
        world.faults.add(kind, path="/push", rate=FAULT_RATE / len(FAULTS))
    line = Watched(create_simulator(world))
    async with serving(line) as url:
        worker = MortalWorker(
            load(
                database_url=database_url,
                secret_key=KEY,
                line_api_url=url,
                line_data_api_url=url,
            ),
            clock,
        )
        try:
            yield Siege(store, cast, world, line, worker, clock, addresses)
        finally:
            worker.kill()
            await store.close()


@pytest.mark.timeout(30 + 10 * KILLS)
async def test_a_worker_killed_again_and_again_brings_everybody_one_message(
    database_url: str,
) -> None:
    """Ten times kill -9 amid three failures in ten calls: none lost, doubled, or stuck."""
    async with besieged(database_url, seed=11) as siege:
        dice = random.Random(11)
        for _ in range(KILLS):
            await siege.kills(dice)
        await siege.recovers()

        taken = [one for one in siege.world.accepted if one.via == "push"]
        sent = await siege.rows(Delivery)
        assert siege.worker.lives == KILLS + 1
        assert len(siege.world.faults.struck) > RECIPIENTS * FAULT_RATE / 3
        assert Counter(one.user for one in taken) == Counter(siege.addresses)
        assert siege.world.violations == []
        assert {row.state for row in sent} == {DeliveryState.ACCEPTED}
        assert Counter(row.retry_key for row in sent) == Counter(one.retry_key for one in taken)
        assert await siege.untold() == 0
        assert AttemptOutcome.OPEN not in {row.outcome for row in await siege.rows(Attempt)}


async def _is_set(event: asyncio.Event, *, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            return await event.wait()
    except TimeoutError:
        return False
