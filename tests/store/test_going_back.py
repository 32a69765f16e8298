"""A database that went back behind what was seen of it: everything is put on hold by itself."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import anchors
from bot.anchors import NOBODY, Sealer
from bot.verifying import verify_store
from models.queries import audit, holds
from models.queries.holds import Hold
from models.store import Store
from models.tables import Attempt, Delivery, School
from tests.support.cast import settle, taipei

KEY = b"a key that only the tests use"
NOON = taipei(2024, 9, 16, 12)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """Give a store with a school."""
    store = Store(database_url)
    async with store.writing() as session:
        session.add(School(id=1, code="1", name="", rulebook=""))
    yield store
    await store.close()


async def enter(store: Store, *deeds: str) -> None:
    """Let something be done."""
    async with store.writing() as session:
        for deed in deeds:
            await audit.record(session, school_id=1, at=NOON, deed=deed)


async def go_back(store: Store, position: int) -> None:
    """Take the database back to where it was, as whoever restores it does."""
    async with store.writing() as session:
        await session.execute(sa.text(f"DELETE FROM audit_entry WHERE position > {position}"))


async def held(store: Store) -> Hold | None:
    """Return what holds the school up."""
    async with store.reading() as session:
        return await holds.standing(session, 1)


async def test_a_worker_that_starts_on_a_restored_database_holds_everything(
    store: Store, tmp_path: Path
) -> None:
    """Its file is ahead; once released, later starts find nothing wrong."""
    path = tmp_path / "anchors"
    await enter(store, "one", "two", "three")
    await Sealer(store, KEY, path).tick()
    before = Sealer(store, KEY, path)
    await before.look_back(NOON)
    assert await held(store) is None

    await go_back(store, 2)
    worker = Sealer(store, KEY, path)
    await worker.look_back(NOON)

    found = await held(store)
    assert found == Hold(NOON, "", NOBODY, restored=True)
    await worker.tick()
    async with store.writing() as session:
        await holds.take_off(session, found, "ops", NOON, via="terminal")
    await worker.tick()
    for later in (worker, Sealer(store, KEY, path)):
        await later.look_back(NOON + timedelta(minutes=2))
        assert await held(store) is None


async def test_a_worker_that_runs_on_notices_within_a_minute(store: Store) -> None:
    """Even without a file: another entry in the place of one that it sealed is another database."""
    worker = Sealer(store, KEY, None)
    await enter(store, "one", "two")
    await worker.tick()
    await worker.look_back(NOON)
    await go_back(store, 1)
    await enter(store, "another two", "three")
    await Sealer(store, KEY, None).tick()

    await worker.look_back(NOON + anchors.LOOKS_BACK_EVERY - timedelta(seconds=1))
    assert await held(store) is None
    await worker.look_back(NOON + anchors.LOOKS_BACK_EVERY)
    assert await held(store) is not None


async def test_a_hold_after_a_restore_is_not_begun_anew(store: Store, tmp_path: Path) -> None:
    """What fell due after the first hold was certainly not sent: its instant stays."""
    path = tmp_path / "anchors"
    await enter(store, "one", "two")
    await Sealer(store, KEY, path).tick()
    await go_back(store, 1)
    async with store.writing() as session:
        mine = await holds.put_on(session, Hold(NOON, "", "ops", restored=True), via="terminal")

    await Sealer(store, KEY, path).look_back(NOON + timedelta(hours=1))
    assert await held(store) == mine
    async with store.writing() as session:
        await holds.put_on(session, Hold(NOON + timedelta(hours=2), "x", "ops"), via="terminal")
    assert await held(store) == Hold(NOON, "x", "ops", restored=True)


@pytest.mark.parametrize("runs_on", [False, True])
async def test_calls_that_the_database_has_forgotten_are_noticed(
    sqlite_url: str, tmp_path: Path, runs_on: bool
) -> None:
    """Messages may be sent while nobody does anything that is audited."""
    store = Store(sqlite_url)
    cast = await settle(store)
    async with store.writing() as session:
        account = cast.accounts["小美"]
        assert account.person_id is not None
        delivery = Delivery(
            school_id=cast.school.id,
            person_id=account.person_id,
            account_id=account.id,
            channel="line",
            retry_key="key",
            created_at=NOON,
            try_at=NOON,
        )
        session.add(delivery)
        await session.flush()
        session.add(Attempt(delivery_id=delivery.id, started_at=NOON))
    path = tmp_path / "anchors"
    worker = Sealer(store, KEY, path)
    await worker.look_back(NOON)
    await worker.tick()
    async with store.writing() as session:
        await session.execute(sa.delete(Attempt))

    for _ in range(2):
        later = worker if runs_on else Sealer(store, KEY, path)
        await later.look_back(NOON + anchors.LOOKS_BACK_EVERY)
        assert await held(store) is not None
        await later.tick()
    found = await verify_store(store, KEY, [path])
    assert not any(verdict.flaws for verdict in found)
    await store.close()
