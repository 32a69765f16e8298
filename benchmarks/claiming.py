"""Claiming an outbox in batches of 100, one short transaction each.

Goals: at least 10,000 rows a second on either engine; two workers, each a process of its own,
never slower than one, and no row twice.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import col

from benchmarks import crowd
from benchmarks.measuring import Figure, Findings, Line, Role
from benchmarks.racing import Contestant, Setting, Turn, race
from benchmarks.sizes import ENGINES, Size
from models.queries import claiming
from models.store import Store
from models.tables import Delivery
from models.vocabulary import DeliveryState

if TYPE_CHECKING:
    from benchmarks.databases import Databases


OF_OBJECTS = 2_000
"""Rows that the baseline claims: it is slow, and no faster with more of them."""
BATCH = 100
LEASE = timedelta(seconds=60)


def measure(databases: "Databases", size: Size, *, rounds: int) -> Findings:
    """Race on both engines."""
    lines: list[Line] = []
    figures: list[Figure] = []
    for engine in ENGINES:
        setting = Setting(size, databases.crowded(engine, size))
        title = f"claiming, {size.name}, {engine}"
        found = race(
            title,
            (
                Contestant("SQLModel objects", Role.TODAY, objects, setting),
                Contestant("one worker", Role.OURS, claimed, setting),
                Contestant("two workers", Role.OURS, claimed, setting, team=2),
            ),
            rounds=rounds,
        )
        _, one, two = found
        lines += found
        figures += [
            Figure(f"{title}: one worker", one.per_second, "/s", 10_000, at_least=True),
            Figure(f"{title}: two workers to one", two.times(one), "×", 1, at_least=True),
        ]
    return Findings(tuple(lines), tuple(figures))


@asynccontextmanager
async def claimed(setting: Setting) -> AsyncIterator[Turn]:
    """Claim until nothing is left, school by school; another worker may do so beside us."""
    store = Store(setting.url)

    async def work() -> int:
        schools = range(crowd.FIRST, crowd.FIRST + setting.size.schools)
        return sum([await _all_of(store, school) for school in schools])

    async def prepare() -> None:
        await _require_once(store)
        _let_queue(setting)

    yield Turn(work, prepare)
    await _require_once(store)
    await store.close()


@asynccontextmanager
async def objects(setting: Setting) -> AsyncIterator[Turn]:
    """Claim as a tutorial would: load objects, change them, commit."""
    store = Store(setting.url)
    due = (
        sa.select(Delivery)
        .where(col(Delivery.state) == DeliveryState.QUEUED)
        .order_by(col(Delivery.school_id), col(Delivery.try_at))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )

    async def work() -> int:
        done = 0
        while done < OF_OBJECTS:
            async with store.writing() as session:
                rows = (await session.scalars(due)).all()
                for row in rows:
                    row.state = DeliveryState.SENDING
                    row.leased_until = crowd.AFTER + LEASE
                    row.attempts += 1
            if not rows:
                break
            done += len(rows)
        return done

    async def prepare() -> None:
        _let_queue(setting)

    yield Turn(work, prepare)
    await store.close()


async def _all_of(store: Store, school: int) -> int:
    done = 0
    while True:
        async with store.writing() as session:
            some = await claiming.claim(
                session, school, "line", crowd.AFTER, limit=BATCH, lease=LEASE
            )
        if not some:
            return done
        done += len(some)


def _let_queue(setting: Setting) -> None:
    crowd.forget(setting.url)
    crowd.let_queue(setting.url, most=setting.size.waiting)


async def _require_once(store: Store) -> None:
    """Raise if a row was claimed more than once, by whomever."""
    twice = sa.select(sa.func.count()).where(col(Delivery.attempts) > 1)
    async with store.reading() as session:
        found = await session.scalar(twice)
    if found:
        raise RuntimeError(f"{found} rows were claimed twice")
