"""Keeping events many webhooks at a time: who shares a commit shares nothing else."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.intake import Intake
from models.bulk import RowsRefused
from models.store import Store
from models.tables import InboundEvent, School

NOW = datetime(2025, 1, 5, 1, 2, 3, tzinfo=UTC)


def event(number: int, school_id: int = 1) -> dict[str, Any]:
    """Give the row of an event."""
    return {
        "school_id": school_id,
        "channel": "line",
        "event_key": str(number),
        "received_at": NOW,
        "happened_at": NOW,
        "raw": b"{}",
        "state": "received",
    }


async def test_a_webhook_that_is_refused_fails_by_itself(database_url: str) -> None:
    """Of twenty at once, one is for a school that was removed: it fails, nineteen are kept."""
    store = Store(database_url)
    async with store.writing() as session:
        session.add(School(id=1, code="1", name="", rulebook=""))
    intake = Intake(store, lambda: None)
    webhooks = [[event(number, 404 if number == 7 else 1)] for number in range(20)]

    ends = await asyncio.gather(*map(intake.keep, webhooks), return_exceptions=True)

    async with store.reading() as session:
        found = set(await session.scalars(sa.select(col(InboundEvent.event_key))))
    await store.close()
    assert [type(end) for end in ends if end is not None] == [RowsRefused]
    assert isinstance(ends[7], RowsRefused)
    assert found == {str(number) for number in range(20)} - {"7"}


async def test_an_outage_is_told_to_everybody_and_tried_once(sqlite_url: str) -> None:
    """A database that is unwell is not asked once more for each webhook."""
    store = Store(sqlite_url)
    async with store.writing() as session:
        await session.execute(sa.text("ALTER TABLE inbound_event RENAME TO away"))
    tries = 0
    insert_all: Any = store.insert_all

    async def counted(*given: Any) -> None:
        nonlocal tries
        tries += 1
        await insert_all(*given)

    store.insert_all = counted  # type: ignore[method-assign, assignment]
    intake = Intake(store, lambda: pytest.fail("nothing was stored"))

    ends = await asyncio.gather(
        *(intake.keep([event(number)]) for number in range(20)), return_exceptions=True
    )

    await store.close()
    assert {type(end) for end in ends} == {sa.exc.OperationalError}
    assert tries == 1
