"""Serves /metrics on a port of its own, which is not the public one, where a setting names it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.listening import listening
from bot.metrics import REGISTRY
from bot.metrics_ledger import Gauges, Ledger
from bot.protocol import ImpatientProtocol
from bot.wiring import Installation


def page(ledger: Ledger) -> Starlette:
    """Return the application that answers GET /metrics, and nothing else."""

    async def metrics(_request: Request) -> Response:
        everything = CollectorRegistry(auto_describe=False)
        everything.register(REGISTRY)
        everything.register(Gauges(await ledger.look()))
        return Response(generate_latest(everything), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return Starlette(routes=[Route("/metrics", metrics)])


@asynccontextmanager
async def open_page(installation: Installation) -> AsyncIterator[None]:
    """Serve the page while the block runs; raises CannotListen where the port is taken."""
    settings = installation.settings
    if settings.metrics_port is None:
        yield
        return
    ledger = Ledger(installation.store, installation.clock)
    with listening(settings.metrics_host, settings.metrics_port, by="BOT_METRICS_PORT") as sock:
        config = uvicorn.Config(
            page(ledger),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            http=ImpatientProtocol,
        )
        server = _Beside(config)
        serving = asyncio.create_task(server.serve(sockets=[sock]))
        try:
            yield
        finally:
            server.should_exit = True
            await serving


class _Beside(uvicorn.Server):
    """A server that leaves the process's signals to whom they belong."""

    async def serve(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Serve until told to stop."""
        await self._serve(sockets)  # type: ignore[arg-type]
