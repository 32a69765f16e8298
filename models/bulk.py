"""Inserts many rows at once and commits, past the session: one call to the database for all of it.

A session costs eight hops between threads on SQLite, and three round trips on PostgreSQL, for what
is one statement. Both engines get the same text, `INSERT … VALUES (…), (…) ON CONFLICT DO NOTHING`:
rows that are there already are passed over. A connection of its own keeps the statements prepared.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import count, islice
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql.schema import ScalarElementColumnDefault

LARGEST_STATEMENT = 64
"""Rows to a statement; both drivers keep that many statements of different lengths prepared."""

Row = Mapping[str, Any]
Prepare = Callable[[Any, object], None]
Statement = tuple[str, list[Any]]


class RowsRefused(sa.exc.SQLAlchemyError):
    """The database is well, but does not take these rows; none of them was written."""


class Bulk(Protocol):
    """Inserts rows into one table; calls must not overlap."""

    async def insert(self, rows: Sequence[Row]) -> None:
        """Commit all of the rows, or none: RowsRefused, or OperationalError if it is unwell."""

    async def aclose(self) -> None:
        """Close the connection."""


class SqliteBulk:
    """Writes in a thread of its own, with one hop to it and one back."""

    def __init__(self, table: sa.Table, engine: AsyncEngine, prepare: Prepare) -> None:
        """Open the engine's file at the first insert; `prepare` sets the connection up."""
        self._shape = Shape(table, "?", engine.dialect)
        self._file = engine.url.database or ""
        self._prepare = prepare
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bulk")

    async def insert(self, rows: Sequence[Row]) -> None:
        """Commit all of the rows, or none: RowsRefused, or OperationalError if it is unwell."""
        statements = list(self._shape.statements(rows))
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, self._write, statements)
        except sqlite3.OperationalError as error:
            raise sa.exc.OperationalError(self._shape.head, None, error) from error
        except (sqlite3.Error, OverflowError, UnicodeError) as error:
            raise RowsRefused(type(error).__name__) from error

    async def aclose(self) -> None:
        """Close the connection."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _write(self, statements: list[Statement]) -> None:
        if self._connection is None:
            self._connection = sqlite3.connect(self._file)
            self._prepare(self._connection, None)
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for text, values in statements:
                self._connection.execute(text, values)
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()


class PostgresBulk:
    """Writes over a connection that commits by itself: mostly one round trip."""

    def __init__(self, table: sa.Table, engine: AsyncEngine) -> None:
        """Connect at the first insert, and again after a connection was lost."""
        self._shape = Shape(table, "${}", engine.dialect)
        address = engine.url.set(drivername="postgresql")
        self._address = address.render_as_string(hide_password=False)
        self._connection: Any = None

    async def insert(self, rows: Sequence[Row]) -> None:
        """Commit all of the rows, or none: RowsRefused, or OperationalError if it is unwell."""
        import psycopg

        statements = list(self._shape.statements(rows))
        try:
            connection = await self._connected()
            if len(statements) == 1:
                await connection.execute(*statements[0])
                return
            async with connection.transaction():
                for statement in statements:
                    await connection.execute(*statement)
        except (psycopg.Error, OverflowError, UnicodeError) as error:
            if self._connection is None or self._connection.closed:
                raise sa.exc.OperationalError(self._shape.head, None, error) from error
            raise RowsRefused(type(error).__name__) from error

    async def aclose(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.close()

    async def _connected(self) -> Any:
        if self._connection is None or self._connection.closed:
            import psycopg
            from psycopg.types.numeric import Int8BinaryDumper

            self._connection = None
            connection = await psycopg.AsyncConnection.connect(
                self._address, autocommit=True, cursor_factory=psycopg.AsyncRawCursor
            )
            connection.prepare_threshold = 0
            # Otherwise small and large numbers make different statements of the same text.
            connection.adapters.register_dumper(int, Int8BinaryDumper)
            self._connection = connection
        return self._connection


class Shape:
    """The columns of a table, and how their values go to the driver."""

    def __init__(self, table: sa.Table, mark: str, dialect: Dialect) -> None:
        self._table = table
        self._mark = mark
        self._dialect = dialect
        self.head = f"INSERT INTO {table.name}"
        self._columns = cache(self._columns_for)
        self._text = cache(self._text_for)

    def names(self, row: Row) -> list[str]:
        """Return the columns that are written for a row: its own, and those with a default."""
        columns, defaults = self._columns(tuple(row))
        return [*columns, *defaults]

    def values(self, row: Row) -> list[Any]:
        """Return what goes to the driver for a row, in the order of the names."""
        columns, defaults = self._columns(tuple(row))
        values = [process(row[name]) if process else row[name] for name, process in columns.items()]
        return [*values, *defaults.values()]

    def statements(self, rows: Sequence[Row]) -> Iterator[Statement]:
        """Give the statements that insert rows of the same columns, with their values in order."""
        names = tuple(self.names(rows[0]))
        for first in range(0, len(rows), LARGEST_STATEMENT):
            some = rows[first : first + LARGEST_STATEMENT]
            values = [value for row in some for value in self.values(row)]
            yield self._text(names, len(some)), values

    def _columns_for(self, names: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return by name how each value is processed, and the values of columns left out."""
        defaults = {
            column.name: column.default.arg
            for column in self._table.c
            if isinstance(column.default, ScalarElementColumnDefault) and column.name not in names
        }
        return {name: self._processor(name) for name in names}, defaults

    def _processor(self, name: str) -> Any:
        kind = self._table.c[name].type.dialect_impl(self._dialect)
        return kind.bind_processor(self._dialect)

    def _text_for(self, names: tuple[str, ...], rows: int) -> str:
        marks = (self._mark.format(number) for number in count(1))
        one = [f"({', '.join(islice(marks, len(names)))})" for _ in range(rows)]
        head = f"{self.head} ({', '.join(names)})"
        return f"{head} VALUES {', '.join(one)} ON CONFLICT DO NOTHING"
