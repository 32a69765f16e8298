"""Telegram's side as a Starlette application, which runs alone or mounted under a prefix."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.simulator.phone.bodies import json_response
from bot.simulator.phone.faultroutes import FaultSwitch
from bot.simulator.telegram.api.gate import Gate
from bot.simulator.telegram.delivery import Updates
from bot.simulator.telegram.phone.routes import Phone
from bot.simulator.telegram.world import TelegramWorld


def create_telegram(world: TelegramWorld, updates: Updates | None = None) -> Starlette:
    """Telegram's servers over one world: the Bot API at `/bot<token>/<method>`, and phones.

    A mounted application has no life span of its own: whoever mounts it closes
    `app.state.updates` with `aclose()`.
    """
    updates = updates or Updates(world)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await updates.aclose()

    app = Starlette(
        routes=[
            Route("/bot{token}/{method}", Gate(world, updates)),
            *FaultSwitch(world.faults).routes(),
            *Phone(world, updates).routes(),
        ],
        exception_handlers={HTTPException: _refuse},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.world = world
    app.state.updates = updates
    return app


async def _refuse(_request: Request, error: Exception) -> Response:
    """An unknown route, or a deed the phone cannot do, in Telegram's form of an error."""
    if not isinstance(error, HTTPException):
        raise error
    body = {"ok": False, "error_code": error.status_code, "description": error.detail}
    return json_response(body, error.status_code)
