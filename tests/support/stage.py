"""A school on one chat app for one test: the real webhook, the real store, and the app simulated.

`stage.of("小美")` is a phone (tests.support.phones), `stage.passes_to(…)` moves the clock and lets
the scheduler tick, and `stage.app` is the app's side: its faults, and what it accepted.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from sqlmodel import select
from starlette.applications import Starlette

from bot.app import routes
from bot.conversation import Conversation
from bot.settings import load
from bot.wiring import Installation, installed
from models.queries import linking
from models.tables import ChannelCredential
from scheduler import jobs
from tests.support.cast import Cast, settle, taipei
from tests.support.kept import served_store
from tests.support.linephones import LineApp
from tests.support.phones import ChatApp, Json, Phone
from tests.support.places import LINE, TELEGRAM, Place
from tests.support.server import serving
from tests.support.telegramphones import TelegramApp

KEY = "a secret key that only the tests use"
MONDAY = taipei(2024, 9, 16, 10)
APPS: dict[str, type[LineApp | TelegramApp]] = {LINE: LineApp, TELEGRAM: TelegramApp}


@dataclass(slots=True)
class HandClock:
    """A clock that stands still until it is moved."""

    at: datetime

    def now(self) -> datetime:
        """Return where the hands point."""
        return self.at


@dataclass(slots=True)
class Stage:
    """A running school: its people's phones, its clock, its store, and the chat app's side."""

    clock: HandClock
    cast: Cast
    app: ChatApp
    installation: Installation
    http: aiohttp.ClientSession
    simulator: str
    bot: str
    _phones: dict[str, Phone] = field(default_factory=dict)

    @property
    def line(self) -> LineApp:
        """LINE's side, where the school is on LINE."""
        assert isinstance(self.app, LineApp)
        return self.app

    @property
    def telegram(self) -> TelegramApp:
        """Telegram's side, where the school is on Telegram."""
        assert isinstance(self.app, TelegramApp)
        return self.app

    def of(self, name: str) -> Phone:
        """Return the phone of a person of the cast."""
        if name not in self._phones:
            self._phones[name] = self.app.phone(self, self.cast.address(name))
        return self._phones[name]

    def accepted_for(self, name: str) -> int:
        """Return how many times the app took something from the bot for a person."""
        return self.app.accepted_for(self.cast.address(name))

    async def stranger(self, name: str = "陌生人") -> Phone:
        """Return the phone of somebody who has just added the account."""
        phone = self.app.phone(self, self.app.newcomer(name))
        await phone.arrives()
        return phone

    async def group(self, *names: str) -> Phone:
        """Return a group chat with these people and the bot; the first one speaks."""
        members = [self.cast.address(name) for name in names]
        account = self.of(names[0]).account
        made = await self.post(f"/phone/{account}/groups", {"name": "201", "members": members})
        await self.settled()
        return self.app.phone(self, made["groupId"], by=members[0])

    async def add(self, make: Any, **facts: Any) -> Any:
        """Commit a row that a function of tests.support.cast makes."""
        async with self.installation.store.writing() as session:
            return await make(session, self.cast, **facts)

    async def code_for(self, name: str) -> str:
        """Return a fresh joining code of a person of the cast."""
        async with self.installation.store.writing() as session:
            person = self.cast.people[name]
            return await linking.issue(
                session, person, self.clock.now(), self.installation.vault.pepper
            )

    def another_conversation(self) -> Conversation:
        """Return the conversation of a second process over the same store."""
        mine = self.installation
        return Conversation(mine.store, self.clock, mine.channels, mine.vault.pepper)

    async def passes_to(self, at: datetime) -> None:
        """Let the time pass to `at`, with the scheduler ticking once when it is there."""
        self.clock.at = at
        await self.ticks()

    async def ticks(self) -> None:
        """Let the scheduler tick until nothing is left to be sent now."""
        installation = self.installation
        await jobs.tick(installation.store, installation.dispatcher, self.clock.now())

    async def settled(self) -> None:
        """Act upon everything that came in."""
        await self.installation.conversation.drain()

    async def get(self, path: str) -> Any:
        """Ask the simulator."""
        async with self.http.get(self.simulator + path) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def post(self, path: str, body: Json) -> Any:
        """Do something in the simulator."""
        async with self.http.post(self.simulator + path, json=body) as response:
            assert response.status == 200, await response.text()
            return await response.json()


@asynccontextmanager
async def playing(place: Place, at: datetime = MONDAY) -> AsyncIterator[Stage]:
    """Put the small school on a chat app at an instant; everybody of the cast has its account.

    At the end of a test that passed the app looks back at how the bot behaved.
    """
    clock = HandClock(at)
    app = APPS[place.app](clock)
    async with serving(app.simulator) as simulator:
        settings = load(
            database_url=place.database_url,
            secret_key=KEY,
            line_api_url=simulator,
            line_data_api_url=simulator,
            telegram_api_url=simulator,
        )
        store = served_store(settings.database_url)
        async with installed(
            settings, clock, longest_call=2, between=0, store=store
        ) as installation:
            cast = await settle(installation.store)
            await _move_in(installation, cast, app)
            async with (
                serving(Starlette(routes=routes(installation))) as bot,
                aiohttp.ClientSession() as http,
            ):
                app.points_at(bot, cast.school.code)
                try:
                    yield Stage(clock, cast, app, installation, http, simulator, bot)
                finally:
                    await app.aclose()
        app.check()


async def rows(stage: Stage, table: type[Any]) -> list[Any]:
    """Return every row of a table."""
    async with stage.installation.store.reading() as session:
        return list((await session.execute(select(table))).scalars().all())


async def _move_in(installation: Installation, cast: Cast, app: ChatApp) -> None:
    vault = installation.vault
    async with installation.store.writing() as session:
        session.add(
            ChannelCredential(
                school_id=cast.school.id,
                channel=app.name,
                secret=vault.seal(app.secret),
                token=vault.seal(app.token),
            )
        )
        await app.takes_in(session, cast)
    await installation.credentials.refresh(even_if_fresh=True)
