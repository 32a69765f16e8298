"""SQLite that answers in the event loop, for a database that nobody else waits for.

The driver that the product serves people with asks a thread: a slow statement or a sync of the
disk must not stop the loop. That is four hops back and forth a statement, more than most statements
take themselves. A rehearsal, alone with its database, does without.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

PREPARED = 500
"""Statements that a connection keeps prepared."""


class Connection:
    """What SQLAlchemy's aiosqlite dialect asks of a connection; it begins no transaction itself."""

    def __init__(self, file: str) -> None:
        """Open a database file."""
        self.raw = sqlite3.connect(file, isolation_level=None, cached_statements=PREPARED)

    def cursor(self) -> "Cursor":
        """Return a cursor."""
        return Cursor(self.raw.cursor())

    async def create_function(
        self, name: str, arguments: int, function: Callable[..., Any], **more: Any
    ) -> None:
        """Let SQL call a function."""
        self.raw.create_function(name, arguments, function, **more)

    async def commit(self) -> None:
        """Commit."""
        self.raw.commit()

    async def rollback(self) -> None:
        """Roll back."""
        self.raw.rollback()

    async def close(self) -> None:
        """Close."""
        self.raw.close()

    def stop(self) -> None:
        """Close, where nobody can wait."""
        self.raw.close()

    @property
    def _connection(self) -> sqlite3.Connection:
        """Return what the dialect takes for a sign that the connection is open."""
        return self.raw


class Cursor:
    """What SQLAlchemy's aiosqlite dialect asks of a cursor."""

    def __init__(self, raw: sqlite3.Cursor) -> None:
        """Execute over this cursor."""
        self._raw = raw

    async def __aenter__(self) -> "Cursor":
        return self

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> "Cursor":
        """Execute a statement, after others had their turn."""
        await self.let_others()
        self._raw.execute(statement, values)
        return self

    async def executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> "Cursor":
        """Execute a statement for several rows, after others had their turn."""
        await self.let_others()
        self._raw.executemany(statement, values)
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows."""
        return self._raw.fetchall()

    async def fetchmany(self, size: int) -> list[Any]:
        """Return the next rows of a result that is read piece by piece."""
        await self.let_others()
        return self._raw.fetchmany(size)

    async def close(self) -> None:
        """Close."""
        self._raw.close()

    async def let_others(self) -> None:
        """Give every other task of the loop its turn."""
        await asyncio.sleep(0)

    @property
    def description(self) -> Any:
        """Return the columns."""
        return self._raw.description

    @property
    def rowcount(self) -> int:
        """Return how many rows were changed."""
        return self._raw.rowcount

    @property
    def lastrowid(self) -> int | None:
        """Return the id of the last row."""
        return self._raw.lastrowid
