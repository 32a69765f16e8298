"""Several workers over one database: slices follow one another, and each worker helps."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from models.queries import leave, pacing
from models.rules.pacing import LONGEST_ALONE, LONGEST_BACKLOG
from models.store import Store
from models.tables import Delivery
from models.vocabulary import DeliveryState
from scheduler.channel import Sent
from scheduler.dispatch import Dispatcher
from scheduler.planning import plan
from tests.support import crowd
from tests.support.cast import taipei
from tests.support.faulty_channel import FaultyChannel
from tests.support.scene import ENGLISH
from tests.support.ticking import ringing

BEFORE = taipei(2024, 10, 9, 7)
MORNING = taipei(2024, 10, 9, 7, 30)
SPANS = [timedelta(milliseconds=each) for each in (7, 100, 1, 690, 40) * 4]
PATIENCE = 20.0


async def test_slices_that_are_taken_at_once_follow_one_another(database_url: str) -> None:
    """Whoever comes from whichever process: no two overlap, and no time lies between them."""
    async with ringing(database_url, BEFORE) as bell:
        school_id = bell.cast.school.id
        # Two of their own: a store that answers in the loop would wait there for the other one.
        stores = (Store(database_url), Store(database_url))

        async def take(store: Store, span: timedelta) -> tuple[timedelta, timedelta]:
            async with store.writing() as session:
                begins_at = await pacing.reserve(session, school_id, "line", span, MORNING)
            return begins_at - MORNING, begins_at - MORNING + span

        taken = sorted(
            await asyncio.gather(*(take(stores[n % 2], span) for n, span in enumerate(SPANS)))
        )
        for store in stores:
            await store.close()
        assert [begins for begins, _ in taken] == [timedelta(), *(ends for _, ends in taken[:-1])]
        assert taken[-1][1] == sum(SPANS, timedelta())


async def test_a_pace_is_the_channel_s_own_and_survives_a_clock_that_was_set_back(
    database_url: str,
) -> None:
    """Another channel begins at once; what lies days ahead counts for nothing."""
    async with ringing(database_url, BEFORE) as bell, bell.store.writing() as session:
        school_id, hour = bell.cast.school.id, timedelta(hours=1)
        may = await leave.asked(session, school_id, "line")
        assert (may.free_at, may.alone_until) == (None, None)
        for at in (MORNING, MORNING - 72 * hour, MORNING - 72 * hour):
            begins_at = await pacing.reserve(session, school_id, "line", hour, at)
            assert at <= begins_at <= at + max(LONGEST_BACKLOG, hour)
        assert await pacing.reserve(session, school_id, "telegram", hour, MORNING) == MORNING

        await pacing.leave_alone(session, school_id, "line", 9 * LONGEST_ALONE, MORNING)
        may = await leave.asked(session, school_id, "line")
        assert may.alone_until == MORNING + LONGEST_ALONE
        assert (await leave.asked(session, school_id, "telegram")).alone_until is None


@dataclass
class Sociable(FaultyChannel):
    """Answers nobody before every worker has made a call."""

    worker: str = ""
    seen: Counter[str] = field(default_factory=Counter)
    everybody: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, school_code: str, address: str, body: bytes, retry_key: str) -> Sent:
        """Wait for the others, then accept."""
        self.seen[self.worker] += 1
        if len(self.seen) == 2:
            self.everybody.set()
        async with asyncio.timeout(PATIENCE):
            await self.everybody.wait()
        return await super().send(school_code, address, body, retry_key)


async def test_a_worker_with_nothing_to_do_helps_with_what_another_has_begun(
    database_url: str,
) -> None:
    """Two workers, each with its own connections: both send, and nobody gets a message twice."""
    async with ringing(database_url, BEFORE) as bell:
        addresses = await crowd.join(bell.store, bell.cast, 60)
        stores = [Store(database_url), Store(database_url)]
        first = Sociable(lambda: bell.now, worker="first")
        second = Sociable(
            lambda: bell.now,
            worker="second",
            seen=first.seen,
            everybody=first.everybody,
            pushes=first.pushes,
            known=first.known,
        )
        workers = [
            Dispatcher(store, {"line": channel}, lambda _: ENGLISH, lambda: bell.now)
            for store, channel in zip(stores, (first, second), strict=True)
        ]
        bell.now = MORNING
        await plan(bell.store, MORNING)
        for worker in workers:
            await worker.tick()
        await asyncio.gather(*(worker.idle() for worker in workers))
        for store in stores:
            await store.close()

        pushed = Counter(push.address for push in first.pushes)
        assert {address: pushed[address] for address in addresses} == dict.fromkeys(addresses, 1)
        assert set(pushed.values()) == {1}
        assert {row.state for row in await bell.rows(Delivery)} == {DeliveryState.ACCEPTED}
        assert sum(first.seen.values()) == len(first.pushes)
