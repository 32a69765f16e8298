"""Opens the demonstration: a planted store, both apps' sides, and one application with everything.

The bot reaches LINE over real HTTP at /simulator of the same server and Telegram below that, and
they reach the bot at its real webhooks with real signatures and secrets.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import select
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from bot.app import conversing, routes
from bot.demo import api, console, lineside, memory, seed, telegramside
from bot.demo.clock import StageClock
from bot.demo.seed.chats import LINE, TELEGRAM
from bot.demo.stage import Stage
from bot.demo.views.people import directory
from bot.settings import Settings
from bot.simulator.app import create_simulator
from bot.simulator.delivery import Deliveries
from bot.simulator.telegram.app import create_telegram
from bot.simulator.telegram.delivery import Updates
from bot.simulator.telegram.world import TelegramWorld
from bot.simulator.world import World
from bot.wiring import Installation, installed
from bot.worker import ticking
from models.store import Store
from models.tables import ChannelCredential, School


@asynccontextmanager
async def stage_of(
    settings: Settings, url: str, *, seed_number: int = seed.SEED, size: seed.Size | None = None
) -> AsyncIterator[Stage]:
    """Open the stage on a migrated database, planting the school where there is none yet.

    `url` is where the server will answer, at which the bot and the apps' sides find one another.
    """
    await plant_if_empty(settings, seed_number, size)
    clock = StageClock(await _taken_up(settings))
    world, telegram = World(clock.now, seed=seed_number), TelegramWorld(clock.now, seed=seed_number)
    bot = telegramside.open_bot(telegram)
    async with installed(settings, clock) as installation:
        secret, token = secrets.token_hex(16), secrets.token_urlsafe(48)
        code = await _sign_in(
            installation,
            _Account(LINE, secret, token, lineside.BASIC_ID),
            _Account(TELEGRAM, secrets.token_hex(16), bot.token, f"@{telegramside.ACCOUNT}"),
        )
        lineside.open_account(world, secret=secret, token=token, webhook_url=f"{url}/line/{code}")
        stage = Stage(installation, world, telegram, clock, url, seed_number=seed_number, size=size)
        await stage.people_arrive()
        yield stage


async def application(stage: Stage) -> Starlette:
    """Return the web application of a stage: the bot, both apps' sides, the page and its API."""
    deliveries, updates = Deliveries(stage.world), Updates(stage.telegram)
    async with stage.store.reading() as session:
        people = await directory(session)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        hears = stage.hear_of_chats()
        ticks = ticking(stage.installation, sealer=stage.sealer)
        async with conversing(stage.installation), ticks:
            yield
        hears()
        await deliveries.aclose()
        await updates.aclose()

    parts: list[BaseRoute] = [
        *routes(stage.installation, console.doors),
        *api.routes(api.Page(stage, people)),
        Mount("/simulator/telegram", create_telegram(stage.telegram, updates)),
        Mount("/simulator", create_simulator(stage.world, deliveries)),
    ]
    return Starlette(routes=parts, lifespan=lifespan)


async def plant_if_empty(settings: Settings, seed_number: int, size: seed.Size | None) -> bool:
    """Plant the school unless there is one; return whether it is new."""
    store = Store(settings.database_url)
    try:
        async with store.writing() as session:
            if (await session.execute(select(School.id))).first() is not None:
                return False
            await seed.plant(session, seed_number, size)
            return True
    finally:
        await store.close()


async def _taken_up(settings: Settings) -> datetime:
    """Return where a kept school was left; its old sign-in was sealed with a key that is gone."""
    store = Store(settings.database_url)
    try:
        async with store.writing() as session:
            await session.execute(sa.delete(ChannelCredential))
            return await memory.lived_until(session) or seed.STARTS_AT
    finally:
        await store.close()


@dataclass(frozen=True, slots=True)
class _Account:
    """How the school signs in on a channel, and what its account is called there."""

    channel: str
    secret: str
    token: str
    basic_id: str

    def __repr__(self) -> str:
        return "_Account(…)"


async def _sign_in(installation: Installation, *accounts: _Account) -> str:
    """Give the school its credentials; return the school's code."""
    vault = installation.vault
    async with installation.store.writing() as session:
        school = (await session.execute(select(School))).scalar_one()
        code: str = school.code
        session.add_all(
            ChannelCredential(
                school_id=school.id,
                channel=each.channel,
                secret=vault.seal(each.secret),
                token=vault.seal(each.token),
                basic_id=each.basic_id,
            )
            for each in accounts
        )
    await installation.credentials.refresh(even_if_fresh=True)
    return code
