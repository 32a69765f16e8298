"""A store that notes how long its longest transaction was."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from models.store import Store


class TimedStore(Store):
    """The product's store; `longest` are the seconds of the longest transaction that writes."""

    longest = 0.0

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that may change rows, and note when it has been committed."""
        async with self._timed(), super().writing() as session:
            yield session

    def figures(self) -> Mapping[str, float]:
        """Return the longest transaction in milliseconds."""
        return {"longest ms": self.longest * 1000}

    @asynccontextmanager
    async def _timed(self) -> AsyncIterator[None]:
        """Time a transaction with its wait for a turn: so it is never less than its lock's time."""
        started = time.perf_counter()
        yield
        self.longest = max(self.longest, time.perf_counter() - started)
