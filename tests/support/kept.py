"""Engines that outlive a test: what SQLAlchemy compiled for one test serves the next ones.

A store is a test's own, with its locks; only the engine stays, by address, because the statements
that it has compiled stay with it, and a connection or two to PostgreSQL, which takes as long to
get used to a schema as a handler's test takes. SQLite answers in the loop; its thread is asked by
the tests of the store and of the webhook.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from models.store import Store

FEW = 3
"""As many connections as one test hands on. Where more were open, somebody may have waited for
one, and a queue that was waited for belongs to the loop of its test."""
_engines: dict[tuple[str, bool], AsyncEngine] = {}


@asynccontextmanager
async def kept_store(url: str) -> AsyncIterator[Store]:
    """Open a store on a database of this test."""
    store = served_store(url, threads=False)
    try:
        yield store
    finally:
        if store.is_sqlite or not _is_quiet(store.engine):
            await store.close()


def served_store(url: str, *, threads: bool = True) -> Store:
    """Return a store on a kept engine, for whoever closes it."""
    store = Store(url, threads=threads)
    store.engine = _engines.setdefault((url, threads), store.engine)
    return store


def close() -> None:
    """Close every connection that was kept."""
    for engine in _engines.values():
        asyncio.run(engine.dispose())
    _engines.clear()


def _is_quiet(engine: AsyncEngine) -> bool:
    pool = engine.pool
    return isinstance(pool, QueuePool) and pool.checkedout() == 0 and pool.checkedin() <= FEW
