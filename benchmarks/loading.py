"""Sends prepared HTTP requests over many connections at once, with next to no work per request."""

import asyncio
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

END_OF_HEADERS = b"\r\n\r\n"


def prepared(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "host: bench", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines)).encode() + END_OF_HEADERS + body


async def load(address: str, requests: Sequence[bytes], *, connections: int) -> list[float]:
    """Send every request once; return the seconds each took. Whatever is no 200 raises."""
    parts = urlsplit(address)
    loop = asyncio.get_running_loop()
    waiting = iter(requests)
    callers = []
    for _ in range(connections):
        _transport, caller = await loop.create_connection(
            lambda: _Caller(waiting), parts.hostname or "", parts.port or 80
        )
        callers.append(caller)
    await asyncio.gather(*(caller.done for caller in callers))
    return [seconds for caller in callers for seconds in caller.took]


class _Caller(asyncio.Protocol):
    """One connection: the next request leaves when the last answer has come."""

    def __init__(self, waiting: Iterator[bytes]) -> None:
        self._waiting = waiting
        self._since = 0.0
        self.took: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        if END_OF_HEADERS not in data:
            return
        if not data.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError(data[:80].decode("latin-1")))
            self._transport.close()
            return
        self.took.append(perf_counter() - self._since)
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError("the server hung up"))

    def _next(self) -> None:
        request = next(self._waiting, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._since = perf_counter()
        self._transport.write(request)
