"""Every call against Telegram's description of the Bot API, where it lies beside the project."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.telegram.channel import TelegramChannel, TelegramCredentials
from bot.telegram.updates import Ticket
from handlers.menus import GUEST
from tests.support.server import serving
from tests.telegram.test_render import reply

DESCRIPTION = Path(__file__).parents[3] / "shared" / "spec" / "telegram" / "api.json"
Json = dict[str, Any]
USER: Json = {"id": 7, "is_bot": True, "first_name": "歷程鈴", "username": "bell_bot"}
MESSAGE: Json = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}
RESULTS: Json = {
    "sendMessage": MESSAGE,
    "editMessageText": MESSAGE,
    "getMe": USER,
    "getUpdates": [],
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
}
PLAIN: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
}


@cache
def described() -> Json:
    """Telegram's methods and types."""
    if not DESCRIPTION.exists():
        pytest.skip("Telegram's description is not at hand: no api.json beside the project")
    found: Json = orjson.loads(DESCRIPTION.read_bytes())
    return found


def problems_of_call(method: str, parameters: Json) -> list[str]:
    """Return what a call has that the description does not know, or lacks."""
    return _fields(described()["methods"][method], parameters, method)


def _fields(description: Json, given: Json, where: str) -> list[str]:
    known = {field["name"]: field for field in description.get("fields", ())}
    found = [f"{where}.{name} is unknown" for name in given.keys() - known.keys()]
    found += [
        f"{where}.{name} is missing"
        for name, field in known.items()
        if field["required"] and name not in given
    ]
    for name in given.keys() & known.keys():
        if not any(_fits(given[name], kind) for kind in known[name]["types"]):
            found.append(f"{where}.{name} is no {known[name]['types']}")
    return found


def _fits(value: Any, kind: str) -> bool:
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        return isinstance(value, list) and all(_fits(each, inner) for each in value)
    if kind in PLAIN:
        return type(value) in PLAIN[kind]
    description = described()["types"][kind]
    kinds = description.get("subtypes") or []
    if kinds:
        return any(_fits(value, each) for each in kinds)
    return isinstance(value, dict) and _fields(description, value, kind) == []


@asynccontextmanager
async def recording() -> AsyncIterator[tuple[TelegramChannel, list[tuple[str, Json]]]]:
    """Give a channel, and the calls that it makes to a server that takes them all."""
    calls: list[tuple[str, Json]] = []

    async def take(request: Request) -> Response:
        method = request.path_params["method"]
        asked: Json = {name: _read(value) for name, value in request.query_params.items()}
        calls.append((method, asked | orjson.loads(await request.body() or b"{}")))
        answer = {"ok": True, "result": RESULTS.get(method, True)}
        return Response(orjson.dumps(answer), media_type="application/json")

    app = Starlette(routes=[Route("/bot{token}/{method}", take, methods=["GET", "POST"])])
    async with serving(app) as url:
        channel = TelegramChannel(
            lambda _code: TelegramCredentials("a_secret", "7:token"), api_url=url, between=0
        )
        yield channel, calls
        await channel.aclose()


def _read(value: str) -> Any:
    """Return what a parameter of an address stands for."""
    return orjson.loads(value) if value[:1] in "[{0123456789" else value


async def test_every_call_is_as_telegram_describes_it() -> None:
    """Known names, nothing missing, and every value of its kind."""
    async with recording() as (channel, calls):
        body = channel.draw(reply(cards=2, blocks=2))
        await channel.send("TT", "5", body, "")
        await channel.reply("TT", Ticket("5", "1", "99").token, body)
        await channel.acknowledge("TT", Ticket("5", "1", "99").token)
        await channel.dress("TT", "5", GUEST, "en")
        client = await channel.client("TT")
        await client.set_webhook("https://bell.example/telegram/TT", "a_secret")
        await client.delete_webhook()
        await client.me()
        await client.webhook()
        await client.updates(7, wait=0)
        await channel.aclose()

    assert {method for method, _ in calls} == {
        "sendMessage",
        "editMessageText",
        "answerCallbackQuery",
        "setMyCommands",
        "setChatMenuButton",
        "setWebhook",
        "deleteWebhook",
        "getMe",
        "getWebhookInfo",
        "getUpdates",
    }
    assert [each for method, asked in calls for each in problems_of_call(method, asked)] == []


def test_the_check_finds_what_is_wrong() -> None:
    """An unknown name, a missing one, and a value of another kind."""
    assert problems_of_call("sendMessage", {"chat_id": 1, "text": "x"}) == []
    assert problems_of_call("sendMessage", {"chat_id": 1, "text": "x", "texts": "y"})
    assert problems_of_call("sendMessage", {"chat_id": 1})
    keyboard = {"inline_keyboard": [[{"text": "x", "data": "y"}]]}
    assert problems_of_call("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": keyboard})
