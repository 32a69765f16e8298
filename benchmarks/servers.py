"""The servers that benchmarks load or send to, each in a process of its own."""

import asyncio
import socket
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import uvicorn
from uvicorn.loops.auto import auto_loop_factory

from bot import garbage

SECRET = b"a secret of the benchmark"
FAR = 0.03
"""Seconds that LINE's and Telegram's servers are away."""
PUSHED = b'{"sentMessages":[{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b"}]}'
POSTED = (
    b'{"ok":true,"result":{"message_id":1,"date":1737345600,"text":"x",'
    b'"chat":{"id":1,"type":"private","first_name":"x"}}}'
)
App = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs: where it answers, and its process."""

    address: str
    pid: int


@asynccontextmanager
async def server(kind: str, database_url: str = "-") -> AsyncIterator[Served]:
    """Run a server in a process of its own while the block runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "benchmarks.servers", kind, database_url),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        port = int(await process.stdout.readline()) if process.stdout else 0
        yield Served(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        await process.wait()


class Bare:
    """Reads the body and answers 200: the most that this server can do."""

    async def __call__(self, _scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        await _body(receive)
        await _answer(send, b"")


class Far:
    """Answers like a chat app's server, and counts by school and second what came in.

    `GET` gives the most that one second brought one school, and how many came in all; it forgets.
    """

    def __init__(self, said: bytes) -> None:
        """Answer every call with the same."""
        self._said = said
        self._came: Counter[tuple[bytes, int]] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["method"] == "GET":
            most, total = max(self._came.values(), default=0), self._came.total()
            self._came.clear()
            await _answer(send, b"[%d,%d]" % (most, total))
            return
        await _body(receive)
        self._came[_whose(scope), int(time.monotonic())] += 1
        await asyncio.sleep(FAR)
        await _answer(send, self._said)


def _whose(scope: Any) -> bytes:
    """Return the token of a call: LINE has it in a header, Telegram in the path."""
    signed: dict[bytes, bytes] = dict(scope["headers"])
    return signed.get(b"authorization") or scope["path"].rpartition("/")[0].encode()


async def _body(receive: Any) -> None:
    more = True
    while more:
        more = (await receive()).get("more_body", False)


async def _answer(send: Any, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def inbox(database_url: str) -> uvicorn.Server:
    """Return the product's own webhook over a database, on its own kind of server."""
    from bot.commands import running
    from bot.inbox import Door
    from bot.line.inbox import Inbox
    from models.store import Store

    door = Door(1, SECRET)

    async def find(_code: str) -> Door:
        return door

    return running.serve(Inbox(Store(database_url), find, lambda: datetime.now(UTC), lambda: None))


def plain(app: App) -> uvicorn.Server:
    """Return uvicorn as it comes."""
    return uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))


async def serve(server: uvicorn.Server) -> None:
    """Serve on a free port, whose number is printed, until the process is stopped."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(listening.getsockname()[1], flush=True)
    server.config.lifespan = "off"
    await server.serve(sockets=[listening])


def main(kind: str, database_url: str) -> None:
    """Run one kind of server, in a process as the product's own are."""
    made = {
        "inbox": lambda: inbox(database_url),
        "bare": lambda: plain(Bare()),
        "line": lambda: plain(Far(PUSHED)),
        "telegram": lambda: plain(Far(POSTED)),
    }[kind]()
    garbage.spare()
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(serve(made))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
