"""A school under siege: real processes and sockets, a LINE that fails, a crowd, people who tap."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bot.settings import Settings, load
from bot.simulator.app import create_simulator
from bot.simulator.delivery import TIME_LIMIT, Deliveries
from bot.simulator.events import event
from bot.simulator.state import Json, OfficialAccount
from bot.simulator.world import World
from bot.vault import Vault
from handlers import codec
from handlers.actions import Action, ConfirmReceipt
from models.store import Store
from models.tables import (
    Attempt,
    AuditEntry,
    ChannelCredential,
    ChatAccount,
    Confirmation,
    Delivery,
    InboundEvent,
    Notice,
    ReceiptStatement,
    School,
)
from models.vocabulary import (
    AttemptOutcome,
    DeliveryState,
    EventState,
    NoticeKind,
    NoticeState,
    Silence,
)
from tests.support import crowd
from tests.support.cast import Cast, settle, taipei
from tests.support.linephones import ACCOUNT, SECRET, TOKEN
from tests.support.mortal import HOST, LONGEST_CALL, Mortal, SharedClock, mortal_web, mortal_worker
from tests.support.server import serving
from tests.support.stage import KEY

RECIPIENTS = int(os.environ.get("BELL_RECIPIENTS", "500"))
KILLS = int(os.environ.get("BELL_KILLS", "10"))
BEFORE = taipei(2024, 10, 9, 7)
MORNING = taipei(2024, 10, 9, 7, 30)
LEASE_IS_OVER = timedelta(seconds=61)
RECOVERY = timedelta(minutes=10)
LEFTOVERS = timedelta(minutes=3)
"""After so long an answer that a crash left on its way is kept for the next free one."""
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
A_MOMENT = 0.1
PATIENCE = 60.0
"""Seconds until something that does not come about has failed."""


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
    """A crowd that waits for its message, LINE's side, and the processes in between."""

    store: Store
    cast: Cast
    world: World
    account: OfficialAccount
    deliveries: Deliveries
    line: Watched
    worker: Mortal
    web: Mortal
    clock: SharedClock
    addresses: list[str]
    taps: int = 0
    tapped: dict[str, int] = field(default_factory=dict)
    """Who has tapped anything, and the id of the person."""

    def goes_to(self, port: int) -> None:
        """Let LINE bring webhooks there."""
        self.account.webhook_url = f"http://{HOST}:{port}/line/{self.cast.school.code}"

    async def taps_of(self, addresses: Iterable[str], dice: random.Random) -> list[Json]:
        """Return two taps of each, in any order, that say the same: the receipt is right."""
        mine = sa.select(
            col(ChatAccount.address), col(ChatAccount.person_id), col(ReceiptStatement.id)
        ).join_from(
            ChatAccount,
            ReceiptStatement,
            col(ReceiptStatement.person_id) == col(ChatAccount.person_id),
        )
        async with self.store.reading() as session:
            known = {row[0]: (row[1], row[2]) for row in await session.execute(mine)}
        taps: list[tuple[str, Action]] = []
        for address in addresses:
            person_id, statement_id = known[address]
            assert person_id is not None
            self.tapped[address] = person_id
            taps += 2 * [(address, ConfirmReceipt(statement_id, 1))]
        dice.shuffle(taps)
        self.taps += len(taps)
        return [self._tap(*each) for each in taps]

    def _tap(self, address: str, action: Action) -> Json:
        chat = self.world.chat(self.account, address)
        data = {"data": codec.pack(action)}
        return event(self.world, self.account, chat, "postback", postback=data)

    async def brings(self, taps: Sequence[Json]) -> list[int | None]:
        """Bring taps all at once, each in a webhook of its own; return what was answered."""
        ends = await asyncio.gather(*(self.deliveries.send(self.account, [tap]) for tap in taps))
        return [end.status for end in ends]

    async def recovers(self) -> None:
        """Let one worker and one web process go on undisturbed for ten minutes of their clock."""
        self.world.faults.clear()
        self.line.at_each_point = lambda: None
        self.worker.start()
        self.web.start()
        await self.web.is_ready()
        await self.settles()
        self.clock.move(LEFTOVERS)
        await self.comes(self.nothing_is_left)

    async def settles(self) -> None:
        """Bring again what was not taken, and let the clock go on until all is told."""
        async with asyncio.timeout(PATIENCE):
            while self.deliveries.waiting:
                await self.deliveries.redeliver()
        until = self.clock.now() + RECOVERY - LEFTOVERS
        while self.clock.now() < until and not await self.is_quiet():
            await a_moment()
            self.clock.move(RECOVERY / 100)

    async def comes(self, condition: Callable[[], Any]) -> None:
        """Wait until something is so; the clock goes on, since what rests does so by it."""
        async with asyncio.timeout(PATIENCE):
            while not await condition():
                await a_moment()
                self.clock.move(timedelta(seconds=2 * A_MOMENT))

    async def untold(self) -> int:
        """Return of how many of the crowd the ledger does not say what became of their message."""
        return len(self.addresses) - await self._count(
            Notice,
            col(Notice.kind) == NoticeKind.RECEIPT_OPENED,
            col(Notice.state).in_((NoticeState.TOLD, NoticeState.SKIPPED)),
        )

    async def is_quiet(self) -> bool:
        """Say whether everybody was told, and nothing is being sent or waits to be acted upon."""
        sending = col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.SENDING))
        waiting = col(InboundEvent.state) == EventState.RECEIVED
        return not (
            await self.untold()
            or await self._count(Delivery, sending)
            or await self._count(InboundEvent, waiting)
        )

    async def nothing_is_left(self) -> bool:
        """Say whether there is quiet, and no answer is on its way either."""
        acted = col(InboundEvent.state) == EventState.ACTED
        return await self.is_quiet() and not await self._count(InboundEvent, acted)

    async def _count(self, table: type[SQLModel], *where: Any) -> int:
        asked = sa.select(sa.func.count()).select_from(table).where(*where)
        async with self.store.reading() as session:
            return int(await session.scalar(asked) or 0)

    async def rows(self, table: type[SQLModel]) -> list[Any]:
        """Return every row of a table."""
        async with self.store.reading() as session:
            return list((await session.execute(select(table))).scalars())

    async def check(self) -> None:
        """Hold the ledger against what LINE took, row by row, and the taps against their deeds."""
        assert await self.nothing_is_left()
        await self._check_messages()
        await self._check_taps()

    async def _check_messages(self) -> None:
        taken = [one for one in self.world.accepted if one.via == "push"]
        sent = {row.id: row for row in await self.rows(Delivery)}
        ours = Counter(
            row.retry_key for row in sent.values() if row.state is DeliveryState.ACCEPTED
        )
        doubtful = {
            row.retry_key
            for row in sent.values()
            if (row.state, row.reason) == (DeliveryState.FAILED, "unknown")
            and row.person_id in self.tapped.values()  # who did it before anybody could know
        }
        theirs = Counter(one.retry_key for one in taken)
        assert set(theirs) - set(ours) <= doubtful
        assert ours == Counter({key: n for key, n in theirs.items() if key not in doubtful})
        assert {row.state for row in sent.values() if row.retry_key not in doubtful} <= {
            DeliveryState.ACCEPTED,
            DeliveryState.WITHDRAWN,
        }
        assert self.world.violations == []
        assert AttemptOutcome.OPEN not in {row.outcome for row in await self.rows(Attempt)}
        told = {
            row.person_id: row
            for row in await self.rows(Notice)
            if row.kind is NoticeKind.RECEIPT_OPENED
        }
        assert len(told) == len(self.addresses)
        silent = [row for row in told.values() if row.state is not NoticeState.TOLD]
        assert {row.silence for row in silent} <= {Silence.DECIDED}
        assert {row.person_id for row in silent} <= set(self.tapped.values())
        reminders = {row.delivery_id: row for row in told.values() if row not in silent}
        keys = {sent[delivery_id].retry_key for delivery_id in reminders}
        reached = Counter(one.user for one in taken if one.retry_key in keys)
        assert reached.total() == len(reached) == len(reminders) == len(told) - len(silent)
        assert set(self.addresses) - set(self.tapped) <= set(reached)

    async def _check_taps(self) -> None:
        people = Counter(self.tapped.values())
        assert Counter(row.person_id for row in await self.rows(Confirmation)) == people
        deeds = [row for row in await self.rows(AuditEntry) if row.deed == "confirmed receipt"]
        assert Counter(row.actor_id for row in deeds) == people
        events = await self.rows(InboundEvent)
        assert len(events) == self.taps
        assert {row.state for row in events} <= {EventState.DONE, EventState.KEPT}


@asynccontextmanager
async def besieged(
    database_url: str, seed: int, *, recipients: int = RECIPIENTS, fails: bool = True
) -> AsyncIterator[Siege]:
    """Open a school with a crowd whose receipts are due now, on a LINE where calls go wrong.

    Where LINE does not fail, everybody has all the time that a busy machine may need.
    """
    clock = SharedClock(MORNING)
    world = World(clock.now, seed=seed)
    store = Store(database_url)
    cast = await settle(store)
    addresses = [*await crowd.join(store, cast, recipients - 1), cast.address("小美")]
    account = world.add_account(ACCOUNT, "歷程鈴", "@bell", SECRET, TOKEN, "", None)
    for address in addresses:
        world.add_user(address, "同學")
        world.follow(account, address)
    for kind in FAULTS if fails else ():
        for path in ("/push", "/reply"):
            world.faults.add(kind, path=path, rate=FAULT_RATE / len(FAULTS))
    await let_in(store, cast)
    deliveries = Deliveries(
        world, time_limit=TIME_LIMIT if fails else PATIENCE, redelivery_delays=None
    )
    line = Watched(create_simulator(world, deliveries))
    async with serving(line) as url:
        found, limit = _settings(database_url, url), LONGEST_CALL if fails else PATIENCE
        siege = Siege(
            store, cast, world, account, deliveries, line,
            mortal_worker(found, clock, limit), mortal_web(found, clock, limit), clock, addresses,
        )  # fmt: skip
        siege.goes_to(siege.web.port)
        try:
            yield siege
        finally:
            siege.worker.kill()
            siege.web.kill()
            await store.close()


async def let_in(store: Store, cast: Cast) -> None:
    """Give the school its channel, and let planning begin this morning."""
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


def _settings(database_url: str, line: str) -> Settings:
    return load(
        database_url=database_url, secret_key=KEY, line_api_url=line, line_data_api_url=line
    )


async def a_moment() -> None:
    """Let others go on for a moment."""
    await is_set(asyncio.Event(), within=A_MOMENT)


async def is_set(event: asyncio.Event, *, within: float) -> bool:
    """Wait for an event, but not longer than some seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            return await event.wait()
    return False
