"""One process of a simulated week: it may die at a point of I/O, or stand still there a while."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession

from models.store import Store
from tests.faults.threadless import Shelf
from tests.support.crashing import Life


class SimulatedLife(Life):
    """One process: it may die at a point of I/O, or stand still there for a while."""

    def __init__(self, ends_at: int | None, rests_at: int | None, rests_for: float) -> None:
        """Live until the point `ends_at`, standing still once after a commit."""
        super().__init__(ends_at)
        self._rests_at = rests_at
        self._rests_for = rests_for

    async def rest(self) -> None:
        """Stand still if that was to be at the present point, as under SIGSTOP."""
        if self._rests_at is not None and self.points >= self._rests_at:
            self._rests_at = None
            await asyncio.sleep(self._rests_for)


class SimulatedStore(Store):
    """The product's store on the shelf's database; its process may die around every write."""

    def __init__(self, shelf: Shelf, life: SimulatedLife) -> None:
        """Take turns with nobody but the tasks of this process; share the shelf's engine."""
        # Store.__init__ would make an engine, which costs more than what a process does with it.
        self.engine = shelf.engine
        self.is_sqlite = True
        self._turn = asyncio.Lock()
        self._life = life

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction; dying before its commit loses it, dying after keeps it."""
        self._life.point()
        async with super().writing() as session:
            yield session
            self._life.point()
        self._life.point()
        await self._life.rest()
