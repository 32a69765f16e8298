"""A real HTTP server on loopback, in the test's own event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

GRACE = 1.0
"""Seconds that answers may still take when the server stops."""
A_LOOK = 0.002


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Serve an ASGI application on a free port and hand out its address, "http://127.0.0.1:…"."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical")
    server = _QuietServer(config)
    task = asyncio.create_task(server.serve())
    try:
        await asyncio.wait_for(server.ready.wait(), timeout=10)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stopping.set()
        await task


class _QuietServer(uvicorn.Server):
    """Says when it is ready, stops at once, and leaves the run's signal handlers alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.stopping = asyncio.Event()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.stopping.wait()

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        """Stop as uvicorn does, which looks ten times a second; here that is most of a test."""
        for server in self.servers:
            server.close()
        for connection in [*self.server_state.connections]:
            connection.shutdown()
        for socket in sockets or ():
            socket.close()
        for _ in range(int(GRACE / A_LOOK)):
            if not (self.server_state.connections or self.server_state.tasks):
                break
            await asyncio.sleep(A_LOOK)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()

    async def serve(self, sockets: list[Any] | None = None) -> None:
        await self._serve(sockets)
