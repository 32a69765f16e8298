"""Keeps inbound events before their webhooks are answered, many webhooks in one transaction.

Each caller waits for the commit of its own events. While one batch is being committed the next
gathers, so that a burst shares the costly part, the sync to disk, and a single webhook waits for
nobody. A webhook that the database refuses fails by itself, not the others beside it.
"""

import asyncio
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import sqlalchemy as sa

from models.bulk import RowsRefused
from models.store import Store
from models.tables import InboundEvent

Row = dict[str, Any]
Handed = tuple[Sequence[Row], "asyncio.Future[None]"]
_EVENTS: sa.Table = InboundEvent.__table__  # type: ignore[attr-defined]


class Intake:
    """Stores rows of inbound_event; an event that is there already is passed over."""

    def __init__(self, store: Store, on_stored: Callable[[], None]) -> None:
        """Write into `store`; `on_stored` is called after every commit, to wake who acts on it."""
        self._store = store
        self._on_stored = on_stored
        self._waiting: list[Handed] = []
        self._writer: asyncio.Task[None] | None = None

    async def keep(self, rows: Sequence[Row]) -> None:
        """Return once the rows are committed; raises what the database raised."""
        committed = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, committed))
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
                batch, self._waiting = self._waiting, []
                await self._write(batch)
        finally:
            self._writer = None

    async def _write(self, batch: Sequence[Handed]) -> None:
        """Commit a batch and tell everybody; one that is refused is taken apart."""
        try:
            await self._store.insert_all(_EVENTS, list(chain(*(rows for rows, _ in batch))))
        except RowsRefused as error:
            if len(batch) == 1:
                _tell(batch, error)
                return
            for each in batch:
                await self._write([each])
        except Exception as error:  # noqa: BLE001 - whatever it is, each waiting webhook is told
            _tell(batch, error)
        else:
            self._on_stored()
            _tell(batch, None)


def _tell(batch: Sequence[Handed], error: Exception | None) -> None:
    for _rows, committed in batch:
        if committed.done():  # its webhook hung up meanwhile
            continue
        if error is None:
            committed.set_result(None)
        else:
            committed.set_exception(error)
