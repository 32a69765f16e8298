"""Every card of the product is taken by every app: all screens of a school, and all notices."""

import asyncio
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from bot.line import render as on_line
from bot.simulator.telegram.entities import parse_html
from bot.simulator.validation.messages import check_messages
from bot.telegram import render as on_telegram
from bot.texts import units
from handlers import router
from handlers.actions import Action
from handlers.codec import pack
from handlers.context import Context
from handlers.replies import Reply
from scheduler.messages import draw
from tests.edge.house import House, opened
from tests.scheduler.test_messages import KINDS, drawn, saying, scene
from tests.support import pressing
from tests.support.asking import MSGIDS, actions_of
from tests.support.cast import PUPILS, STAFF
from tests.telegram.test_description import problems_of_call

Json = dict[str, Any]


@pytest.fixture(scope="module")
def replies(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Reply]:
    """Give what the nine of the small cast, who have every duty, are shown, and every notice."""
    file = tmp_path_factory.mktemp("cards") / "bell.sqlite3"
    shutil.copyfile(sqlite_template, file)
    shown: list[Reply] = []

    async def answer(action: Action, context: Context) -> Reply:
        shown.append(await router.answer(action, context))
        return shown[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pressing, "router", SimpleNamespace(answer=answer))
        with opened(f"sqlite+aiosqlite:///{file}", whom=(*PUPILS, *STAFF)) as house:
            asyncio.run(_say_it_in_a_group(house))
    together = draw([saying(kind, id_=n) for n, kind in enumerate(KINDS)], scene(), MSGIDS)
    assert together.reply is not None
    return [*shown, *map(drawn, KINDS), together.reply]


async def _say_it_in_a_group(house: House) -> None:
    """Press there what somebody of each duty may press, one at a time."""
    for name in ("小美", "張導師", "註冊組"):
        for action in house.buttons[name].values():
            with house.pressing.trial():
                await house.press(name, action, in_group=True)


def test_line_takes_every_card(replies: list[Reply]) -> None:
    """By the simulator's checks, which are LINE's."""
    assert len(replies) > 200
    for reply in replies:
        messages = on_line.render(reply)
        assert check_messages(messages, len(orjson.dumps(messages)) + 100) == [], reply.summary


def test_telegram_takes_every_card(replies: list[Reply]) -> None:
    """Its HTML can be read, its texts and buttons fit, and a reminder is one message."""
    for reply in replies:
        messages = on_telegram.render(reply)
        assert len(messages) == 1, reply.summary
        for message in messages:
            text, _ = parse_html(message["text"])
            keys = [key for row in _keyboard(message) for key in row]
            assert 1 <= units(text) <= 4_096
            assert all(1 <= len(key["callback_data"].encode()) <= 64 for key in keys)
            assert all(key["text"].strip() for key in keys)


def test_no_button_of_a_card_is_missing_in_an_app(replies: list[Reply]) -> None:
    """What can be done on the one can be done on the other."""
    for reply in replies:
        line = orjson.dumps(on_line.render(reply)).decode()
        telegram = orjson.dumps(on_telegram.render(reply)).decode()
        for data in map(pack, actions_of(reply)):
            assert f'"{data}"' in line, reply.summary
            assert f'"{data}"' in telegram, reply.summary


def test_every_card_is_a_call_as_telegram_describes_it(replies: list[Reply]) -> None:
    """Known names, nothing missing, every value of its kind, new and in the place of another."""
    for reply in replies:
        for message in on_telegram.render(reply):
            assert problems_of_call("sendMessage", {"chat_id": 1, **message}) == []
            place = {"chat_id": 1, "message_id": 1}
            assert problems_of_call("editMessageText", {**place, **message}) == []


def _keyboard(message: Json) -> list[list[Json]]:
    rows: list[list[Json]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return rows
