"""Many rows at once, past the session: all or none, passed over where they are there already."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from models.bulk import RowsRefused
from models.store import Store
from models.tables import InboundEvent, School

NOW = datetime(2025, 1, 5, 1, 2, 3, 4, tzinfo=UTC)
EVENTS: sa.Table = InboundEvent.__table__  # type: ignore[attr-defined]


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """Give a store with one school over each kind of database."""
    store = Store(database_url)
    async with store.writing() as session:
        session.add(School(id=1, code="1", name="", rulebook=""))
    yield store
    await store.close()


def event(key: str, **more: Any) -> dict[str, Any]:
    """Give the row of an event."""
    row = {
        "school_id": 1,
        "channel": "line",
        "event_key": key,
        "received_at": NOW,
        "happened_at": NOW,
        "raw": b"\x00\xff{}",
        "state": "received",
    }
    return row | more


async def stored(store: Store) -> list[Any]:
    """Return what is stored, in order."""
    async with store.reading() as session:
        return list((await session.execute(sa.select(EVENTS).order_by(EVENTS.c.id))).all())


async def test_rows_come_back_as_through_a_session(store: Store) -> None:
    """Instants, bytes and text whole, and the default of a column that was left out."""
    await store.insert_all(EVENTS, [event("甲")])

    (row,) = await stored(store)

    assert (row.event_key, row.received_at, row.raw) == ("甲", NOW, b"\x00\xff{}")
    assert (row.problem, row.answer, row.state) == ("", None, "received")


@pytest.mark.parametrize("number", [1, 2, 63, 64, 65, 200])
async def test_any_number_of_rows_is_written(store: Store, number: int) -> None:
    """One statement or several, in order and none left out."""
    await store.insert_all(EVENTS, [event(str(each)) for each in range(number)])

    assert [row.event_key for row in await stored(store)] == [str(each) for each in range(number)]


async def test_what_is_there_already_is_passed_over(store: Store) -> None:
    """From before, and twice among the new rows themselves; the first one stays as it was."""
    await store.insert_all(EVENTS, [event("a")])
    await store.insert_all(EVENTS, [event("a", raw=b"2"), event("b"), event("b", raw=b"3")])

    rows = await stored(store)

    assert [row.event_key for row in rows] == ["a", "b"]
    assert {row.raw for row in rows} == {b"\x00\xff{}"}


@pytest.mark.parametrize("before", [1, 100])
async def test_one_row_that_is_refused_takes_all_back(store: Store, before: int) -> None:
    """Also those of an earlier statement; the next insert goes on as if nothing had been."""
    good = [event(str(each)) for each in range(before)]

    with pytest.raises(RowsRefused):
        await store.insert_all(EVENTS, [*good, event("x", school_id=404)])

    assert await stored(store) == []

    await store.insert_all(EVENTS, good)

    assert len(await stored(store)) == before


async def test_half_a_character_is_refused_like_any_other_row(store: Store) -> None:
    """Text that cannot be encoded is no fault of the database."""
    with pytest.raises(RowsRefused):
        await store.insert_all(EVENTS, [event("\ud83d")])

    assert await stored(store) == []


async def test_inserts_and_transactions_take_turns(store: Store) -> None:
    """Twenty of either at once: nothing is locked, nothing is lost."""

    async def transaction(number: int) -> None:
        async with store.writing() as session:
            await session.execute(sa.insert(EVENTS), [event(f"t{number}")])

    await asyncio.gather(
        *(store.insert_all(EVENTS, [event(f"b{number}")]) for number in range(20)),
        *(transaction(number) for number in range(20)),
    )

    assert len(await stored(store)) == 40


async def test_a_lost_connection_is_an_outage_once_and_then_made_anew(postgres_url: str) -> None:
    """Who hands rows in is told that the database is unwell; the next finds it well again."""
    store = Store(postgres_url)
    async with store.writing() as session:
        session.add(School(id=1, code="1", name="", rulebook=""))
    await store.insert_all(EVENTS, [event("a")])
    async with store.writing() as session:
        await session.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )

    with pytest.raises(sa.exc.OperationalError):
        await store.insert_all(EVENTS, [event("b")])
    await store.insert_all(EVENTS, [event("c")])

    assert [row.event_key for row in await stored(store)] == ["a", "c"]
    await store.close()
