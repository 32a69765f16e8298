"""A bot's end of a webhook, the same for both messengers, and a clock that is moved by hand."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response


@dataclass
class HandClock:
    """World time that moves only when it is moved."""

    at: datetime = datetime(2025, 2, 3, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The present instant."""
        return self.at

    def forward(self, **span: float) -> None:
        """Let so much time go by."""
        self.at += timedelta(**span)


@dataclass
class RecordingBot:
    """The bot's end: keeps each webhook it gets and answers as it is told."""

    webhooks: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Headers] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    status: int = 200
    answer_headers: dict[str, str] = field(default_factory=dict)
    before_answer: Callable[[], Awaitable[object]] | None = None
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event of LINE so far, in the order of arrival."""
        return [event for webhook in self.webhooks for event in webhook["events"]]

    async def receive(self, request: Request) -> Response:
        """The webhook endpoint."""
        body = await request.body()
        async with self.arrived:
            self.headers.append(request.headers)
            self.bodies.append(body)
            self.webhooks.append(orjson.loads(body))
            self.arrived.notify_all()
        if self.before_answer is not None:
            await self.before_answer()
        return Response(status_code=self.status, headers=self.answer_headers)

    async def wait_for(self, webhooks: int) -> None:
        """Until so many webhooks came, five seconds at most."""
        async with asyncio.timeout(5), self.arrived:
            await self.arrived.wait_for(lambda: len(self.webhooks) >= webhooks)


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until a condition holds, ten seconds at most."""
    for _ in range(1_000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError
