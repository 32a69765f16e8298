"""The demonstration on a free port, with a school of two classes a grade."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
import pytest_asyncio

from bot.demo import lineside, telegramside
from bot.demo.seed import Size
from bot.demo.showing import running, settings_for
from bot.demo.stage import Stage
from bot.listening import listening
from handlers.actions import Action
from handlers.codec import pack, unpack
from models import migrations
from models.store import Store

Json = dict[str, Any]
ROOTS = {
    "line": f"/simulator/phone/{lineside.ACCOUNT}",
    "telegram": f"/simulator/telegram/phone/{telegramside.ACCOUNT}",
}
SMALL = Size(day=2, continuing=1, pupils=14)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Give a migrated, empty database."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'school.sqlite3'}"
    migrations.upgrade(url)
    opened = Store(url)
    yield opened
    await opened.close()


@dataclass(slots=True)
class Visitor:
    """Somebody in front of the page, with everything that it offers."""

    stage: Stage
    http: aiohttp.ClientSession

    async def get(self, path: str) -> Any:
        """Ask the server."""
        async with self.http.get(path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, body: Json | None = None) -> Any:
        """Do something; every refusal is a failure of the test."""
        async with self.http.post(path, json=body or {}) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def status_of(self, path: str, body: Json) -> int:
        """Return how the server answers something that it may refuse."""
        async with self.http.post(path, json=body) as answer:
            return answer.status

    async def phone(self, role: str) -> "Phone":
        """Take up the phone of the cast's person with this role."""
        state = await self.get("/demo/state")
        person = next(each for each in state["cast"] if each["role"] == role)
        return Phone(self, person["channel"], person["userId"])

    async def on_telegram(self, person_id: int) -> tuple["Phone", Json]:
        """Put somebody on Telegram; return the phone, and what the page is told of it."""
        given = await self.post(f"/demo/people/{person_id}/phone", {"channel": "telegram"})
        return Phone(self, "telegram", given["userId"]), given


@dataclass(slots=True)
class Phone:
    """One person's chat in an app, tapped as a finger would."""

    visitor: Visitor
    channel: str
    user_id: str

    @property
    def path(self) -> str:
        """Where the chat is."""
        return f"{ROOTS[self.channel]}/{self.user_id}"

    async def messages(self) -> list[Json]:
        """Return what is in the chat."""
        view: Json = await self.visitor.get(self.path)
        return list(view["messages"])

    async def shows(self) -> str:
        """Return everything in the chat as text."""
        return orjson.dumps(await self.messages()).decode()

    async def taps(self, kind: type[Action], place: int = 0) -> str:
        """Tap a button that asks for this, the newest message first; return what is answered."""
        button = (await self.buttons(kind))[place]
        return await self.sends(pack(button))

    async def buttons(self, kind: type[Action]) -> list[Any]:
        """Return what buttons of this kind ask for: the newest message first, the menu last."""
        view = await self.visitor.get(self.path)
        shown = [each["message"] for each in reversed(view["messages"])]
        asked = [unpack(data) for data in _asked_for([shown, view.get("richMenu")])]
        found = [each for each in asked if isinstance(each, kind)]
        assert found, f"no button {kind.__name__} among {asked}"
        return found

    async def sends(self, data: str) -> str:
        """Send what a button holds and return the answer: in Telegram it takes the card's place."""
        before = await self.messages()
        if self.channel == "line":
            await self.visitor.post(f"{self.path}/postback", {"data": data})
            return await self.hears(after=len(before))
        tapped = next(each for each in reversed(before) if data in _asked_for(each["message"]))
        body = {"data": data, "messageId": tapped["id"]}
        await self.visitor.post(f"{self.path}/tap", body)
        known = {(each["id"], each["version"]) for each in before}

        def changed(now: list[Json]) -> Json | None:
            return next((each for each in now if (each["id"], each["version"]) not in known), None)

        return await self._until(changed)

    async def says(self, verb: str, body: Json) -> str:
        """Do something else on the phone, such as to type, and return the answer."""
        before = len(await self.messages())
        await self.visitor.post(f"{self.path}/{verb}", body)
        return await self.hears(after=before)

    async def hears(self, *, after: int = 0) -> str:
        """Wait for a message of the bot beyond so many, and return it as text."""

        def newest(now: list[Json]) -> Json | None:
            return next((each for each in reversed(now[after:]) if each["from"] == "bot"), None)

        return await self._until(newest)

    async def _until(self, wanted: Callable[[list[Json]], Json | None]) -> str:
        async with asyncio.timeout(10):
            while True:
                if found := wanted(await self.messages()):
                    return orjson.dumps(found["message"]).decode()


def _asked_for(value: Any) -> list[str]:
    """Return what the buttons somewhere in a chat hold."""
    if isinstance(value, dict):
        own = [value["data"]] if value.get("type") in ("postback", "callback") else []
        return own + [each for inner in value.values() for each in _asked_for(inner)]
    if isinstance(value, list):
        return [each for inner in value for each in _asked_for(inner)]
    return []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shown(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Visitor]:
    """Open the whole demonstration for a module's tests."""
    with listening("127.0.0.1", 0) as sock:
        settings = settings_for(tmp_path_factory.mktemp("school") / "school.sqlite3", sock)
        migrations.upgrade(settings.database_url)
        async with (
            running(settings, sock, size=SMALL) as stage,
            aiohttp.ClientSession(stage.url) as http,
        ):
            yield Visitor(stage, http)


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(shown: Visitor) -> Visitor:
    """Visit the demonstration on its first morning."""
    await shown.post("/demo/reset")
    return shown
