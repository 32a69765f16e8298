"""SQLite for a run that must follow its seed: the product's store, without threads or syncs.

The driver that the product uses answers from a thread, whenever that comes to it. This one answers
in the loop, with a pause before every statement in which others get their turn. A write waits for
another process's write as SQLite's own time-out lets it wait.
"""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from models import threadless
from tests.faults.shuffled_loop import ShuffledLoop

A_STATEMENT = 0.001
"""Seconds of the loop's clock that a statement takes."""
A_TURN = 0.005
PRAGMAS = ("journal_mode=WAL", "synchronous=OFF", "foreign_keys=ON", "temp_store=MEMORY")


class Shelf:
    """One database, put back to its template before every run, and the connections to it.

    They and their one engine stay: a statement is compiled and prepared once and not once a run.
    """

    def __init__(self, file: Path, template: Path) -> None:
        """Keep a copy of the template here; a place in memory is best."""
        shutil.copyfile(template, file)
        self._file = file
        self._open: list[sqlite3.Connection] = []
        self._free: list[sqlite3.Connection] = []
        self._restorer = Restorer(self._connection(), template)
        self.engine: AsyncEngine = create_async_engine(
            "sqlite+aiosqlite:///run.sqlite3",
            async_creator=self._connect,
            poolclass=NullPool,
            query_cache_size=2_000,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
        )

    def warm_up(self) -> None:
        """Let the engine ask now what it asks only once, so that no run differs from the next."""

        async def connect() -> None:
            async with self.engine.connect():
                pass

        loop = ShuffledLoop(random.Random(0))
        loop.run_until_complete(connect())
        loop.close()

    def begin_anew(self) -> None:
        """Put every row back; a connection that somebody still holds is closed, for they died."""
        for raw in self._open:
            if raw not in self._free:
                raw.close()
        self._open = list(self._free)
        self._restorer.restore()

    def close(self) -> None:
        """Close every connection."""
        self._restorer.close()
        while self._open:
            self._open.pop().close()

    def open(self) -> sqlite3.Connection:
        """Return a connection without a transaction."""
        if self._free:
            return self._free.pop()
        raw = self._connection()
        self._open.append(raw)
        return raw

    def give_back(self, raw: sqlite3.Connection) -> None:
        """Take a connection back; what it has not committed is gone."""
        if raw in self._open:
            raw.rollback()
            self._free.append(raw)

    def _connection(self) -> sqlite3.Connection:
        raw = sqlite3.connect(self._file, isolation_level=None, timeout=0, cached_statements=500)
        for pragma in PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")
        return raw

    async def _connect(self, *_given: Any, **_more: Any) -> "Connection":
        return Connection(self, self.open())


class Restorer:
    """Makes the rows of a database those of its template again."""

    def __init__(self, raw: sqlite3.Connection, template: Path) -> None:
        """Write through this connection, which looks at no foreign key from now on."""
        self._raw = raw
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("ATTACH ? AS template", (str(template),))
        names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        self._tables = [name for (name,) in raw.execute(names)]

    def restore(self) -> None:
        """Copy the template in one transaction."""
        self._raw.execute("BEGIN IMMEDIATE")
        for table in self._tables:
            self._raw.execute(f"DELETE FROM main.{table}")
            self._raw.execute(f"INSERT INTO main.{table} SELECT * FROM template.{table}")
        self._raw.execute("COMMIT")

    def close(self) -> None:
        """Close the connection."""
        self._raw.close()


class Connection:
    """What SQLAlchemy's aiosqlite dialect asks of a connection."""

    def __init__(self, shelf: Shelf, raw: sqlite3.Connection) -> None:
        """Hold a connection of the shelf until it is closed."""
        self._shelf = shelf
        self._connection: sqlite3.Connection | None = raw

    @property
    def raw(self) -> sqlite3.Connection:
        """Return the connection, which must be open."""
        assert self._connection is not None
        return self._connection

    def cursor(self) -> "Cursor":
        """Return a cursor."""
        return Cursor(self.raw.cursor())

    async def create_function(self, *_given: Any, **_more: Any) -> None:
        """Leave out the regular expressions, which nothing here uses."""

    async def commit(self) -> None:
        """Commit, after others had their turn."""
        await _let_others()
        self.raw.commit()

    async def rollback(self) -> None:
        """Roll back at once: a process that dies does not wait."""
        self.raw.rollback()

    async def close(self) -> None:
        """Give the connection back."""
        self.stop()

    def stop(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._shelf.give_back(self._connection)
            self._connection = None


class Cursor(threadless.Cursor):
    """The product's cursor, which takes the loop's time and waits for another process's write."""

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> "Cursor":
        """Execute a statement; one that begins a write waits for the one before it."""
        await self.let_others()
        while True:
            try:
                self._raw.execute(statement, values)
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or not statement.startswith("BEGIN"):
                    raise
                await asyncio.sleep(A_TURN)
            else:
                return self

    async def let_others(self) -> None:
        """Let a statement's time go by, and others have their turn."""
        await _let_others()


async def _let_others() -> None:
    loop: Any = asyncio.get_running_loop()
    loop.pass_time(A_STATEMENT)
    await asyncio.sleep(0)
