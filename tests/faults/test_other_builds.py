"""Planned by one build, sent by another that has other messages: nothing is lost or held up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from models.tables import Delivery, Notice
from models.vocabulary import DeliveryState, NoticeKind, NoticeState, Silence
from scheduler import jobs
from scheduler.bundling import bundle
from scheduler.messages import MESSAGES
from tests.support import cast
from tests.support.cast import taipei
from tests.support.ticking import Bell, ringing

BEFORE = taipei(2024, 10, 9, 7)
MORNING = taipei(2024, 10, 9, 7, 30)
OPENED = "receipt_opened"
NEWER = "receipt_foretold"
_CHECK = (
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conrelid = 'notice'::regclass AND contype = 'c'"
    f" AND pg_get_constraintdef(oid) LIKE '%{OPENED}%'"
)


async def rename(bell: Bell, old: str, new: str) -> None:
    """Let the notices of the first pupil be of another kind, past what the database checks."""
    async with bell.store.writing() as session:
        if bell.store.is_sqlite:
            await session.execute(sa.text("PRAGMA ignore_check_constraints = ON"))
        await session.execute(
            sa.text("UPDATE notice SET kind = :new WHERE kind = :old AND person_id = :person"),
            {"new": new, "old": old, "person": bell.cast.people["小美"].id},
        )
        if bell.store.is_sqlite:
            await session.execute(sa.text("PRAGMA ignore_check_constraints = OFF"))


@asynccontextmanager
async def unchecked(bell: Bell) -> AsyncIterator[None]:
    """Let PostgreSQL take words of another build for a while."""
    if bell.store.is_sqlite:
        yield
        return
    async with bell.store.writing() as session:
        name, check = (await session.execute(sa.text(_CHECK))).one()
        await session.execute(sa.text(f'ALTER TABLE notice DROP CONSTRAINT "{name}"'))
    yield
    async with bell.store.writing() as session:
        await session.execute(sa.text(f'ALTER TABLE notice ADD CONSTRAINT "{name}" {check}'))


async def states(bell: Bell, table: Any) -> list[Any]:
    """Return the states of all rows, whatever kind they are of."""
    async with bell.store.reading() as session:
        return list((await session.scalars(sa.select(table.state).order_by(table.id))).all())


@pytest.mark.parametrize("bundled", [False, True], ids=["waiting", "bundled"])
async def test_a_kind_of_another_build_waits_for_it(database_url: str, bundled: bool) -> None:
    """Others are told meanwhile; the build that knows the word tells it, once."""
    async with ringing(database_url, BEFORE) as bell:
        for name in ("小美", "阿明"):
            await bell.add(cast.statement, of=name)
        bell.now = MORNING
        await jobs.tick_plan(bell.store, MORNING)
        if bundled:
            await bundle(bell.store, MORNING, {"line"})
        async with unchecked(bell):
            await rename(bell, OPENED, NEWER)
            await bell.tick()

            assert len(bell.told("阿明")) == 1
            assert not [one for one in bell.told("小美") if "eceipt" in one]
            assert await states(bell, Notice)

            await rename(bell, NEWER, OPENED)
        await bell.tick()

        assert len([one for one in bell.told("小美") if "eceipt" in one]) == 1
        assert len(bell.told("阿明")) == 1
        assert set(await states(bell, Delivery)) <= {
            DeliveryState.ACCEPTED,
            DeliveryState.WITHDRAWN,
        }
        assert await bell.unfinished() == 0


async def test_a_message_that_is_gone_is_refused_with_a_reason(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kind without a message function ends as refused, and holds up nobody else's."""
    async with ringing(database_url, BEFORE) as bell:
        await bell.add(cast.statement, of="小美")
        bell.now = MORNING
        await jobs.tick_plan(bell.store, MORNING)
        monkeypatch.delitem(MESSAGES, NoticeKind.RECEIPT_OPENED)

        await bell.tick()

        (gone,) = await bell.rows(Notice, kind=NoticeKind.RECEIPT_OPENED)
        assert (gone.state, gone.silence) == (NoticeState.SKIPPED, Silence.REFUSED)
        assert await bell.unfinished() == 0
