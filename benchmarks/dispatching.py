"""What the benchmarks of sending share: schools with messages to send, and the product at it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import orjson
import sqlalchemy as sa
from sqlmodel import col

from benchmarks import crowd
from benchmarks.racing import Setting, Turn
from benchmarks.sizes import Size
from bot.i18n import words
from models.store import Store
from models.tables import Delivery
from models.vocabulary import DeliveryState
from scheduler.bundling import bundle
from scheduler.channel import Channel
from scheduler.dispatch import Dispatcher
from scheduler.planning import plan

OF_PUPILS = 0.33
"""The part of a crowd that gets a message: the others have decided, or cannot be reached."""


def schools(size: Size, number: int, messages: int) -> Size:
    """Return a size of so many schools with about so many messages to send in each."""
    return replace(size, schools=number, pupils=round(messages / OF_PUPILS))


@asynccontextmanager
async def dispatching(
    setting: Setting, channel: Any, *, counted: frozenset[str] = frozenset()
) -> AsyncIterator[Turn]:
    """Send what every school's pupils are to be told, and say how evenly it came to the peer."""
    store = Store(setting.url)
    channels: dict[str, Channel] = {channel.name: channel}
    dispatcher = Dispatcher(
        store, channels, words, lambda: crowd.AFTER, machine_clock=lambda: datetime.now(UTC)
    )
    queued = 0
    came: list[int] = [0, 0]

    async def prepare() -> None:
        nonlocal queued
        crowd.forget(setting.url)
        await plan(store, crowd.AFTER)
        queued = await bundle(store, crowd.AFTER, counted)
        await counts(setting.peer)

    async def work() -> int:
        await dispatcher.tick()
        await dispatcher.idle()
        came[:] = await counts(setting.peer)
        if came[1] != queued or await _left(store):
            raise RuntimeError(f"{came[1]} of {queued} messages came")
        return queued

    yield Turn(work, prepare, lambda: {"most a second": came[0]})
    await channel.aclose()
    await store.close()


async def _left(store: Store) -> int:
    waiting = sa.select(sa.func.count()).where(col(Delivery.state) != DeliveryState.ACCEPTED)
    async with store.reading() as session:
        return await session.scalar(waiting) or 0


async def counts(peer: str) -> list[int]:
    """Return the most that a second brought one school's bot, and all; the peer begins anew."""
    async with aiohttp.ClientSession() as http, http.get(peer) as answer:
        found: list[int] = orjson.loads(await answer.read())
        return found


async def many(work: Callable[[], Any], *, times: int, at_once: int) -> None:
    """Do something so often, with so many at once."""
    left = iter(range(times))

    async def worker() -> None:
        for _ in left:
            await work()

    await asyncio.gather(*(worker() for _ in range(at_once)))
