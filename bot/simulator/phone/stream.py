"""Server-Sent Events: the page hears of every change in a chat and of the meter."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import orjson

from bot.simulator.listening import Listeners
from bot.simulator.phone.bodies import Json

STILL_HERE_SECONDS = 15.0
MOST_WAITING = 10_000


async def changes(
    listeners: Listeners,
    accounts: Iterable[str],
    meter: Callable[[str], Json],
    wanted: str | None,
) -> AsyncIterator[bytes]:
    """The changes of one account, or of all, as they happen; those that pile up come once.

    `listeners` are a world's, `accounts` the names it knows, `meter` what it counts for one.
    """
    waiting: asyncio.Queue[Json] = asyncio.Queue(MOST_WAITING)

    def listen(_name: str, change: dict[str, Any]) -> None:
        if wanted in (None, change["account"]) and not waiting.full():
            waiting.put_nowait(change)

    listeners.add(listen)
    meters: dict[str, Json] = {}
    try:
        for account in list(accounts):
            if wanted in (None, account):
                meters[account] = meter(account)
                yield _written("meter", meters[account])
        while True:
            for change in await _next_changes(waiting):
                yield _written("chat", change)
                account = change["account"]
                latest = meter(account)
                if meters.get(account) != latest:
                    meters[account] = latest
                    yield _written("meter", latest)
            yield b": still here\n\n"
    finally:
        listeners.discard(listen)


async def _next_changes(waiting: asyncio.Queue[Json]) -> list[Json]:
    """All changes that wait now, each kind of each chat once; none after a quiet while."""
    try:
        found = [await asyncio.wait_for(waiting.get(), STILL_HERE_SECONDS)]
    except TimeoutError:
        return []
    while not waiting.empty():
        found.append(waiting.get_nowait())
    return list({tuple(change.values()): change for change in found}.values())


def _written(name: str, data: Json) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"
