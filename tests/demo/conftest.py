"""The demonstration on a free port, with a school of two classes a grade."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from bot.demo.lineside import ACCOUNT
from bot.demo.seed import Size
from bot.demo.showing import running, settings_for
from bot.demo.stage import Stage
from bot.listening import listening
from handlers.actions import Action
from handlers.codec import pack, unpack
from models import migrations
from models.store import Store

Json = dict[str, Any]
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
        return Phone(self, person["userId"])


@dataclass(slots=True)
class Phone:
    """One person's LINE, tapped as a finger would."""

    visitor: Visitor
    user_id: str

    @property
    def path(self) -> str:
        """Where the chat is."""
        return f"/simulator/phone/{ACCOUNT}/{self.user_id}"

    async def messages(self) -> list[Json]:
        """Return what is in the chat."""
        view: Json = await self.visitor.get(self.path)
        return list(view["messages"])

    async def taps(self, kind: type[Action], place: int = 0) -> str:
        """Tap a button that asks for this, the newest message first; return what is answered."""
        button = (await self.buttons(kind))[place]
        return await self.sends(pack(button))

    async def buttons(self, kind: type[Action]) -> list[Any]:
        """Return what buttons of this kind ask for: the newest message first, the menu last."""
        view = await self.visitor.get(self.path)
        shown = [each["message"] for each in reversed(view["messages"])]
        asked = [unpack(data) for data in _postbacks([shown, view["richMenu"]])]
        found = [each for each in asked if isinstance(each, kind)]
        assert found, f"no button {kind.__name__} among {asked}"
        return found

    async def sends(self, data: str) -> str:
        """Send a postback and return the answer."""
        before = len(await self.messages())
        await self.visitor.post(f"{self.path}/postback", {"data": data})
        return await self.hears(after=before)

    async def hears(self, *, after: int = 0) -> str:
        """Wait for a message of the bot beyond so many, and return it as text."""
        async with asyncio.timeout(10):
            while True:
                new = [each for each in (await self.messages())[after:] if each["from"] == "bot"]
                if new:
                    return orjson.dumps(new[-1]["message"]).decode()


def _postbacks(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["data"]] if value.get("type") == "postback" else []
        return own + [each for inner in value.values() for each in _postbacks(inner)]
    if isinstance(value, list):
        return [each for inner in value for each in _postbacks(inner)]
    return []


@pytest.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[Visitor]:
    """Open the whole demonstration and visit it."""
    with listening("127.0.0.1", 0) as sock:
        settings = settings_for(tmp_path / "school.sqlite3", sock)
        migrations.upgrade(settings.database_url)
        async with (
            running(settings, sock, size=SMALL) as stage,
            aiohttp.ClientSession(stage.url) as http,
        ):
            yield Visitor(stage, http)
