"""HTTP as our server speaks it: uvicorn's protocol, with an end to its patience.

uvicorn waits for ever for the rest of a request. A caller that sends its headers or its body drop
by drop, or nothing at all, would hold a connection each; here it loses it, whatever the endpoint.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE = 15.0
ALLOWANCE = "bell.allowance"
"""The extension of a request with which an endpoint gives it more `seconds` to come."""
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class ImpatientProtocol(HttpToolsProtocol):
    """Gives a request `patience` seconds to come, headers and body, from its first byte on.

    The first request of a connection has as long from when the connection was made. One timer a
    connection, looked at when it fires, keeps what a request costs to a few assignments. Only an
    endpoint that knows who calls gives a request longer (`ALLOWANCE`).
    """

    patience = PATIENCE

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._since: float | None = self.loop.time()
        self._allowed = self.patience
        self._timer = self.loop.call_later(self.patience, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._timer.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a request."""
        self._since = self._since or self.loop.time()
        self._allowed = self.patience
        super().on_message_begin()
        self.scope["extensions"] = {ALLOWANCE: {"seconds": self._allow}}

    def on_message_complete(self) -> None:
        """Have all of a request: how long its answer takes is not the caller's doing."""
        self._since = None
        super().on_message_complete()

    def _allow(self, seconds: float) -> None:
        """Give the request that is coming in so many seconds in all; the next one has as before."""
        self._allowed = max(self.patience, seconds)

    def _look(self) -> None:
        now = self.loop.time()
        left = self.patience if self._since is None else self._since + self._allowed - now
        if left > 0:
            self._timer = self.loop.call_later(min(left, self.patience), self._look)
            return
        if self._may_answer():
            self.transport.write(_TOO_SLOW)
        self.transport.close()

    def _may_answer(self) -> bool:
        cycle: Any = self.cycle
        return cycle is None or cycle.response_complete or not cycle.response_started
