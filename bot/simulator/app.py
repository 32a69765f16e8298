"""The simulator as a Starlette application, which runs alone or mounted under a prefix."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.simulator.api.routes import api_routes
from bot.simulator.delivery import Deliveries
from bot.simulator.phone.faultroutes import FaultSwitch
from bot.simulator.phone.routes import Phone
from bot.simulator.world import World


def create_simulator(world: World, deliveries: Deliveries | None = None) -> Starlette:
    """LINE's servers over one world.

    A mounted application has no life span of its own: whoever mounts it closes
    `app.state.deliveries` with `aclose()`.
    """
    deliveries = deliveries or Deliveries(world)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await deliveries.aclose()

    app = Starlette(
        routes=[
            *api_routes(world, deliveries),
            *FaultSwitch(world.faults).routes(),
            *Phone(world, deliveries).routes(),
        ],
        exception_handlers={HTTPException: _refuse},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.world = world
    app.state.deliveries = deliveries
    return app


async def _refuse(request: Request, error: Exception) -> Response:
    """An unknown route or method, or a deed the phone cannot do, in LINE's form of an error."""
    if not isinstance(error, HTTPException):
        raise error
    headers = {"x-line-request-id": request.app.state.world.ids.request_id()}
    body = orjson.dumps({"message": error.detail})
    return Response(body, error.status_code, headers, media_type="application/json")
