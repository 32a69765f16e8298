"""The simulator by itself: LINE's and Telegram's sides and the phone page, with no school.

The page is made for the demonstration, whose school it asks for a clock, people and a ledger.
Here the people are LINE's users, each with the same name on Telegram; the clock is the world's, and
the ledger is empty.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta, timezone
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.simulator.app import create_simulator
from bot.simulator.phone.bodies import body_of, json_response
from bot.simulator.phone.stream import STILL_HERE_SECONDS
from bot.simulator.state import Json, LineUser, OfficialAccount
from bot.simulator.telegram.app import create_telegram
from bot.simulator.telegram.world import TelegramWorld
from bot.simulator.world import World

HERE = Path(__file__).parent
PAGE = HERE / "templates" / "phones.html"
STATIC = HERE / "static"
TAIPEI_TIME = timezone(timedelta(hours=8))
PHONES_AT_FIRST = 3
PEOPLE_SHOWN = 50
# What the page's switch calls a fault, and what it is here.
PAGE_FAULTS = {
    "500": "error_before",
    "timeout": "silence_before",
    "lost": "reset_after",
    "429": "rate_limit",
}


def create_standalone(world: World, telegram: TelegramWorld) -> Starlette:
    """LINE's side at the root, Telegram's below /telegram, and the page that shows both."""
    simulator, other = create_simulator(world), create_telegram(telegram)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await simulator.state.deliveries.aclose()
        await other.state.updates.aclose()

    page = _Page(world, telegram).routes() if PAGE.exists() else []
    sides = [
        Mount("/simulator/telegram", other),
        Mount("/telegram", other),
        Mount("/simulator", simulator),
        Mount("/", simulator),
    ]
    return Starlette(routes=[*page, *sides], lifespan=lifespan)


class _Page:
    """The page, and answers to what it asks of a school."""

    def __init__(self, world: World, telegram: TelegramWorld) -> None:
        self._world = world
        self._telegram = telegram

    def routes(self) -> list[Route | Mount]:
        return [
            Route("/", self.page),
            Mount("/simulator/static", StaticFiles(directory=STATIC)),
            Route("/demo/state", self.state),
            Route("/demo/people", self.people),
            Route("/demo/people/{user_id}/phone", self.phone, methods=["POST"]),
            Route("/demo/ledger", self.ledger),
            Route("/demo/faults", self.fault, methods=["POST"]),
            Route("/demo/stream", self.stream),
        ]

    async def page(self, _request: Request) -> Response:
        return FileResponse(PAGE)

    async def state(self, _request: Request) -> Response:
        now = self._world.now().astimezone(TAIPEI_TIME)
        account = self._account
        people = [_person(user) for user in self._world.users.values()]
        school = {"name": account.name, "term": "", "pupils": len(people), "classes": 0, "staff": 0}
        return json_response(
            {
                "now": now.isoformat(),
                "today": f"{now.year - 1911}/{now.month}/{now.day}",
                "clock": f"{now:%H:%M}",
                "account": account.channel_id,
                "telegram": next(iter(self._telegram.bots)),
                "school": school | {"linked": 0},
                "cast": people[:PHONES_AT_FIRST],
                "next": None,
                "busy": False,
                "windows": [],
            }
        )

    async def people(self, request: Request) -> Response:
        wanted = request.query_params.get("q", "")
        found = [user for user in self._world.users.values() if wanted in user.display_name]
        return json_response([_person(user) for user in found[:PEOPLE_SHOWN]])

    async def phone(self, request: Request) -> Response:
        user_id = request.path_params["user_id"]
        if user_id not in self._world.users:
            raise HTTPException(404)
        if (await body_of(request)).get("channel") == "telegram":
            name = self._world.users[user_id].display_name
            found = (user for user in self._telegram.users.values() if user.name == name)
            user = next(found, None) or self._telegram.add_user(name)
            return json_response({"userId": str(user.user_id), "code": None})
        return json_response({"userId": user_id, "code": None})

    async def ledger(self, _request: Request) -> Response:
        empty: Json = {"notices": [], "deliveries": [], "events": [], "silences": []}
        return json_response(empty | {"totals": {}})

    async def fault(self, request: Request) -> Response:
        kind = (await request.json()).get("kind")
        for faults in (self._world.faults, self._telegram.faults):
            faults.clear()
            if kind in PAGE_FAULTS:
                faults.add(PAGE_FAULTS[kind], rate=1.0)
        return json_response({})

    async def stream(self, _request: Request) -> Response:
        return StreamingResponse(_silence(), media_type="text/event-stream")

    @property
    def _account(self) -> OfficialAccount:
        return next(iter(self._world.accounts.values()))


async def _silence() -> AsyncIterator[bytes]:
    """A stream that stays open: no school, no news."""
    while True:
        yield b": still here\n\n"
        await asyncio.sleep(STILL_HERE_SECONDS)


def _person(user: LineUser) -> Json:
    return {
        "personId": user.user_id,
        "userId": user.user_id,
        "name": user.display_name,
        "role": "",
        "detail": "",
        "linked": False,
    }
