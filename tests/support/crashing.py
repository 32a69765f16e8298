"""A process that can die at every point of I/O: before and after a commit, before and after a call.

What it had committed stays, what LINE's side had accepted stays, everything else is gone.
"""

import contextlib
from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession

from models.store import Store
from scheduler.channel import Sent
from tests.support.faulty_channel import FaultyChannel


class Killed(BaseException):
    """The process is gone: nothing of ours may catch this."""


class Life:
    """Counts the points of I/O of one process, and ends it at one of them."""

    def __init__(self, ends_at: int | None = None) -> None:
        self.points = 0
        self._ends_at = ends_at
        self.is_over = False

    def point(self) -> None:
        """Pass a point of I/O; raises Killed at the last one and ever after."""
        self.points += 1
        if self.is_over or self.points == self._ends_at:
            self.is_over = True
            raise Killed


class MortalStore(Store):
    """A store whose process may die around every transaction."""

    def __init__(self, url: str, life: Life) -> None:
        super().__init__(url)
        self._life = life

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction; dying before its commit loses it, dying after keeps it."""
        self._life.point()
        async with super().writing() as session:
            yield session
            self._life.point()
        self._life.point()


class MortalChannel(FaultyChannel):
    """A channel whose caller may die before a call, and after it was accepted."""

    life: Life = Life()

    async def send(self, school_code: str, address: str, body: bytes, retry_key: str) -> Sent:
        """Die before the call, or after the other side has taken it."""
        self.life.point()
        sent = await super().send(school_code, address, body, retry_key)
        self.life.point()
        return sent


def to_the_same_side(channel: FaultyChannel, life: Life) -> MortalChannel:
    """Return a channel to the same other side, for another process."""
    twin = MortalChannel(channel.clock)
    for name in ("pushes", "broken_rules", "faults", "known"):
        setattr(twin, name, getattr(channel, name))
    twin.life = life
    return twin
