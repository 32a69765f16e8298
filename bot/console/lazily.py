"""Puts the console into the web process without loading it: many processes never show a page."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.clock import SystemClock

if TYPE_CHECKING:
    from bot.console.doors import Doors
    from bot.wiring import Installation

AT = "/console"


def console(installation: "Installation", *more: "Doors") -> BaseRoute:
    """Return the console as a route, with `more` doors than those of its own subjects.

    Sessions go by real time, wherever the installation's clock stands.
    """
    return Mount(AT, Lazily(installation, more))


class Lazily:
    """The console, made at the first call."""

    def __init__(self, installation: "Installation", more: "Sequence[Doors]") -> None:
        self._installation, self._more = installation, more
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on."""
        if self._app is None:
            from bot.console.app import Console

            self._app = Console(self._installation, SystemClock(), more=self._more).application()
        await self._app(scope, receive, send)
