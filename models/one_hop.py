"""SQLite in a thread of its own, with one hop there and back for a statement.

The driver hops four times: for a cursor, the statement, its rows, and the cursor's end. Each hop
waits until the event loop lets go of the interpreter, so that a busy loop makes a short transaction
long, for which everybody else who writes waits. Here the first rows come along with the statement.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import aiosqlite

PREPARED = 500
"""Statements that a connection keeps prepared."""
ALONG = 1000
"""Rows that come along with a statement; a result that is longer is read on piece by piece."""
_CHUNK = 64  # of the driver's own iteration, which nobody uses

Prepare = Callable[[Any, object], None]


class Connection(aiosqlite.Connection):
    """The driver's connection, with cursors that hop once."""

    def __init__(self, file: str, prepare: Prepare) -> None:
        """Open a file, once it is awaited, and `prepare` it; it begins no transaction itself."""
        super().__init__(partial(_opened, file, prepare), _CHUNK)
        self._thread.daemon = True  # a process that ends does not wait for it

    def cursor(self) -> "Cursor":  # type: ignore[override]
        """Return a cursor; nothing is asked of the thread before a statement is."""
        return Cursor(self)

    async def do(self, work: Callable[..., Any], *given: Any) -> Any:
        """Let the thread do something, and wait for it."""
        return await self._execute(work, *given)  # type: ignore[no-untyped-call]

    def raw(self) -> sqlite3.Cursor:
        """Return a cursor of the database itself; for the thread."""
        return self._conn.cursor()


def _opened(file: str, prepare: Prepare) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, cached_statements=PREPARED)
    prepare(connection, None)
    return connection


class Cursor:
    """What SQLAlchemy's aiosqlite dialect asks of a cursor."""

    def __init__(self, connection: Connection) -> None:
        """Execute over this connection."""
        self._connection = connection
        self._raw: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "Cursor":
        return self

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> "Cursor":
        """Execute a statement, and bring its first rows along."""
        await self._connection.do(self._execute, statement, values)
        return self

    async def executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> "Cursor":
        """Execute a statement for several rows."""
        await self._connection.do(self._executemany, statement, values)
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows."""
        rows, self._rows = self._rows, []
        if self._raw is not None:
            rows += await self._connection.do(self._raw.fetchall)
        return rows

    async def fetchmany(self, size: int) -> list[Any]:
        """Return the next rows of a result that is read piece by piece: fewer are the last."""
        missing = size - len(self._rows)
        if missing > 0 and self._raw is not None:
            self._rows += await self._connection.do(self._raw.fetchmany, missing)
        some, self._rows = self._rows[:size], self._rows[size:]
        return some

    async def close(self) -> None:
        """Close."""
        if self._raw is not None:
            raw, self._raw = self._raw, None
            await self._connection.do(raw.close)

    def _execute(self, statement: str, values: Sequence[Any]) -> None:
        self._note(self._connection.raw().execute(statement, values))

    def _executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> None:
        self._note(self._connection.raw().executemany(statement, values))

    def _note(self, raw: sqlite3.Cursor) -> None:
        """Keep what a statement gave; its cursor too where there are more rows."""
        self.description = raw.description
        self._rows = raw.fetchmany(ALONG) if raw.description is not None else []
        self.rowcount, self.lastrowid = raw.rowcount, raw.lastrowid
        self._raw = raw if len(self._rows) == ALONG else None
