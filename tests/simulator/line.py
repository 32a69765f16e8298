"""A world with one account, a bot that records its webhooks, and LINE's own SDK as the caller."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
import orjson
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, Configuration
from starlette.applications import Starlette
from starlette.routing import Route

from bot.simulator.app import create_simulator
from bot.simulator.delivery import Deliveries
from bot.simulator.state import Chat, OfficialAccount
from bot.simulator.world import World
from tests.simulator.receiver import HandClock, RecordingBot
from tests.support.server import serving

CHANNEL = "2000000001"
TOKEN = "token-of-the-school"
SECRET = "secret-of-the-school"
WANG = "U" + "1" * 32
LIN = "U" + "2" * 32
STRANGER = "U" + "9" * 32


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
