"""A school on LINE for one test: the real webhook, the real store, and LINE's side simulated.

`chat.of("小美").taps("勾選")` presses the newest button with that label, over HTTP and signed, and
waits for the answer; `sees("3／6")` looks at what is on the phone since the last deed.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from sqlmodel import select
from starlette.applications import Starlette

from bot.app import routes
from bot.conversation import Conversation
from bot.settings import load
from bot.simulator.app import create_simulator
from bot.simulator.delivery import Deliveries
from bot.simulator.world import World
from bot.wiring import Installation, installed
from models.queries import linking
from models.tables import ChannelCredential
from scheduler import jobs
from tests.support.cast import Cast, settle, taipei
from tests.support.server import serving

Json = dict[str, Any]
ACCOUNT = "bell"
SECRET = "a channel secret of the tests"
TOKEN = "a channel token of the tests"
KEY = "a secret key that only the tests use"
MONDAY = taipei(2024, 9, 16, 10)


@dataclass(slots=True)
class HandClock:
    """A clock that stands still until it is moved."""

    at: datetime

    def now(self) -> datetime:
        """Return where the hands point."""
        return self.at


@dataclass(slots=True)
class Phone:
    """One person's LINE on the test's stage."""

    stage: "Stage"
    chat_id: str
    since: int = 0
    by: str | None = None

    async def taps(self, label: str, *, beside: str = "") -> None:
        """Press the newest button with this label; `beside` is a text that stands next to it."""
        await self.does((await self.finds(label, beside=beside))[-1])

    async def finds(self, label: str, *, beside: str = "") -> list[Json]:
        """Return the actions of the buttons with this label, the newest last."""
        view = await self._view()
        found = _actions_beside(view, beside) if beside else _actions(view)
        actions = [one for one in found if one.get("label") == label]
        if not actions:
            raise AssertionError(f"no button {label!r}; there are {sorted(_labels(view))}")
        return actions

    async def does(self, action: Json) -> None:
        """Do what a button asks for, as often as one likes: LINE's buttons stay in the chat."""
        if action["type"] == "message":
            await self.types(action["text"])
        else:
            await self.sends("postback", data=action["data"], displayText=action["displayText"])

    async def sends_tap(self, data: str) -> None:
        """Send a postback that no button on this phone carries."""
        await self.sends("postback", data=data)

    async def types(self, text: str) -> None:
        """Type a text."""
        await self.sends("text", text=text)

    async def sends(self, deed: str, **body: Any) -> None:
        """Do something on the phone and wait until the bot has answered."""
        self.since = len((await self._view())["messages"])
        extra = {"by": self.by} if self.by else {}
        await self.stage.post(f"/phone/{ACCOUNT}/{self.chat_id}/{deed}", body | extra)
        await self.stage.settled()

    async def sees(self, *texts: str) -> None:
        """Assert that every text is on the phone since the last deed."""
        shown = await self.text()
        for text in texts:
            assert text in shown, f"{text!r} is not in:\n{shown}"

    async def sees_nothing_of(self, *texts: str) -> None:
        """Assert that none of the texts is on the phone since the last deed."""
        shown = await self.text()
        for text in texts:
            assert text not in shown, f"{text!r} is in:\n{shown}"

    async def text(self) -> str:
        """Return all that the bot said since the last deed, in lines."""
        messages = (await self._view())["messages"][self.since :]
        said = [one["message"] for one in messages if one["from"] == "bot"]
        return "\n".join(line for message in said for line in _texts(message))

    async def buttons(self) -> list[str]:
        """Return the labels of every button on the phone."""
        return _labels(await self._view())

    async def count(self) -> int:
        """Return how many messages are in the chat."""
        return len((await self._view())["messages"])

    async def looks_away(self) -> None:
        """Forget what is on the phone: what is seen next is new."""
        self.since = await self.count()

    async def menu(self) -> Json | None:
        """Return the rich menu of the chat."""
        menu: Json | None = (await self._view())["richMenu"]
        return menu

    async def _view(self) -> Json:
        view: Json = await self.stage.get(f"/phone/{ACCOUNT}/{self.chat_id}")
        return view


@dataclass(slots=True)
class Stage:
    """A running school: its people's phones, its clock, its store, and LINE's world."""

    clock: HandClock
    cast: Cast
    world: World
    deliveries: Deliveries
    installation: Installation
    http: aiohttp.ClientSession
    simulator: str
    bot: str
    _phones: dict[str, Phone] = field(default_factory=dict)

    def of(self, name: str) -> Phone:
        """Return the phone of a person of the cast."""
        if name not in self._phones:
            self._phones[name] = Phone(self, self.cast.address(name))
        return self._phones[name]

    async def stranger(self, name: str = "陌生人") -> Phone:
        """Return the phone of somebody who has just added the account."""
        user = self.world.add_user(f"Uffff{len(self.world.users):028x}", name)
        phone = Phone(self, user.user_id)
        await phone.sends("follow")
        return phone

    async def group(self, *names: str) -> Phone:
        """Return a group chat with these people and the bot; the first one speaks."""
        members = [self.cast.address(name) for name in names]
        body = {"name": "201", "members": members}
        made = await self.post(f"/phone/{ACCOUNT}/groups", body)
        await self.settled()
        return Phone(self, made["groupId"], by=members[0])

    async def add(self, make: Any, **facts: Any) -> Any:
        """Commit a row that a function of tests.support.cast makes."""
        async with self.installation.store.writing() as session:
            return await make(session, self.cast, **facts)

    async def code_for(self, name: str) -> str:
        """Return a fresh joining code of a person of the cast."""
        async with self.installation.store.writing() as session:
            person = self.cast.people[name]
            return await linking.issue(
                session, person, self.clock.now(), self.installation.vault.pepper
            )

    def another_conversation(self) -> Conversation:
        """Return the conversation of a second process over the same store."""
        mine = self.installation
        return Conversation(mine.store, self.clock, [mine.line], mine.vault.pepper)

    async def passes_to(self, at: datetime) -> None:
        """Let the time pass to `at`, with the scheduler ticking once when it is there."""
        self.clock.at = at
        await self.ticks()

    async def ticks(self) -> None:
        """Let the scheduler tick until nothing is left to be sent now."""
        installation = self.installation
        await jobs.tick(installation.store, installation.dispatcher, self.clock.now())

    async def settled(self) -> None:
        """Act upon everything that came in."""
        await self.installation.conversation.drain()

    async def get(self, path: str) -> Any:
        """Ask the simulator."""
        async with self.http.get(self.simulator + path) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def post(self, path: str, body: Json) -> Any:
        """Do something in the simulator."""
        async with self.http.post(self.simulator + path, json=body) as response:
            assert response.status == 200, await response.text()
            return await response.json()


@asynccontextmanager
async def playing(database_url: str, at: datetime = MONDAY) -> AsyncIterator[Stage]:
    """Put the small school on LINE at an instant; everybody of the cast follows the account."""
    clock = HandClock(at)
    world = World(clock.now)
    deliveries = Deliveries(world, redelivery_delays=None)
    async with serving(create_simulator(world, deliveries)) as simulator:
        settings = load(
            database_url=database_url,
            secret_key=KEY,
            line_api_url=simulator,
            line_data_api_url=simulator,
        )
        async with installed(settings, clock, longest_call=2) as installation:
            cast = await settle(installation.store)
            await _sign_in(installation, cast)
            async with (
                serving(Starlette(routes=routes(installation))) as bot,
                aiohttp.ClientSession() as http,
            ):
                url = f"{bot}/line/{cast.school.code}"
                account = world.add_account(ACCOUNT, "歷程鈴", "@bell", SECRET, TOKEN, url, 6_000)
                for name, linked in cast.accounts.items():
                    world.add_user(linked.address, name)
                    world.follow(account, linked.address)
                yield Stage(clock, cast, world, deliveries, installation, http, simulator, bot)
                await deliveries.aclose()


async def rows(stage: Stage, table: type[Any]) -> list[Any]:
    """Return every row of a table."""
    async with stage.installation.store.reading() as session:
        return list((await session.execute(select(table))).scalars().all())


async def _sign_in(installation: Installation, cast: Cast) -> None:
    vault = installation.vault
    async with installation.store.writing() as session:
        session.add(
            ChannelCredential(
                school_id=cast.school.id,
                channel="line",
                secret=vault.seal(SECRET),
                token=vault.seal(TOKEN),
            )
        )
    await installation.credentials.refresh(even_if_fresh=True)


def _labels(view: Json) -> list[str]:
    return [one["label"] for one in _actions(view) if one.get("label")]


def _actions(view: Json) -> list[Json]:
    """Return every action on the phone: the menu's first, then the chat's, the newest last."""
    menu = [area["action"] for area in (view["richMenu"] or {}).get("areas", ())]
    chat = [
        action
        for entry in view["messages"]
        if entry["from"] == "bot"
        for action in _found(entry["message"].get("contents"), "action")
    ]
    quick = [item["action"] for item in (view["quickReply"] or {}).get("items", ())]
    return menu + chat + quick


def _actions_beside(view: Json, text: str) -> list[Json]:
    """Return the actions of the smallest part of a card that also holds this text."""
    found: list[Json] = []
    for entry in view["messages"]:
        if entry["from"] == "bot":
            found += _smallest(entry["message"].get("contents"), text)
    return found


def _smallest(value: Any, text: str) -> list[Json]:
    if not isinstance(value, dict | list) or text not in _found(value, "text"):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return next((one for one in (_smallest(part, text) for part in inner) if one), None) or list(
        _found(value, "action")
    )


def _texts(message: Json) -> Iterator[str]:
    if message["type"] == "text":
        yield message["text"]
    yield from (text for text in _found(message.get("contents"), "text") if isinstance(text, str))
    for action in _found(message.get("contents"), "action"):
        yield f"〔{action['label']}〕"


def _found(value: Any, key: str) -> Iterator[Any]:
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        for inner in value.values():
            yield from _found(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _found(inner, key)
