"""The web process: webhooks, the conversation behind them, calendars, the console, health."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from bot.calendars.doors import calendars
from bot.calendars.public import public_timetables
from bot.clock import SystemClock
from bot.console.lazily import console
from bot.health import Looker
from bot.imports.tray import NoTray, tray
from bot.wiring import Installation

if TYPE_CHECKING:
    from bot.console.doors import Doors

TIDY_EVERY = 60.0
"""Seconds from one look for uploaded files whose time is over to the next."""
FINISH_WITHIN = 3.0
"""Seconds that taps under way may still take when the process is asked to stop."""


def routes(installation: Installation, *doors: "Doors") -> list[BaseRoute]:
    """Return the routes of an installation's web side; `doors` are more ones of its console."""
    looker = Looker(installation.store, installation.settings.database_url, installation.clock)
    return [
        Route("/line/{school_code}", installation.line_inbox, methods=["POST"]),
        Route("/telegram/{school_code}", installation.telegram_inbox, methods=["POST"]),
        Route("/healthz", looker.healthz),
        Route("/readyz", looker.readyz),
        *calendars(installation),
        *public_timetables(installation),
        console(installation, *doors),
    ]


def web(installation: Installation, more: Sequence[BaseRoute] = ()) -> Starlette:
    """Return the ASGI application; while it runs, stored events are worked on."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with conversing(installation):
            yield

    return Starlette(routes=[*routes(installation), *more], lifespan=lifespan)


@asynccontextmanager
async def conversing(installation: Installation) -> AsyncIterator[None]:
    """Work on stored events while the block runs; what is under way is finished at the end."""
    talking = asyncio.create_task(installation.conversation.run())
    introducing = asyncio.create_task(_introduce(installation))
    tidying = asyncio.create_task(_tidy(installation))
    try:
        yield
    finally:
        installation.conversation.finish()
        await asyncio.wait([talking], timeout=FINISH_WITHIN)
        for task in (talking, introducing, tidying):
            task.cancel()
        await asyncio.gather(talking, introducing, tidying, return_exceptions=True)


async def _tidy(installation: Installation) -> None:
    """Remove uploaded files that nobody took, also those of a process that died."""
    while True:
        with suppress(NoTray, OSError):
            found = tray(installation.settings.upload_dir, installation.vault.console_key)
            found.sweep(SystemClock().now())
        await asyncio.sleep(TIDY_EVERY)


async def _introduce(installation: Installation) -> None:
    """Let every school's bot say which commands there are; an app shows them before any talk."""
    for code in installation.credentials.telegram_codes():
        await installation.telegram.introduce(code)
