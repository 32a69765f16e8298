"""Keeps inbound events before their webhooks are answered, many webhooks in one transaction.

Each caller waits for the commit of its own events. While one batch is being committed the next
gathers, so that a burst shares the costly part, the sync to disk, and a single webhook waits for
nobody.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.store import Store
from models.tables import InboundEvent

Row = dict[str, Any]


class Intake:
    """Stores rows of inbound_event; an event that is there already is passed over."""

    def __init__(self, store: Store, on_stored: Callable[[], None]) -> None:
        """Write into `store`; `on_stored` is called after every commit, to wake who acts on it."""
        self._store = store
        self._on_stored = on_stored
        self._statement = _insert(store.is_sqlite)
        self._rows: list[Row] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._writer: asyncio.Task[None] | None = None

    async def keep(self, rows: Sequence[Row]) -> None:
        """Return once the rows are committed; raises what the database raised."""
        committed = asyncio.get_running_loop().create_future()
        self._rows.extend(rows)
        self._waiting.append(committed)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_batches())
        await committed

    async def aclose(self) -> None:
        """Wait until everything that was handed in is committed."""
        if self._writer is not None:
            await self._writer

    async def _write_batches(self) -> None:
        try:
            while self._waiting:
                rows, self._rows = self._rows, []
                waiting, self._waiting = self._waiting, []
                _tell(waiting, await self._written(rows))
        finally:
            self._writer = None

    async def _written(self, rows: list[Row]) -> Exception | None:
        try:
            async with self._store.writing() as session:
                await session.execute(self._statement, rows)
        except Exception as error:  # noqa: BLE001 - whatever it is, each waiting webhook is told
            return error
        self._on_stored()
        return None


def _insert(into_sqlite: bool) -> sa.Insert:
    """Return one statement for every batch, whatever its size: it is compiled once."""
    table: sa.Table = InboundEvent.__table__  # type: ignore[attr-defined]
    if into_sqlite:
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def _tell(waiting: list[asyncio.Future[None]], error: Exception | None) -> None:
    for committed in waiting:
        if committed.done():  # its webhook hung up meanwhile
            continue
        if error is None:
            committed.set_result(None)
        else:
            committed.set_exception(error)
