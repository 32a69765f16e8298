"""The connection of one API call, and how a fault is felt on it."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from bot.simulator.answers import Answer
from bot.simulator.faults import Fault

DRIP_SECONDS = 0.1

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Wire:
    """The connection of one call; `headers` go with every answer."""

    __slots__ = ("_headers", "_receive", "_send")

    def __init__(
        self, receive: Receive, send: Send, headers: Mapping[str, str] | None = None
    ) -> None:
        self._receive = receive
        self._send = send
        self._headers = headers or {}

    async def body(self, largest: int) -> bytes | None:
        """The whole body; None as soon as it is known to be larger than so many bytes."""
        message = await self._receive()
        body: bytes = message.get("body", b"")
        while message.get("more_body") and len(body) <= largest:
            message = await self._receive()
            body += message.get("body", b"")
        return body if len(body) <= largest else None

    async def answer(self, answer: Answer) -> None:
        """Send a whole answer."""
        await self._start(answer, {"content-length": str(len(answer.body))})
        await self._send({"type": "http.response.body", "body": answer.body})

    async def stay_silent(self) -> None:
        """Say nothing until the caller gives up."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def drip(self) -> None:
        """Begin an answer and send it byte by byte without an end, until the caller gives up."""
        await self._start(Answer(), {})
        while True:
            await self._send({"type": "http.response.body", "body": b" ", "more_body": True})
            try:
                message = await asyncio.wait_for(self._receive(), DRIP_SECONDS)
            except TimeoutError:
                continue
            if message["type"] == "http.disconnect":
                return

    async def reset(self) -> None:
        """Cut the connection with a TCP reset, as far as the server lets us reach it."""
        transport = getattr(getattr(self._receive, "__self__", None), "transport", None)
        if transport is None:
            raise ConnectionResetError
        if (peer := transport.get_extra_info("socket")) is not None:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        await self.stay_silent()

    async def _start(self, answer: Answer, more: Mapping[str, str]) -> None:
        headers = {"content-type": answer.content_type, **self._headers, **answer.headers, **more}
        await self._send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            }
        )


async def strikes(fault: Fault, wire: Wire, moment: str, pages: Mapping[str, Answer]) -> bool:
    """Whether a fault named as "kind_moment" ends this call at the moment "before" or "after".

    `pages` are the answers that some kinds of fault put in the place of the right one.
    """
    kind, _, when = fault.kind.rpartition("_")
    if when != moment:
        return False
    if page := pages.get(kind):
        await wire.answer(page)
        return True
    match kind:
        case "silence":
            await wire.stay_silent()
        case "drip":
            await wire.drip()
        case "reset":
            await wire.reset()
    return True
