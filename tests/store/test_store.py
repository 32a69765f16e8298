"""The store on PostgreSQL and on SQLite, with threads and without: many at once, exact instants."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from models.one_hop import ALONG
from models.store import Store, prepare_sqlite
from models.tables import School

TAIPEI = timezone(timedelta(hours=8))
INSTANTS = [
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(1911, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2025, 2, 3, 16, 0, 0, 1, tzinfo=UTC),
    datetime(2025, 2, 4, tzinfo=TAIPEI),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
]


@pytest.fixture(params=["sqlite_url", "postgres_url", "sqlite_url without threads"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """Give a store over each kind of database."""
    fixture, *without_threads = request.param.split(" ", 1)
    store = Store(request.getfixturevalue(fixture), threads=not without_threads)
    yield store
    await store.close()


async def write(store: Store, code: str, at: datetime | None = None) -> None:
    """Write one school in a transaction of its own."""
    async with store.writing() as session:
        session.add(School(code=code, name="測試高中", rulebook="", planned_until=at))


async def codes(store: Store) -> list[str]:
    """Return the codes of all schools, in order."""
    async with store.reading() as session:
        return list(await session.scalars(sa.select(col(School.code)).order_by(col(School.code))))


async def test_fifty_writers_and_fifty_readers_all_get_through(store: Store) -> None:
    """Nobody hears that the database is locked; every row is there, and readers see whole ones."""
    seen: list[int] = []

    async def reader() -> None:
        seen.append(len(await codes(store)))
        seen.append(len(await codes(store)))

    async def writer(number: int) -> None:
        async with store.writing() as session:
            have = await session.scalar(sa.select(sa.func.count()).select_from(School))
            session.add(School(code=f"{number:06}", name=str(have), rulebook=""))

    await asyncio.gather(*(writer(number) for number in range(50)), *(reader() for _ in range(50)))

    assert len(await codes(store)) == 50
    assert set(seen) <= set(range(51))


async def test_two_processes_writing_one_database_wait_for_one_another(database_url: str) -> None:
    """Each of two stores reads and then writes in one transaction: no lock is ever refused."""
    stores = [Store(database_url), Store(database_url)]

    async def write_many(number: int) -> None:
        for each in range(10):
            async with stores[number].writing() as session:
                await session.scalars(sa.select(col(School.id)))
                session.add(School(code=f"{number}{each:05}", name="", rulebook=""))

    await asyncio.gather(write_many(0), write_many(1))

    assert len(await codes(stores[0])) == 20
    for store in stores:
        await store.close()


async def test_a_raise_takes_everything_back(store: Store) -> None:
    """What was written before the raise is gone, and the store goes on."""

    async def broken() -> None:
        async with store.writing() as session:
            session.add(School(code="1", name="", rulebook=""))
            await session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await broken()

    assert await codes(store) == []

    await write(store, "2")

    assert await codes(store) == ["2"]


async def test_a_writer_that_is_broken_off_takes_everything_back(store: Store) -> None:
    """A cancelled task leaves no row, no lock and no open transaction."""
    begun = asyncio.Event()

    async def forever() -> None:
        async with store.writing() as session:
            session.add(School(code="1", name="", rulebook=""))
            await session.flush()
            begun.set()
            await asyncio.get_running_loop().create_future()

    task = asyncio.create_task(forever())
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await write(store, "2")

    assert await codes(store) == ["2"]


async def test_reading_changes_nothing(store: Store) -> None:
    """What is written in a reading transaction is not kept."""
    async with store.reading() as session:
        await session.execute(sa.insert(School).values(code="1", name="", rulebook=""))

    assert await codes(store) == []


async def test_rows_that_were_read_outlive_their_transaction(store: Store) -> None:
    """They are plain values afterwards, without a database behind them."""
    await write(store, "1")

    async with store.reading() as session:
        school = (await session.scalars(sa.select(School))).one()

    assert school.code == "1"


@pytest.mark.parametrize("instant", INSTANTS, ids=str)
async def test_instants_come_back_whole(store: Store, instant: datetime) -> None:
    """To the microsecond, aware, and in UTC whatever zone they were given in."""
    await write(store, "1", instant)

    async with store.reading() as session:
        found = await session.scalar(sa.select(col(School.planned_until)))

    assert found == instant
    assert found is not None
    assert found.tzinfo is UTC


async def test_instants_compare_in_the_database_as_they_do_outside(store: Store) -> None:
    """In order, and at their exact limits."""
    for number, instant in enumerate(INSTANTS):
        await write(store, str(number), instant)
    limit = INSTANTS[2]

    async with store.reading() as session:
        at = col(School.planned_until)
        found = list(await session.scalars(sa.select(at).order_by(at)))
        before = list(await session.scalars(sa.select(at).where(at < limit).order_by(at)))

    assert found == sorted(INSTANTS)
    assert before == sorted(each for each in INSTANTS if each < limit)


async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    """It never reaches the database, where nobody could tell what it meant."""
    naive = datetime(2025, 2, 3, 16, tzinfo=UTC).replace(tzinfo=None)

    with pytest.raises(sa.exc.StatementError):
        await write(store, "1", naive)

    assert await codes(store) == []


@pytest.mark.parametrize("threads", [True, False])
async def test_sqlite_syncs_every_commit_and_checks_references(
    sqlite_url: str, *, threads: bool
) -> None:
    """The settings that its promises rest on are set on every connection."""
    store = Store(sqlite_url, threads=threads)
    async with store.reading() as session:
        found = [
            await session.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    await store.close()

    assert found == ["wal", 2, 1]


async def test_tables_that_grew_are_known_to_be_large_at_once(postgres_url: str) -> None:
    """PostgreSQL plans by what it last knew of a table: an empty one, until it has looked."""
    store = Store(postgres_url)
    rows = [{"code": f"{number}", "name": "", "rulebook": ""} for number in range(300)]
    async with store.writing() as session:
        await session.execute(sa.insert(School), rows)

    await store.study(["school", "term"])

    async with store.reading() as session:
        known = await session.scalar(
            sa.text("SELECT reltuples FROM pg_class WHERE relname = 'school'")
        )
    await store.close()
    assert known == 300


async def test_a_long_result_is_read_whole_and_piece_by_piece(store: Store) -> None:
    """However many rows a statement gives, all of them come, in order; so does what is streamed."""
    numbers = sa.text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most)"
        " SELECT i FROM n WHERE i <= :most ORDER BY i"
    )
    async with store.reading() as session:
        for most in (0, ALONG - 1, ALONG, ALONG + 1, 3 * ALONG):
            whole = list(await session.scalars(numbers, {"most": most}))
            streamed = await session.stream_scalars(
                numbers, {"most": most}, execution_options={"yield_per": 700}
            )
            assert whole == [each async for each in streamed] == list(range(1, most + 1))


async def test_a_long_result_is_read_whole_in_pieces_of_any_size(store: Store) -> None:
    """A piece that is smaller than asked for is the last one: nothing after it may be missing."""
    many = 6 * ALONG + 1
    async with store.writing() as session:
        rows = [{"code": f"{number}", "name": "", "rulebook": ""} for number in range(many)]
        await session.execute(sa.insert(School), rows)
    asked = sa.select(School.id, School.code).order_by(col(School.id))  # type: ignore[call-overload]
    async with store.reading() as session:
        for size in (ALONG // 2, ALONG, 3 * ALONG, 10 * ALONG):
            pieces = (await session.stream(asked)).partitions(size)
            assert len({row.code async for piece in pieces for row in piece}) == many


def test_many_may_open_a_new_file_at_the_same_time(tmp_path: Path) -> None:
    """SQLite refuses all but one to make it a WAL file, and lets none of them wait; we do."""
    together = threading.Barrier(4)

    def opens(file: Path) -> str:
        connection = sqlite3.connect(file)
        together.wait()
        prepare_sqlite(connection, None)
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        connection.close()
        return str(mode)

    with ThreadPoolExecutor(4) as openers:
        for number in range(30):
            file = tmp_path / f"{number}.db"
            with contextlib.closing(sqlite3.connect(file)) as new:
                new.execute("CREATE TABLE made (before INTEGER)")
            assert set(openers.map(opens, [file] * 4)) == {"wal"}
