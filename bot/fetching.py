"""Fetches the updates of every school's bot, for an installation without a public address.

Each fetching leaves a heartbeat, so that `bot school check` knows that no webhook is wanted.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.telegram.polling import Poller
from bot.wiring import Installation
from models.queries import heartbeats

HEARTBEAT = "telegram-polling/"
"""What the heartbeats of fetching begin with; the school's code follows."""


async def poller(installation: Installation, school_code: str, **how: Any) -> Poller:
    """Return what fetches one school's updates; raises KeyError for a school without a bot."""
    inbox = installation.telegram_inbox
    door = await installation.credentials.door(inbox.channel, school_code)
    if door is None:
        raise KeyError(school_code)
    client = await installation.telegram.client(school_code)
    school_id = door.school_id

    async def keep(updates: list[Any]) -> None:
        await inbox.keep(school_id, updates)
        async with installation.store.writing() as session:
            await heartbeats.beat(session, HEARTBEAT + school_code, installation.clock.now())

    return Poller(school_code, client, keep, **how)


@asynccontextmanager
async def polling(installation: Installation) -> AsyncIterator[None]:
    """Fetch the updates of every school's bot while the block runs."""
    tasks = [
        asyncio.create_task((await poller(installation, code)).run())
        for code in installation.credentials.telegram_codes()
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
