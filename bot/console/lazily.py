"""Puts the console into the web process without loading it: many processes never show a page."""

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.clock import Clock, SystemClock

if TYPE_CHECKING:
    from bot.wiring import Installation

AT = "/console"


def console(installation: "Installation", *, clock: Clock | None = None) -> BaseRoute:
    """Return the console as a route; sessions go by `clock`, the real one if none is given."""
    return Mount(AT, Lazily(installation, clock or SystemClock()))


class Lazily:
    """The console, made at the first call."""

    def __init__(self, installation: "Installation", clock: Clock) -> None:
        self._installation, self._clock = installation, clock
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on."""
        if self._app is None:
            from bot.console.app import Console

            self._app = Console(self._installation, self._clock).application()
        await self._app(scope, receive, send)
