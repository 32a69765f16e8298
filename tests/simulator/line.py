"""A world with one account, a bot that records its webhooks, and LINE's own SDK as the caller."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import aiohttp
import orjson
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, Configuration
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.simulator.app import create_simulator
from bot.simulator.delivery import Deliveries, signature
from bot.simulator.state import Chat, OfficialAccount
from bot.simulator.world import World
from tests.support.server import serving

CHANNEL = "2000000001"
TOKEN = "token-of-the-school"
SECRET = "secret-of-the-school"
WANG = "U" + "1" * 32
LIN = "U" + "2" * 32
STRANGER = "U" + "9" * 32


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
    signatures_right: list[bool] = field(default_factory=list)
    status: int = 200
    before_answer: Callable[[], Awaitable[object]] | None = None
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event so far, in the order of arrival."""
        return [event for webhook in self.webhooks for event in webhook["events"]]

    async def receive(self, request: Request) -> Response:
        """The webhook endpoint."""
        body = await request.body()
        expected = signature(SECRET, body)
        async with self.arrived:
            self.signatures_right.append(request.headers["x-line-signature"] == expected)
            self.webhooks.append(orjson.loads(body))
            self.arrived.notify_all()
        if self.before_answer is not None:
            await self.before_answer()
        return Response(status_code=self.status)

    async def wait_for(self, webhooks: int) -> None:
        """Until so many webhooks came, five seconds at most."""
        async with asyncio.timeout(5), self.arrived:
            await self.arrived.wait_for(lambda: len(self.webhooks) >= webhooks)


@dataclass
class Line:
    """LINE as a test sees it."""

    url: str
    world: World
    account: OfficialAccount
    deliveries: Deliveries
    clock: HandClock
    bot: RecordingBot
    api: AsyncMessagingApi
    http: aiohttp.ClientSession

    def chat(self, user_id: str = WANG) -> Chat:
        """The state behind a chat."""
        return self.world.chat(self.account, user_id)

    async def call(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Any, Any]:
        """A Messaging API call as it is on the wire: status, JSON (or bytes), headers."""
        headers = {"authorization": f"Bearer {TOKEN}", **headers}
        if not isinstance(body, bytes | BytesIO | None):
            body, headers = orjson.dumps(body), {"content-type": "application/json"} | headers
        async with self.http.request(
            method, self.url + path, data=body, headers=headers
        ) as response:
            raw = await response.read()
            is_json = response.content_type == "application/json"
            return response.status, orjson.loads(raw) if is_json else raw, response.headers

    async def push(self, *messages: Any, to: str = WANG, key: str | None = None) -> Any:
        """Push messages; a string is a text."""
        headers = {"x-line-retry-key": key} if key else {}
        body = {"to": to, "messages": [as_message(message) for message in messages]}
        return await self.call("POST", "/v2/bot/message/push", body, **headers)

    async def reply(self, token: str, *messages: Any) -> Any:
        """Answer with a reply token."""
        body = {"replyToken": token, "messages": [as_message(message) for message in messages]}
        return await self.call("POST", "/v2/bot/message/reply", body)

    async def do(self, deed: str, user_id: str = WANG, **body: Any) -> Any:
        """What a person does on the phone; the answer's status and JSON."""
        status, answer, _ = await self.call("POST", f"/phone/{CHANNEL}/{user_id}/{deed}", body)
        return status, answer

    async def look(self, user_id: str = WANG) -> Any:
        """What a person sees on the phone."""
        status, view, _ = await self.call("GET", f"/phone/{CHANNEL}/{user_id}")
        assert status == 200
        return view

    async def fault(self, **plan: Any) -> None:
        """Put a fault in force."""
        status, answer, _ = await self.call("POST", "/faults", plan)
        assert status == 200, answer


def as_message(message: Any) -> Any:
    """A message object; a string stands for a text."""
    return {"type": "text", "text": message} if isinstance(message, str) else message


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until a condition holds, ten seconds at most."""
    for _ in range(1_000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


@asynccontextmanager
async def line_world() -> AsyncIterator[Line]:
    """A simulator and a recording bot, both on real sockets; redelivery waits to be asked for."""
    clock, bot = HandClock(), RecordingBot()
    world = World(clock, seed=1)
    deliveries = Deliveries(world, redelivery_delays=None)
    app = create_simulator(world, deliveries)
    receiver = Starlette(routes=[Route("/hook", bot.receive, methods=["POST"])])
    async with serving(receiver) as bot_url, serving(app) as url, aiohttp.ClientSession() as http:
        account = world.add_account(CHANNEL, "示範高中", "@demo", SECRET, TOKEN, f"{bot_url}/hook")
        world.add_user(WANG, "王小明")
        world.add_user(LIN, "林老師")
        world.follow(account, WANG)
        world.follow(account, LIN)
        async with AsyncApiClient(Configuration(access_token=TOKEN, host=url)) as client:
            api = AsyncMessagingApi(client)
            yield Line(url, world, account, deliveries, clock, bot, api, http)
