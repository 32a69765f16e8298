"""Updates and results against the Bot API's description, where it lies beside the project."""

from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema_rs import Draft202012Validator

from bot.simulator.telegram.api.gate import METHODS
from tests.simulator.telegram import LIN, STRANGER, WANG, Telegram, keyboard

DESCRIPTION = Path(__file__).parents[3] / "shared" / "spec" / "telegram" / "api.json"
SIMPLE: dict[str, dict[str, Any]] = {
    "Integer": {"type": "integer"},
    "Float": {"type": "number"},
    "String": {"type": "string"},
    "Boolean": {"type": "boolean"},
    "True": {"const": True},
}
Json = dict[str, Any]


@cache
def described() -> Json:
    """The whole description."""
    if not DESCRIPTION.exists():
        pytest.skip("the Bot API's description is not at hand: no api.json beside the project")
    description: Json = orjson.loads(DESCRIPTION.read_bytes())
    return description


def shape(kind: str) -> Json:
    """The schema of a type as the description names it."""
    if kind.startswith("Array of "):
        return {"type": "array", "items": shape(kind.removeprefix("Array of "))}
    return SIMPLE.get(kind) or {"$ref": f"#/$defs/{kind}"}


def definition(described_type: Json) -> Json:
    """The schema of one object: no field it does not have, none missing."""
    if subtypes := described_type.get("subtypes"):
        return {"anyOf": [shape(each) for each in subtypes]}
    fields = described_type.get("fields", [])
    return {
        "type": "object",
        "required": [field["name"] for field in fields if field["required"]],
        "properties": {
            field["name"]: {"anyOf": [shape(kind) for kind in field["types"]]} for field in fields
        },
        "additionalProperties": False,
    }


@cache
def validator(kind: str) -> Draft202012Validator:
    """What checks a value of this type."""
    definitions = {name: definition(each) for name, each in described()["types"].items()}
    return Draft202012Validator({**shape(kind), "$defs": definitions})


def problems(kind: str, value: Any) -> list[str]:
    """What is wrong with a value."""
    return [error.message for error in validator(kind).iter_errors(value)]


async def test_updates_are_as_described(telegram: Telegram) -> None:
    """Every kind a person's deeds make, in private chats and in groups."""
    said = await telegram.say("x", reply_markup=keyboard("認證"))
    await telegram.do("start", STRANGER, payload="abc")
    for deed in ("sticker", "photo", "location"):
        await telegram.do(deed)
    await telegram.do("document", fileName="a.pdf", size=10)
    await telegram.do("text", text="好", replyTo=said["message_id"])
    await telegram.do("tap", messageId=said["message_id"], label="認證")
    telegram.world.editable_for = telegram.clock.at - telegram.clock.at
    await telegram.do("tap", messageId=said["message_id"], label="認證")
    await telegram.do("block")
    await telegram.do("unblock")
    group = await telegram.group(WANG, old=True)
    await telegram.do("members", group, join=[LIN])
    await telegram.do("members", group, leave=[LIN])
    await telegram.do("migrate", group)
    assert len(telegram.bot.webhooks) == 16
    for update in telegram.bot.webhooks:
        assert problems("Update", update) == [], update


async def test_results_are_as_described(telegram: Telegram) -> None:
    """What each method answers is of the type that the description promises."""
    markup = keyboard("認證")
    said = await telegram.say("<b>x</b>", parse_mode="HTML", reply_markup=markup)
    named = {"chat_id": WANG, "message_id": said["message_id"]}
    commands = [{"command": "home", "description": "首頁"}]
    asked: list[tuple[str, Json]] = [
        ("getMe", {}),
        ("getChat", {"chat_id": WANG}),
        ("setMyCommands", {"commands": commands}),
        ("getMyCommands", {}),
        ("getChatMenuButton", {}),
        ("getMyName", {}),
        ("getMyShortDescription", {}),
        ("getWebhookInfo", {}),
        ("sendMessage", {"chat_id": WANG, "text": "/x https://a.tw", "reply_parameters": named}),
        ("sendDocument", {"chat_id": WANG, "document": "https://a.tw/a.pdf", "caption": "c"}),
        ("sendPhoto", {"chat_id": WANG, "photo": "https://a.tw/a.png"}),
        ("editMessageText", {**named, "text": "y", "reply_markup": markup}),
        ("editMessageReplyMarkup", named),
        ("deleteMessage", named),
    ]
    for method, parameters in asked:
        answered = await telegram.call(method, **parameters)
        found = [problems(kind, answered) for kind in described()["methods"][method]["returns"]]
        assert [] in found, (method, found)


def test_every_method_is_one_of_telegrams() -> None:
    """None is made up."""
    assert set(METHODS) <= set(described()["methods"])
