"""A school whose scheduler is ticked by hand, with its clock and a channel that can fail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from models.store import Store
from models.tables import Notice, School
from models.vocabulary import NoticeState
from scheduler import jobs
from scheduler.dispatch import Dispatcher
from tests.support.cast import Cast, settle
from tests.support.faulty_channel import FaultyChannel
from tests.support.kept import kept_store
from tests.support.scene import ENGLISH, Scene


@dataclass(slots=True)
class Bell:
    """A small school, its clock, its channel, and a worker."""

    store: Store
    cast: Cast
    now: datetime
    channel: FaultyChannel
    dispatcher: Dispatcher

    async def tick(self, at: datetime | None = None) -> None:
        """Let it be an instant, and do one round of all jobs."""
        self.now = at or self.now
        await jobs.tick(self.store, self.dispatcher, self.now)

    async def run(self, until: datetime, *, every: timedelta = timedelta(minutes=30)) -> None:
        """Tick regularly until an instant, which is ticked as well."""
        while self.now + every < until:
            await self.tick(self.now + every)
        await self.tick(until)

    def worker(self) -> Dispatcher:
        """Return another worker over the same database and channel."""
        return Dispatcher(
            self.store, {"line": self.channel}, lambda _locale: ENGLISH, lambda: self.now
        )

    def told(self, name: str) -> list[str]:
        """Return the first lines that a person of the cast has got."""
        return [push.summary for push in self.channel.to(self.cast.address(name))]

    async def add(self, make: Any, **facts: Any) -> Any:
        """Commit a row that a function of tests.support.cast makes."""
        return await self.scene.add(make, **facts)

    async def rows(self, table: type[SQLModel], **values: Any) -> list[Any]:
        """Return the rows of a table that have these values, oldest first."""
        return await self.scene.rows(table, **values)

    async def notices_of(self, name: str) -> list[tuple[str, str, str]]:
        """Return what the ledger says to a person: the occasion, the state, why it is silent."""
        return [
            (row.occasion, row.state.value, row.silence.value if row.silence else "")
            for row in await self.rows(Notice, person_id=self.cast.people[name].id)
        ]

    async def unfinished(self) -> int:
        """Return how many due notices are neither told nor silent."""
        async with self.store.reading() as session:
            counted = await session.scalar(
                sa.select(sa.func.count()).where(
                    col(Notice.due_at) <= self.now,
                    col(Notice.state).in_((NoticeState.WAITING, NoticeState.BUNDLED)),
                )
            )
        return int(counted or 0)

    @property
    def scene(self) -> Scene:
        """Return the school as handlers see it now."""
        return Scene(self.store, self.cast, self.now)


@asynccontextmanager
async def ringing(
    url: str, now: datetime, *, planned_until: datetime | None = None, linked: bool = True
) -> AsyncIterator[Bell]:
    """Open a small school whose planning stands at `planned_until`, by default at `now`."""
    async with kept_store(url) as store:
        cast = await settle(store, linked=linked)
        async with store.writing() as session:
            await session.execute(sa.update(School).values(planned_until=planned_until or now))
        bell = Bell(store, cast, now, None, None)  # type: ignore[arg-type]
        bell.channel = FaultyChannel(lambda: bell.now)
        bell.dispatcher = bell.worker()
        try:
            yield bell
        finally:
            await bell.dispatcher.stop()
