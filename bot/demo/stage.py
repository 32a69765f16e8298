"""The stage: one school whose time can be moved, with everything that falls due in between.

Moving the clock stops at every instant at which something happens by itself, so that each message
arrives stamped with its own time. The scheduler that ticks in real time goes on beside it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select

from bot.demo import lineside, memory, seed, telegramside
from bot.demo.audience import Audience
from bot.demo.clock import StageClock
from bot.demo.friends import Friend
from bot.demo.happenings import between
from bot.demo.seed.chats import LINE, TELEGRAM
from bot.demo.timeline import next_instant, next_reminder
from bot.simulator.state import OfficialAccount
from bot.simulator.telegram.state import Bot
from bot.simulator.telegram.world import TelegramWorld
from bot.simulator.world import World
from bot.wiring import Installation
from bot.worker import sealer_of
from models.tables import (
    ChannelCredential,
    ChatAccount,
    ConsoleGrant,
    ConsoleSession,
    ConsoleUser,
    Delivery,
    Notice,
    Person,
    School,
)
from models.vocabulary import AccountState, DeliveryState
from scheduler import jobs

_KEPT: tuple[type[SQLModel], ...] = (ChannelCredential, ConsoleUser, ConsoleGrant, ConsoleSession)
"""What stays when the demonstration begins again: how the bot signs in, and who did."""
_LOOK_EVERY = 0.2
_MOST_STEPS = 2_000
_WITHOUT_ANYTHING_SENT = 60


class Busy(Exception):
    """The clock is on its way already."""


class By(StrEnum):
    """How far the clock is moved."""

    HOUR = "hour"
    DAY = "day"
    REMINDER = "reminder"


_SPANS = {By.HOUR: timedelta(hours=1), By.DAY: timedelta(days=1)}


class Stage:
    """One running demonstration: its school, its clock, both chat apps' sides, and who watches."""

    def __init__(
        self,
        installation: Installation,
        world: World,
        telegram: TelegramWorld,
        clock: StageClock,
        url: str,
        *,
        seed_number: int = seed.SEED,
        size: seed.Size | None = None,
    ) -> None:
        """Play on this installation, whose clock is `clock`, with LINE as `world`.

        `url` is where the server answers at which the bot and the apps' sides find one another.
        """
        self.installation = installation
        self.store = installation.store
        self.world = world
        self.telegram = telegram
        self.clock = clock
        self.url = url
        self.audience = Audience()
        self.stopped = asyncio.Event()
        self.sealer = sealer_of(installation)
        self._seed = seed_number
        self._size = size
        self._moving = asyncio.Lock()

    @property
    def busy(self) -> bool:
        """Say whether the clock is on its way."""
        return self._moving.locked()

    @property
    def account(self) -> OfficialAccount:
        """Return the school's account on LINE's side."""
        return self.world.accounts[lineside.ACCOUNT]

    @property
    def telegram_bot(self) -> Bot:
        """Return the school's bot on Telegram's side."""
        return self.telegram.bots[telegramside.ACCOUNT]

    async def school(self, session: AsyncSession) -> School:
        """Return the one school of the demonstration."""
        return (await session.execute(select(School))).scalar_one()

    def hear_of_chats(self) -> Callable[[], None]:
        """Hint to the audience whenever a chat changes; returns what ends that."""

        def listen(_name: str, _change: dict[str, object]) -> None:
            self.audience.hint("ledger")

        sides = (self.world.listeners, self.telegram.listeners)
        for side in sides:
            side.add(listen)

        def stop() -> None:
            for side in sides:
                side.discard(listen)

        return stop

    async def people_arrive(self) -> None:
        """Let everybody who is linked have the app of their chat, with the school's account in."""
        friends = await self._friends()
        on = {name: [each for each in friends if each.channel == name] for name in (LINE, TELEGRAM)}
        lineside.befriend(self.world, self.account, on[LINE])
        telegramside.befriend(self.telegram, on[TELEGRAM])

    async def advance(self, by: By) -> None:
        """Move the clock, living through what comes in between; raises Busy when it moves."""
        async with self.alone():
            if by in _SPANS:
                await self._live_until(self.clock.now() + _SPANS[by])
            else:
                await self._live_until_told()

    async def reset(self) -> None:
        """Begin again: the same school, the same morning, empty chats; raises Busy."""
        async with self.alone():
            self.clock.begin_again(seed.STARTS_AT)
            async with self.sealer.starting_over(), self.store.writing() as session:
                await self._plant_again(session)
            lineside.start_over(self.world)
            self.telegram.forget()
            await self.people_arrive()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Change the school while the clock stands still for everybody else; raises Busy."""
        if self._moving.locked():
            raise Busy
        async with self._moving:
            yield
        self.audience.hint("ledger")

    async def _live_until_told(self) -> None:
        """Move on to the next instant at which a message arrives."""
        before = await self._count_arrived()
        for _ in range(_WITHOUT_ANYTHING_SENT):
            async with self.store.reading() as session:
                coming = await next_reminder(session, await self.school(session), self.clock.now())
            if coming is None:
                return
            await self._live_until(coming.at)
            if await self._count_arrived() > before:
                return

    async def _live_until(self, until: datetime) -> None:
        """Move on to an instant, stopping wherever something happens."""
        began_at = self.clock.now()
        for _ in range(_MOST_STEPS):
            now = self.clock.now()
            if now >= until:
                return
            async with self.store.reading() as session:
                at = await next_instant(session, await self.school(session), now, until)
            self.clock.move_to(at)
            async with self._telling(began_at):
                await self._happen()
                await self.tick()

    async def _happen(self) -> None:
        """Do what happens at the school by itself until now, once."""
        async with self.store.writing() as session:
            school = await self.school(session)
            now = self.clock.now()
            lived = await memory.lived_until(session) or seed.STARTS_AT
            for happening in between(lived, now):
                await happening.deed(session, school, happening.at)
            await memory.remember(session, now)

    async def tick(self) -> None:
        """Plan and send what is due now, and wait until it has left."""
        await jobs.tick(self.store, self.installation.dispatcher, self.clock.now())

    @asynccontextmanager
    async def _telling(self, began_at: datetime) -> AsyncIterator[None]:
        """Tell the audience how far the sending is, while the block runs and at its end."""
        telling = asyncio.create_task(self._tell_progress(began_at))
        try:
            yield
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
        await self._tell_once(began_at)

    async def _tell_progress(self, began_at: datetime) -> None:
        while True:
            await self._tell_once(began_at)
            await asyncio.sleep(_LOOK_EVERY)

    async def _tell_once(self, began_at: datetime) -> None:
        planned = sa.select(sa.func.count()).where(col(Notice.created_at) >= began_at)
        made = sa.select(sa.func.count()).where(col(Delivery.created_at) >= began_at)
        sent = made.where(col(Delivery.state) == DeliveryState.ACCEPTED)
        async with self.store.reading() as session:
            counts = [await session.scalar(each) or 0 for each in (planned, made, sent)]
        self.audience.tell(
            "progress",
            {
                "at": memory.local(self.clock.now()),
                "planned": counts[0],
                "total": counts[1] or None,
                "sent": counts[2],
            },
        )

    async def _count_arrived(self) -> int:
        accepted = col(Delivery.state) == DeliveryState.ACCEPTED
        async with self.store.reading() as session:
            return await session.scalar(sa.select(sa.func.count()).where(accepted)) or 0

    async def _plant_again(self, session: AsyncSession) -> None:
        kept = {
            table: [row.model_dump() for row in (await session.execute(select(table))).scalars()]
            for table in _KEPT
        }
        session.expunge_all()
        for table in reversed(SQLModel.metadata.sorted_tables):
            await session.execute(sa.delete(table))
        await seed.plant(session, self._seed, self._size)
        for model, rows in kept.items():
            if rows:
                await session.execute(sa.insert(model), rows)

    async def _friends(self) -> list[Friend]:
        linked = sa.select(
            col(ChatAccount.channel),
            col(ChatAccount.address),
            col(Person.name),
            col(ChatAccount.state),
        ).join(Person, col(Person.id) == col(ChatAccount.person_id))
        async with self.store.reading() as session:
            rows = (await session.execute(linked)).all()
        return [
            Friend(channel, address, name, state is AccountState.BLOCKED)
            for channel, address, name, state in rows
        ]
