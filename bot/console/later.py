"""An answer that is made after the visit's transaction has ended, because it takes its time."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class Later(Response):
    """Makes the real answer once nothing is locked any more; who may have it was asked before."""

    def __init__(self, make: Callable[[], Awaitable[Response]]) -> None:
        """Keep what makes the answer."""
        super().__init__()
        self._make = make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make the answer and give it."""
        answer = await self._make()
        await answer(scope, receive, send)
