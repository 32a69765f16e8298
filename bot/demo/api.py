"""The page of the demonstration and its own API: time, people, ledger, deadlines, faults."""

from pathlib import Path
from typing import Any

import orjson
import pylopdf_fonts_zh_tw as fonts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot import simulator
from bot.demo import changing, misbehaving, phones
from bot.demo.doors import open_doors
from bot.demo.seed.chats import CHANNELS, LINE
from bot.demo.stage import Busy, By, Stage
from bot.demo.views.ledger import ledger
from bot.demo.views.people import Directory, chats_of
from bot.demo.views.state import state

_SIMULATOR = Path(simulator.__file__).parent
_PAGE = _SIMULATOR / "templates" / "phones.html"
_MOST_ROWS = 500
_LONGEST_MOVE = 60

Json = dict[str, Any]


class Page:
    """The endpoints of one stage."""

    def __init__(self, stage: Stage, people: Directory) -> None:
        """Show this stage and these people."""
        self._stage = stage
        self._people = people

    async def index(self, _request: Request) -> Response:
        """GET /: the page."""
        return FileResponse(_PAGE, media_type="text/html; charset=utf-8")

    async def font(self, _request: Request) -> Response:
        """GET /fonts/NotoSansTC-Regular.otf: a font with every character, on every machine."""
        headers = {"cache-control": "public, max-age=604800"}
        return FileResponse(fonts.sans_path(), media_type="font/otf", headers=headers)

    async def state(self, _request: Request) -> Response:
        """GET /demo/state."""
        return _json(await self._state())

    async def stream(self, _request: Request) -> Response:
        """GET /demo/stream: progress, state and hints that the ledger changed."""
        return StreamingResponse(
            self._stage.audience.watch(self._state),
            media_type="text/event-stream",
            headers={"cache-control": "no-store"},
        )

    async def advance(self, request: Request) -> Response:
        """POST /demo/advance {"by"}."""
        by = (await _body(request)).get("by")
        if by not in list(By):
            raise HTTPException(400, "by is hour, day or reminder")
        await self._stage.advance(By(by))
        return await self._changed()

    async def people(self, request: Request) -> Response:
        """GET /demo/people?q=&role=."""
        wanted, role = (request.query_params.get(name, "").strip() for name in ("q", "role"))
        found = self._people.find(wanted, role)
        async with self._stage.store.reading() as session:
            chats = await chats_of(session, [entry.person_id for entry in found])
        return _json([entry.view(chats.get(entry.person_id, {}), role) for entry in found])

    async def phone(self, request: Request) -> Response:
        """POST /demo/people/{person_id}/phone {"channel"?}: a code too for who is not linked."""
        person_id = request.path_params["person_id"]
        if person_id not in self._people:
            raise HTTPException(404, "nobody has this id")
        return _json(await phones.put_on_phone(self._stage, person_id, await _channel(request)))

    async def group(self, request: Request) -> Response:
        """POST /demo/group {"channel"?}: a group of the class with the school's account in it."""
        return _json(await phones.put_group_on_phone(self._stage, await _channel(request)))

    async def ledger(self, request: Request) -> Response:
        """GET /demo/ledger?person=&limit=."""
        person = request.query_params.get("person", "")
        limit = request.query_params.get("limit", "100")
        if not limit.isdecimal() or (person and not person.isdecimal()):
            raise HTTPException(400, "person and limit are numbers")
        person_id = int(person) if person else None
        async with self._stage.store.reading() as session:
            most = min(int(limit), _MOST_ROWS)
            return _json(await ledger(session, self._people, person_id, most))

    async def deadline(self, request: Request) -> Response:
        """POST /demo/deadline {"windowId", "days"}: as when the registrar moves it."""
        body = await _body(request)
        window_id, days = body.get("windowId"), body.get("days")
        if type(window_id) is not int or type(days) is not int or abs(days) > _LONGEST_MOVE:
            raise HTTPException(400, f"windowId is a window, days at most {_LONGEST_MOVE}")
        try:
            await changing.move_deadline_by(self._stage, window_id, days)
        except LookupError:
            raise HTTPException(404, "no such window") from None
        except ValueError as error:
            raise HTTPException(400, str(error)) from None
        return await self._changed()

    async def faults(self, request: Request) -> Response:
        """POST /demo/faults {"kind"}: what messages meet from now on."""
        kind = (await _body(request)).get("kind")
        if not isinstance(kind, str) or kind not in misbehaving.FAULTS:
            raise HTTPException(400, f"kind is one of: {', '.join(misbehaving.FAULTS)}")
        misbehaving.misbehave(self._stage.world, self._stage.telegram, kind)
        return _json({})

    async def reset(self, _request: Request) -> Response:
        """POST /demo/reset: the first morning again."""
        await self._stage.reset()
        await open_doors(self._stage)
        return await self._changed()

    async def _state(self) -> Json:
        return await state(self._stage, self._people)

    async def _changed(self) -> Response:
        now = await self._state()
        self._stage.audience.tell("state", now)
        self._stage.audience.hint("ledger")
        return _json(now)


def routes(page: Page) -> list[BaseRoute]:
    """Return the routes of the page; they stand before the simulator's own."""

    async def busy(request: Request) -> Response:
        endpoint = endpoints[request.url.path]
        try:
            return await endpoint(request)
        except Busy:
            raise HTTPException(409, "the clock is on its way") from None

    endpoints = {
        "/demo/advance": page.advance,
        "/demo/deadline": page.deadline,
        "/demo/reset": page.reset,
    }
    return [
        Route("/", page.index),
        Route("/fonts/NotoSansTC-Regular.otf", page.font),
        Route("/demo/state", page.state),
        Route("/demo/stream", page.stream),
        Route("/demo/people", page.people),
        Route("/demo/people/{person_id:int}/phone", page.phone, methods=["POST"]),
        Route("/demo/group", page.group, methods=["POST"]),
        Route("/demo/ledger", page.ledger),
        Route("/demo/faults", page.faults, methods=["POST"]),
        *(Route(path, busy, methods=["POST"]) for path in endpoints),
        Mount("/simulator/static", StaticFiles(directory=_SIMULATOR / "static")),
    ]


async def _body(request: Request) -> Json:
    raw = await request.body()
    try:
        body = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError:
        raise HTTPException(400, "the body is no JSON") from None
    if not isinstance(body, dict):
        raise HTTPException(400, "the body is a JSON object")
    return body


async def _channel(request: Request) -> str:
    """Return the channel that a body names; LINE unless told."""
    channel: str = (await _body(request)).get("channel", LINE)
    if channel not in CHANNELS:
        raise HTTPException(400, f"channel is one of: {', '.join(CHANNELS)}")
    return channel


def _json(body: Any) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
