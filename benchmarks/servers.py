"""The servers that the ingest benchmark loads, each in a process of its own."""

import asyncio
import socket
import sys
from datetime import UTC, datetime
from typing import Any

import uvicorn

from bot.commands import running
from bot.inbox import Door
from bot.line.inbox import Inbox
from models.store import Store

SECRET = b"a secret of the benchmark"
PUSHED = b'{"sentMessages":[{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b"}]}'


async def bare(_scope: Any, receive: Any, send: Any) -> None:
    """Read the body and answer 200: the most that this server can do."""
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
    )
    await send({"type": "http.response.body", "body": b""})


async def far_away(_scope: Any, receive: Any, send: Any) -> None:
    """Answer like LINE's push, after the 30 ms that its servers are away."""
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await asyncio.sleep(0.03)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(PUSHED))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": PUSHED})


def inbox(database_url: str) -> Inbox:
    """Return the product's own webhook over a database."""
    door = Door(1, SECRET)

    async def find(_code: str) -> Door:
        return door

    return Inbox(Store(database_url), find, lambda: datetime.now(UTC), lambda: None)


async def serve(kind: str, database_url: str) -> None:
    """Serve on a free port, whose number is printed, until the process is stopped."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(listening.getsockname()[1], flush=True)
    if kind == "inbox":
        server = running.serve(inbox(database_url))
    else:
        app: Any = {"bare": bare, "far": far_away}[kind]
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
    server.config.lifespan = "off"
    await server.serve(sockets=[listening])


if __name__ == "__main__":
    running.run(serve(sys.argv[1], sys.argv[2]))
