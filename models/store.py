"""The database behind the rows: one engine, one writer at a time on SQLite, short transactions.

`Store.writing()` is a transaction that commits when its block returns and rolls back when it
raises; `Store.reading()` sees one consistent state and changes nothing. On SQLite every write
begins IMMEDIATE and waits its turn in this process, because a read that turns into a write cannot
wait for a lock; on PostgreSQL queries lock rows (`FOR UPDATE`).
"""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from functools import partial
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from models import one_hop, threadless
from models.bulk import Bulk, PostgresBulk, Row, SqliteBulk

SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout=10000",  # first: the next one may have to wait as well
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
)
_TRIES = 500
_BETWEEN = 0.02
"""Seconds from one try to set a pragma to the next: ten in all, as others are waited for."""
_PRIMARY = 0xFF
"""The part of SQLite's result codes that says what it is; the rest says why."""


class Store:
    """Opens sessions on one database; safe to share between tasks of one event loop."""

    def __init__(self, url: str, *, pool_size: int = 10, threads: bool = True) -> None:
        """Prepare an engine for `url` (`sqlite+aiosqlite:///…` or `postgresql+psycopg://…`).

        Without `threads` SQLite answers in the event loop: twice as fast, but all wait for it.
        """
        self.engine = _engine(url, pool_size, threads=threads)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._turn = asyncio.Lock()
        self._bulks: dict[str, Bulk] = {}
        self._bulk_turn = self._turn if self.is_sqlite else asyncio.Lock()

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that may change rows; commits at the end, rolls back on a raise."""
        async with self._my_turn(), self._session() as session:
            if self.is_sqlite:
                await session.execute(sa.text("BEGIN IMMEDIATE"))
            async with _committed(session):
                yield session

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that only reads one consistent state."""
        async with self._session() as session:
            if self.is_sqlite:
                await session.execute(sa.text("BEGIN"))
            yield session
            session.expunge_all()  # rows that were read stay what they are: plain values
            await session.rollback()

    async def insert_all(self, table: sa.Table, rows: Sequence[Row]) -> None:
        """Commit new rows of the same columns, passing over those that are there already.

        All or none: RowsRefused if the database does not take them, OperationalError if it is
        unwell. Much faster than a session, and as durable.
        """
        async with self._bulk_turn:
            await self._bulk(table).insert(rows)

    async def study(self, tables: Iterable[str]) -> None:
        """Let PostgreSQL look at tables that changed a great deal, before it plans a query on them.

        It would do so by itself, but minutes later. SQLite plans well without.
        """
        names = ", ".join(sorted(tables))
        if names and not self.is_sqlite:
            async with self.engine.begin() as connection:
                await connection.exec_driver_sql(f"ANALYZE {names}")

    async def close(self) -> None:
        """Give every connection back."""
        for bulk in self._bulks.values():
            await bulk.aclose()
        self._bulks.clear()
        await self.engine.dispose()

    def _bulk(self, table: sa.Table) -> Bulk:
        if table.name not in self._bulks:
            self._bulks[table.name] = (
                SqliteBulk(table, self.engine, prepare_sqlite)
                if self.is_sqlite
                else PostgresBulk(table, self.engine)
            )
        return self._bulks[table.name]

    @contextlib.asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        if not self.is_sqlite:
            yield
            return
        async with self._turn:
            yield

    def _session(self) -> AsyncSession:
        return AsyncSession(self.engine, expire_on_commit=False)


@contextlib.asynccontextmanager
async def _committed(session: AsyncSession) -> AsyncIterator[None]:
    try:
        yield
        await session.commit()
    except BaseException:
        await session.rollback()
        raise


def _engine(url: str, pool_size: int, *, threads: bool) -> AsyncEngine:
    more: dict[str, Any] = {} if ":memory:" in url else {"pool_size": pool_size, "max_overflow": 5}
    if url.startswith("sqlite"):
        opened = _threaded_sqlite if threads else _threadless_sqlite
        more["async_creator"] = partial(opened, sa.make_url(url).database or ":memory:")
    return create_async_engine(
        url,
        pool_pre_ping=not url.startswith("sqlite"),
        hide_parameters=True,  # an error's text may reach a log; what it was about may not
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        **more,
    )


async def _threaded_sqlite(file: str) -> one_hop.Connection:
    """Return a connection that answers in a thread of its own, set up as others are."""
    connection = one_hop.Connection(file, prepare_sqlite)
    await connection
    return connection


async def _threadless_sqlite(file: str) -> threadless.Connection:
    """Return a connection that answers in the event loop, set up as others are."""
    connection = threadless.Connection(file)
    prepare_sqlite(connection.raw, None)
    return connection


def prepare_sqlite(connection: Any, _record: object) -> None:
    """Set the pragmas and hand BEGIN over to us (the driver's own BEGIN is deferred)."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        _insist(cursor, pragma)
    cursor.close()


def _insist(cursor: Any, pragma: str) -> None:
    """Set a pragma; where several open a file at once SQLite refuses some without waiting."""
    for _ in range(_TRIES):
        try:
            cursor.execute(pragma)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(_BETWEEN)  # noqa: TID251  nothing tells when the other one is done
        else:
            return
    cursor.execute(pragma)
