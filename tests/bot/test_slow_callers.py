"""Callers that send a request drop by drop, over real sockets: they lose it, the honest do not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.commands import running
from bot.protocol import ALLOWANCE, PATIENCE, ImpatientProtocol

HONEST = b"POST /line/TT HTTP/1.1\r\nhost: bell\r\ncontent-length: 2\r\n\r\n{}"
FILES = "/files"
STEP = 0.05
"""Seconds between the drops of a slow caller, a sixth of the patience in these tests."""


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Read the body and answer 200; a file gets longer to come."""
    if scope["path"] == FILES:
        scope["extensions"][ALLOWANCE]["seconds"](100)
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        more = message["more_body"]
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body"})


@pytest.fixture
async def address(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, int]]:
    """Serve with the product's own server and a short patience; hand out its address."""
    monkeypatch.setattr(ImpatientProtocol, "patience", 6 * STEP)
    server = running.serve(echo)
    server.config.lifespan = "off"
    server.config.load()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: ImpatientProtocol(server.config, server.server_state, {}), "127.0.0.1"
    )
    yield listening.sockets[0].getsockname()
    listening.close()
    await listening.wait_closed()


@asynccontextmanager
async def calling(
    address: tuple[str, int],
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a connection."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        yield reader, writer
    finally:
        writer.close()


async def answer(reader: asyncio.StreamReader) -> bytes:
    """Read one answer, which has no body; nothing at the end of the connection."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    return head.split(b" ")[1]


@pytest.mark.parametrize(
    "request_",
    [b"", b"POST /line/TT HTTP/1.1\r\nx-slow: ", HONEST[:-2].replace(b"2\r", b"999999\r")],
    ids=["nothing", "headers", "body"],
)
async def test_a_request_that_comes_drop_by_drop_is_closed(
    address: tuple[str, int], request_: bytes
) -> None:
    """Though a drop comes again and again: what counts is when all of it is there."""
    async with calling(address) as (reader, writer):
        ending = asyncio.create_task(reader.read())
        writer.write(request_)
        while not ending.done():
            await asyncio.wait([ending], timeout=STEP)
            if request_ and not ending.done():
                writer.write(b"x")
        assert ending.result().startswith(b"HTTP/1.1 408 ")


async def test_honest_callers_are_answered_meanwhile(address: tuple[str, int]) -> None:
    """Fifty slow connections hold up nobody, and a connection may live longer than the patience."""
    slow = [await asyncio.open_connection(*address) for _ in range(50)]
    for _, writer in slow:
        writer.write(HONEST[:20])
    async with calling(address) as (reader, writer):
        ended = asyncio.gather(*(each.read() for each, _ in slow))
        while not ended.done():
            writer.write(HONEST)
            assert await answer(reader) == b"200"
            await asyncio.wait([ended], timeout=STEP)
        writer.write(HONEST)

        assert await answer(reader) == b"200"
    for _, writer in slow:
        writer.close()


async def test_who_is_known_may_send_a_file_slowly(address: tuple[str, int]) -> None:
    """An endpoint gives one request longer; the next on the same connection has as long as any."""
    async with calling(address) as (reader, writer):
        writer.write(HONEST[:-2].replace(b"/line/TT", FILES.encode()))
        ending = asyncio.create_task(answer(reader))
        for _ in range(9):
            await asyncio.wait([ending], timeout=STEP)
        assert not ending.done()
        writer.write(b"{}")
        assert await ending == b"200"
        writer.write(HONEST[:-2])

        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")


def test_the_patience_is_what_the_goals_ask_for() -> None:
    """Fifteen seconds, and every server of ours has it."""
    assert PATIENCE == ImpatientProtocol.patience == 15
    assert running.serve(echo).config.http is ImpatientProtocol
