"""Claiming an outbox in batches of 100, one short transaction each, on both engines.

Goal: at least 10,000 rows a second; two workers never slower than one, and no row twice.
"""

import asyncio
import itertools
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from sqlmodel import col

from benchmarks import crowd
from benchmarks.databases import Databases
from benchmarks.measuring import Measured, Variant, compare
from models.queries import claiming
from models.store import Store
from models.tables import Delivery
from models.vocabulary import DeliveryState

ROWS = 100_000
OF_OBJECTS = 2_000
"""Rows that the baseline claims: it is slow, and no faster with more of them."""
BATCH = 100
LEASE = timedelta(seconds=60)
SCHOOL = 100
_delivery: sa.Table = Delivery.__table__  # type: ignore[attr-defined]


async def measure(databases: Databases, *, rounds: int) -> tuple[list[Measured], list[str]]:
    """Return the speeds on both engines, in rows a second."""
    lines: list[Measured] = []
    for engine, url in (
        ("SQLite FULL", databases.sqlite()),
        ("PostgreSQL", databases.postgresql()),
    ):
        stores = [Store(url), Store(url)]
        await crowd.gather(stores[0], schools=1, pupils=1_000)
        await _fill(stores[0])
        prepare = partial(_queue_again, stores[0])
        variants = {
            "SQLModel objects": Variant(partial(_objects, stores[0]), "", prepare),
            "one worker": Variant(partial(_claimed, stores[:1]), "≥ 10,000/s", prepare),
            "two workers": Variant(partial(_claimed, stores), "≥ one worker", prepare),
        }
        lines += await compare(f"claiming, {engine}", variants, rounds=rounds)
        for store in stores:
            await store.close()
    return lines, []


async def _claimed(stores: list[Store]) -> int:
    """Claim every row, each worker over connections of its own; a row claimed twice raises."""

    async def worker(store: Store) -> list[int]:
        mine: list[int] = []
        while True:
            async with store.writing() as session:
                some = await claiming.claim(
                    session, SCHOOL, "line", crowd.AFTER, limit=BATCH, lease=LEASE
                )
            if not some:
                return mine
            mine += [each.id for each in some]

    found = list(itertools.chain(*await asyncio.gather(*map(worker, stores))))
    if len(found) != ROWS or len(set(found)) != ROWS:
        raise RuntimeError(f"{len(found)} claims of {len(set(found))} rows, of {ROWS}")
    return ROWS


async def _objects(store: Store) -> int:
    """Claim as a tutorial would: load objects, change them, commit."""
    for _ in range(OF_OBJECTS // BATCH):
        async with store.writing() as session:
            rows = await session.scalars(
                sa.select(Delivery)
                .where(
                    col(Delivery.state) == DeliveryState.QUEUED, col(Delivery.school_id) == SCHOOL
                )
                .order_by(col(Delivery.try_at))
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            )
            for row in rows:
                row.state = DeliveryState.SENDING
                row.leased_until = crowd.AFTER + LEASE
                row.attempts += 1
    return OF_OBJECTS


async def _fill(store: Store) -> None:
    first = SCHOOL * 10_000
    async with store.writing() as session:
        accounts = list(await session.scalars(sa.text("SELECT id FROM chat_account ORDER BY id")))
        for start in range(0, ROWS, 10_000):
            rows = [_row(number, first, accounts) for number in range(start, start + 10_000)]
            await session.execute(sa.insert(_delivery), rows)


def _row(number: int, first: int, accounts: list[int]) -> dict[str, object]:
    whose = number % len(accounts)
    return {
        "school_id": SCHOOL,
        "person_id": first + whose,
        "account_id": accounts[whose],
        "channel": "line",
        "retry_key": f"{number:036x}",
        "created_at": crowd.BEFORE,
        "try_at": crowd.BEFORE,
    }


async def _queue_again(store: Store) -> None:
    async with store.writing() as session:
        await session.execute(
            sa.update(_delivery).values(
                state=DeliveryState.QUEUED, leased_until=None, first_tried_at=None, attempts=0
            )
        )
    async with store.engine.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(sa.text("VACUUM"))
