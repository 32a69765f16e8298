"""Many schools whose messages wait, workers of one installation, and peers of every temper.

Time is a number: it passes when everybody waits, so that a minute of sending costs nothing.
"""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from bot.simulator.limits import Limit, Windows
from handlers.replies import Reply
from models.rulebooks import shipped
from models.store import Store
from models.tables import ChatAccount, Delivery, Notice, Person, School
from models.vocabulary import AccountState, DeliveryState, NoticeKind, NoticeState, PersonKind
from scheduler.channel import Outcome, Sent
from scheduler.dispatch import Dispatcher
from tests.faults.shuffled_loop import ShuffledLoop
from tests.support.cast import taipei
from tests.support.scene import ENGLISH

START = taipei(2024, 10, 9, 10)
TICK = 2.0
LATENCY = 0.03
TURNS = 1_000_000
ACCEPTED = Sent(Outcome.ACCEPTED, 200)
Done = TypeVar("Done")
_ids = count(10_000)


def in_no_time(work: Callable[["Hours"], Awaitable[Done]], url: str) -> Done:
    """Do a test's work in a loop whose time is a number."""
    loop = ShuffledLoop(random.Random(7), TURNS)

    async def whole() -> Done:
        store = Store(url, threads=False)
        try:
            return await work(Hours(store, loop))
        finally:
            await store.close()

    try:
        return loop.run_until_complete(whole())
    finally:
        asyncio.set_event_loop(None)
        loop.close()


@dataclass(slots=True)
class Peer:
    """The other side: takes so many calls in a second for a school, and says 429 to the rest.

    `tempers` are the schools that are not as they should be: how long their answers take, and what
    they are.
    """

    clock: Callable[[], float]
    per_second: float | None = None
    allows: Limit = field(default_factory=lambda: Limit(10**9, 1))
    tempers: dict[str, tuple[float, Sent]] = field(default_factory=dict)
    name: str = "line"
    retry_key_lasts: timedelta | None = timedelta(hours=23)
    counted: bool = True
    at_once: int = 200
    came_at: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    taken: Counter[str] = field(default_factory=Counter)
    taken_at: dict[str, float] = field(default_factory=dict)
    too_fast: int = 0
    open: int = 0
    most_open: int = 0
    _windows: Windows | None = None

    def draw(self, reply: Reply) -> bytes:
        """Draw the summary."""
        return reply.summary.encode()

    def weigh(self, body: bytes) -> int:  # noqa: ARG002
        """Return one."""
        return 1

    async def send(self, school_code: str, address: str, body: bytes, retry_key: str) -> Sent:
        """Answer as the school's temper is."""
        assert address
        assert body
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            self.came_at[school_code].append(self.clock())
            seconds, sent = self.tempers.get(school_code, (LATENCY, ACCEPTED))
            if self._exceeds(school_code):
                self.too_fast += 1
                sent = Sent(Outcome.TRANSIENT, 429, reason="rate", retry_after=timedelta(seconds=9))
            await asyncio.sleep(seconds)
            if sent.outcome is Outcome.ACCEPTED:
                self.taken[retry_key] += 1
                self.taken_at[school_code] = self.clock()
            return sent
        finally:
            self.open -= 1

    def _exceeds(self, school_code: str) -> bool:
        if self._windows is None:
            self._windows = Windows(self.clock)
        return self._windows.count(school_code, self.allows) > 0


@dataclass(slots=True)
class Hours:
    """An installation of many schools, by a clock that runs with the loop."""

    store: Store
    loop: asyncio.AbstractEventLoop

    def now(self) -> datetime:
        """Return the school's instant."""
        return START + timedelta(seconds=self.loop.time())

    async def fill(self, codes: Iterable[str], messages: int, channel: str = "line") -> None:
        """Let so many messages wait in each of these schools; nothing is to be drawn for them."""
        rulebook = shipped()["caotun"].read_text("utf-8")
        rows: dict[type, list[dict[str, object]]] = defaultdict(list)
        for code in codes:
            school_id = next(_ids)
            school: dict[str, object] = {"code": code, "name": code, "rulebook": rulebook}
            school["id"] = school_id
            rows[School].append(school)
            for _ in range(messages):
                id_ = next(_ids)
                shared: dict[str, object] = {"id": id_, "school_id": school_id}
                whose = {"person_id": id_, **shared}
                rows[Person].append(
                    shared
                    | {"kind": PersonKind.PUPIL, "number": str(id_), "name": "同學"}
                    | {"locale": "en", "departed": False}
                )
                rows[ChatAccount].append(
                    whose
                    | {"channel": channel, "address": f"U{id_:032x}", "menu": ""}
                    | {"state": AccountState.OPEN, "state_at": START}
                )
                rows[Delivery].append(
                    whose
                    | {"account_id": id_, "channel": channel, "retry_key": str(UUID(int=id_))}
                    | {"state": DeliveryState.QUEUED, "body": b"said", "attempts": 0}
                    | {"created_at": START, "try_at": START, "reason": ""}
                )
                rows[Notice].append(
                    whose
                    | {"kind": NoticeKind.ANSWER_KEPT, "occasion": f"answer/{id_}", "facts": {}}
                    | {"required": True, "due_at": START, "created_at": START}
                    | {"state": NoticeState.BUNDLED, "delivery_id": id_}
                )
        async with self.store.writing() as session:
            for table in (School, Person, ChatAccount, Delivery, Notice):
                if rows[table]:
                    await session.execute(sa.insert(table), rows[table])

    def worker(self, peer: Peer) -> Dispatcher:
        """Return one more worker of this installation."""
        return Dispatcher(self.store, {peer.name: peer}, lambda _: ENGLISH, self.now)

    async def work(self, workers: Iterable[Dispatcher], seconds: float) -> None:
        """Let the workers tick until nothing is left, or for so long."""
        workers = tuple(workers)
        ends_at = self.loop.time() + seconds
        while self.loop.time() < ends_at and await self.left():
            for each in workers:
                await each.tick()
            await asyncio.sleep(TICK)
        for each in workers:
            await each.stop()

    async def left(self) -> int:
        """Return how many messages nobody has taken yet."""
        async with self.store.reading() as session:
            counted = await session.scalar(
                sa.select(sa.func.count())
                .select_from(Delivery)
                .where(sa.column("state").in_(("queued", "sending")))
            )
        return int(counted or 0)
