"""LINE, or what stands before it, answers oddly, in parts, or never: every call has its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from bot.line.channel import LONGEST_CALL, LineChannel, LineCredentials
from scheduler.channel import Outcome, Sent

LIMIT = 0.3
"""Seconds to a call here, instead of ten and a half."""
DRIP = 0.02
OK = b"HTTP/1.1 200 OK\r\n"
JSON = b"content-type: application/json\r\n"
CASES = {
    "JSON that is none": (OK + JSON + b"content-length: 3\r\n\r\n{]}", Outcome.ACCEPTED, ""),
    "another content type": (
        OK + b"content-type: image/png\r\ncontent-length: 2\r\n\r\n{}",
        Outcome.ACCEPTED,
        "",
    ),
    "a body of other bytes": (OK + b"content-length: 2\r\n\r\n\xff\xfe", Outcome.ACCEPTED, ""),
    "half a body": (OK + JSON + b"content-length: 99\r\n\r\n{", Outcome.UNKNOWN, "connection_lost"),
    "half a chunk": (
        OK + b"transfer-encoding: chunked\r\n\r\n9\r\n{",
        Outcome.UNKNOWN,
        "connection_lost",
    ),
    "a body that lies about gzip": (
        OK + b"content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}",
        Outcome.UNKNOWN,
        "connection_lost",
    ),
    "HTTP/1.0 until the end": (b"HTTP/1.0 200 OK\r\n\r\n{}", Outcome.ACCEPTED, ""),
    "half a head": (b"HTTP/1.1 200 OK\r\ncontent-le", Outcome.UNKNOWN, "connection_lost"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Outcome.UNKNOWN, "connection_lost"),
    "nothing": (b"", Outcome.UNKNOWN, "connection_lost"),
    "elsewhere": (
        b"HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        Outcome.PERMANENT,
        "http_307",
    ),
    "a page of a gateway": (
        b"HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>",
        Outcome.UNKNOWN,
        "http_502",
    ),
}


@asynccontextmanager
async def answering(answer: bytes, *, dripping: bool = False) -> AsyncIterator[LineChannel]:
    """Give a channel to a server that answers each call so and hangs up, or drips without end."""
    calls: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.add(asyncio.current_task())
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            while dripping:
                await asyncio.sleep(DRIP)
                writer.write(b"x")
                await writer.drain()
        except OSError:
            return  # the caller had enough
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    channel = LineChannel(
        lambda _code: LineCredentials("secret", "token"),
        api_url=f"http://127.0.0.1:{port}",
        limit=LIMIT,
    )
    try:
        yield channel
    finally:
        await channel.aclose()
        server.close()
        async with asyncio.timeout(20 * LIMIT):
            await asyncio.gather(*filter(None, calls))


async def push(channel: LineChannel) -> Sent:
    """Push once."""
    return await channel.send("TT", "U" + "1" * 32, b"[]", "123e4567-e89b-12d3-a456-426614174000")


@pytest.mark.parametrize("case", CASES)
async def test_an_odd_answer_is_an_outcome(case: str) -> None:
    """What says 200 was accepted; where that was not heard to its end nobody knows; no raise."""
    answer, outcome, reason = CASES[case]
    async with answering(answer) as channel:
        sent = await push(channel)

    assert (sent.outcome, sent.reason) == (outcome, reason)


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        OK,
        OK + b"x-more: ",
        OK + b"content-length: 99999\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n",
        OK + b"transfer-encoding: chunked\r\n\r\nffff\r\n",
    ],
    ids=["status", "headers", "a header", "body", "endless body", "chunk"],
)
async def test_an_answer_that_drips_is_ended(begun: bytes) -> None:
    """A byte every moment keeps no call open: the limit counts from the call's beginning."""
    async with answering(begun, dripping=True) as channel, asyncio.timeout(20 * LIMIT):
        sent = await push(channel)

    assert sent.outcome is Outcome.UNKNOWN


def test_no_call_is_longer_than_the_goals_ask_for() -> None:
    """Ten and a half seconds in all."""
    assert LONGEST_CALL == 10.5
