"""A load balancer as small as can be: in turn, and on to the next where nobody answers."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from tests.support.mortal import HOST


class Balancer:
    """Passes each request on to one of several ports; the other gets it where one gives nothing.

    That is safe for webhooks, since an event that comes twice is one event.
    """

    def __init__(self, ports: Iterable[int]) -> None:
        orders = itertools.permutations(ports)
        self._orders = itertools.cycle(orders)
        self.passed_over = 0
        """How often a process took no connection, or closed it without a word."""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[int]:
        """Serve on a free port."""
        server = await asyncio.start_server(self._pass_on, HOST)
        async with server:
            yield server.sockets[0].getsockname()[1]

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in head.lower().splitlines()
            if line.startswith(b"content-length:")
        )
        request = head[:-2] + b"connection: close\r\n\r\n" + await reader.readexactly(length)
        for port in next(self._orders):
            if answer := await self._answer_of(port, request):
                writer.write(answer)
                break
            self.passed_over += 1
        writer.close()
        await writer.wait_closed()

    async def _answer_of(self, port: int, request: bytes) -> bytes:
        try:
            reader, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            return b""
        try:
            writer.write(request)
            return await reader.read()
        except OSError:
            return b""
        finally:
            writer.close()
