"""Tells every open page what happens on the stage, as server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson

STILL_HERE_SECONDS = 15.0
MOST_WAITING = 100

Json = dict[str, Any]


class Audience:
    """Whoever watches; a page that does not keep up misses steps, never the end."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._seats: set[Seat] = set()

    def tell(self, name: str, data: Json) -> None:
        """Say something to everybody; where a seat is full, the oldest falls away."""
        for seat in self._seats:
            seat.put(name, data)

    def hint(self, name: str) -> None:
        """Say that something changed; a page that has not heard the last hint yet hears one."""
        for seat in self._seats:
            if name not in seat.hinted:
                seat.hinted.add(name)
                seat.put(name, {})

    async def watch(self, greeting: Callable[[], Awaitable[Json]]) -> AsyncIterator[bytes]:
        """Yield what is said from now on as an event stream; the greeting is said in every lull."""
        seat = Seat()
        self._seats.add(seat)
        try:
            while True:
                yield written("state", await greeting())
                async for name, data in _heard(seat):
                    yield written(name, data)
        finally:
            self._seats.discard(seat)


class Seat:
    """What one page has not heard yet, and which hints are among it."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.hinted: set[str] = set()
        self._said: asyncio.Queue[tuple[str, Json]] = asyncio.Queue(MOST_WAITING)

    def put(self, name: str, data: Json) -> None:
        """Keep something to be heard."""
        if self._said.full():
            self.hinted.discard(self._said.get_nowait()[0])
        self._said.put_nowait((name, data))

    async def take(self) -> tuple[str, Json]:
        """Return the next thing to hear; raises TimeoutError after a quiet while."""
        name, data = await asyncio.wait_for(self._said.get(), STILL_HERE_SECONDS)
        self.hinted.discard(name)
        return name, data


async def _heard(seat: Seat) -> AsyncIterator[tuple[str, Json]]:
    """Yield what is said until it has been quiet for a while."""
    while True:
        try:
            yield await seat.take()
        except TimeoutError:
            return


def written(name: str, data: Json) -> bytes:
    """Return one server-sent event."""
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"
