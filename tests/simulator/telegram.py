"""A Telegram with one bot whose webhook records what comes; retries wait to be asked for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from starlette.applications import Starlette
from starlette.routing import Route

from bot.simulator.telegram.app import create_telegram
from bot.simulator.telegram.delivery import Updates
from bot.simulator.telegram.state import Bot
from bot.simulator.telegram.world import TelegramWorld
from tests.simulator.receiver import HandClock, RecordingBot
from tests.support.server import serving

ACCOUNT = "demo_bell_bot"
TOKEN = "7000000001:a-token-of-the-tests"
SECRET = "a-secret_of-the-tests"
WANG = 5_000_000_001
LIN = 4_503_599_627_370_495
"""An id of 52 bits, the longest there are."""
STRANGER = 5_000_000_009


@dataclass
class Telegram:
    """Telegram as a test sees it."""

    url: str
    world: TelegramWorld
    account: Bot
    updates: Updates
    clock: HandClock
    bot: RecordingBot
    http: aiohttp.ClientSession
    hook: str

    async def call(self, method: str, **parameters: Any) -> Any:
        """The result of a method that must go well."""
        status, answer = await self.ask(method, **parameters)
        assert status == 200, answer
        return answer["result"]

    async def refused(self, method: str, **parameters: Any) -> tuple[int, str]:
        """The code and the sentence of a refusal."""
        status, answer = await self.ask(method, **parameters)
        assert answer["ok"] is False
        assert answer["error_code"] == status
        return status, answer["description"]

    async def ask(self, method: str, **parameters: Any) -> tuple[int, Any]:
        """A call with a JSON body: status and answer."""
        url = f"{self.url}/bot{TOKEN}/{method}"
        async with self.http.post(url, json=parameters) as response:
            return response.status, await response.json()

    async def say(self, text: str, to: int = WANG, **more: Any) -> Any:
        """The message that sendMessage makes."""
        return await self.call("sendMessage", chat_id=to, text=text, **more)

    async def do(self, deed: str, chat_id: int = WANG, **body: Any) -> Any:
        """What a person does on the phone; the answer."""
        status, answer = await self.post(f"/phone/{ACCOUNT}/{chat_id}/{deed}", body)
        assert status == 200, answer
        return answer

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        """A POST to the simulator."""
        async with self.http.post(self.url + path, json=body) as response:
            return response.status, await response.json()

    async def look(self, chat_id: int = WANG, by: int | None = None) -> Any:
        """What a person sees on the phone."""
        query = f"?by={by}" if by else ""
        async with self.http.get(f"{self.url}/phone/{ACCOUNT}/{chat_id}{query}") as response:
            assert response.status == 200
            return await response.json()

    async def group(self, *members: int, **more: Any) -> int:
        """The id of a group with these people, the first of whom adds the bot."""
        body = {"name": "201", "members": [str(each) for each in members]} | more
        status, answer = await self.post(f"/phone/{ACCOUNT}/groups", body)
        assert status == 200, answer
        return int(answer["groupId"])

    def kinds(self) -> list[str]:
        """The kind of each update that came, in order."""
        return [list(update)[1] for update in self.bot.webhooks]


def keyboard(*labels: str) -> dict[str, Any]:
    """An inline keyboard of one row; the data is the label."""
    return {"inline_keyboard": [[{"text": label, "callback_data": label} for label in labels]]}


@asynccontextmanager
async def telegram_world(*, hooked: bool = True) -> AsyncIterator[Telegram]:
    """A simulator and a recording bot, both on real sockets."""
    clock, bot = HandClock(), RecordingBot()
    world = TelegramWorld(clock, seed=1)
    updates = Updates(world, retrying=False)
    receiver = Starlette(routes=[Route("/hook", bot.receive, methods=["POST"])])
    async with (
        serving(receiver) as bot_url,
        serving(create_telegram(world, updates)) as url,
        aiohttp.ClientSession() as http,
    ):
        account = world.add_bot(ACCOUNT, "歷程鈴", TOKEN)
        for user_id, name in ((WANG, "王小明"), (LIN, "林老師")):
            world.add_user(name, user_id)
            world.start(account, user_id)
        world.add_user("陌生人", STRANGER)
        telegram = Telegram(url, world, account, updates, clock, bot, http, f"{bot_url}/hook")
        if hooked:
            await telegram.call("setWebhook", url=telegram.hook, secret_token=SECRET)
        yield telegram
        await updates.aclose()
