"""How a fault is felt on the wire: an error, silence, a dripping answer, a reset, a limit."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from bot.simulator.answers import LIMIT_SENTENCES, Answer, Refused
from bot.simulator.faults import Fault

DRIP_SECONDS = 0.1
# LINE's front servers answer an inner failure with a page, not with JSON.
SERVER_ERROR = Answer(500, b"<html><body>500 Internal Server Error</body></html>", "text/html")


class Wire:
    """The connection of one call."""

    __slots__ = ("receive", "request_id", "send")

    def __init__(
        self,
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
        request_id: str,
    ) -> None:
        self.receive = receive
        self.send = send
        self.request_id = request_id

    async def answer(self, answer: Answer) -> None:
        """Send a whole answer."""
        length = (b"content-length", str(len(answer.body)).encode())
        await self._start(answer, length)
        await self.send({"type": "http.response.body", "body": answer.body})

    async def stay_silent(self) -> None:
        """Say nothing until the caller gives up."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def drip(self) -> None:
        """Begin an answer and send it byte by byte without an end, until the caller gives up."""
        await self._start(Answer())
        while True:
            await self.send({"type": "http.response.body", "body": b" ", "more_body": True})
            try:
                message = await asyncio.wait_for(self.receive(), DRIP_SECONDS)
            except TimeoutError:
                continue
            if message["type"] == "http.disconnect":
                return

    async def reset(self) -> None:
        """Cut the connection with a TCP reset, as far as the server lets us reach it."""
        transport = getattr(getattr(self.receive, "__self__", None), "transport", None)
        if transport is None:
            raise ConnectionResetError
        if (peer := transport.get_extra_info("socket")) is not None:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        await self.stay_silent()

    async def _start(self, answer: Answer, *more: tuple[bytes, bytes]) -> None:
        headers = [
            (b"content-type", answer.content_type.encode()),
            (b"x-line-request-id", self.request_id.encode()),
            *((name.encode(), value.encode()) for name, value in answer.headers.items()),
            *more,
        ]
        await self.send(
            {"type": "http.response.start", "status": answer.status, "headers": headers}
        )


async def strikes_before(fault: Fault, wire: Wire) -> bool:
    """Whether a fault ends this call before LINE has looked at it."""
    if fault.kind == "slow":
        await asyncio.sleep(fault.milliseconds / 1_000)
    if sentence := LIMIT_SENTENCES.get(fault.kind):
        raise Refused(429, sentence)
    return await _strike(fault, wire, "before")


async def strikes_after(fault: Fault, wire: Wire) -> bool:
    """Whether a fault swallows the answer although LINE did what was asked."""
    return await _strike(fault, wire, "after")


async def _strike(fault: Fault, wire: Wire, moment: str) -> bool:
    kind, _, when = fault.kind.partition("_")
    if when != moment:
        return False
    match kind:
        case "error":
            await wire.answer(SERVER_ERROR)
        case "silence":
            await wire.stay_silent()
        case "drip":
            await wire.drip()
        case "reset":
            await wire.reset()
    return True
