"""Ends event streams when the server stops: they would go on for as long as the page is open."""

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

_STREAMS = "/stream"


class StreamsEnd:
    """An application whose event streams end once `stopping` is set."""

    def __init__(self, app: ASGIApp) -> None:
        """Serve this application."""
        self.stopping = asyncio.Event()
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a stream only until it is time to stop."""
        if scope["type"] != "http" or not scope["path"].endswith(_STREAMS):
            await self._app(scope, receive, send)
            return
        streaming = asyncio.ensure_future(self._app(scope, receive, send))
        stopping = asyncio.create_task(self.stopping.wait())
        await asyncio.wait((streaming, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if streaming.done():
            await streaming
            return
        streaming.cancel()
        await asyncio.gather(streaming, return_exceptions=True)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
