"""Webhooks and answers against LINE's OpenAPI description, where it lies beside the project."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema_rs import Draft202012Validator

from tests.simulator.line import CHANNEL, LIN, WANG, Line

DESCRIPTION = Path(__file__).parents[3] / "shared" / "spec" / "line"
Json = dict[str, Any]


@cache
def described(name: str) -> Json:
    """The schemas of one description."""
    path = DESCRIPTION / name
    if not path.exists():
        pytest.skip(f"LINE's OpenAPI description is not at hand: no {name} beside the project")
    schemas: Json = yaml.safe_load(path.read_text("utf-8"))["components"]["schemas"]
    return schemas


@cache
def validator(name: str, schema: str) -> Draft202012Validator:
    """A validator for one schema of a description, kinds told apart by their discriminator."""
    schemas = described(name)
    kinds = {each for each, body in schemas.items() if "discriminator" in body}
    expanded = {each: closed(body, kinds) for each, body in schemas.items()}
    for kind in kinds:
        expanded[f"{kind}.any"] = one_of(schemas[kind])
    return Draft202012Validator({"$ref": f"#/$defs/{schema}", "$defs": expanded})


def closed(node: Any, kinds: set[str], *, inherited: bool = False) -> Any:
    """The schema with each reference to a kind of thing turned to any of its known members."""
    if isinstance(node, list):
        return [closed(each, kinds, inherited=inherited) for each in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        name = node["$ref"].rpartition("/")[2]
        return {"$ref": f"#/$defs/{name}" + (".any" if name in kinds and not inherited else "")}
    return {
        key: closed(each, kinds, inherited=key == "allOf")
        for key, each in node.items()
        if key not in ("discriminator", "example", "format")
    }


def one_of(schema: Json) -> Json:
    """A thing whose kind is one of those listed, and which is shaped as that kind."""
    key, mapping = schema["discriminator"]["propertyName"], schema["discriminator"]["mapping"]
    return {
        "type": "object",
        "required": [key],
        "properties": {key: {"enum": list(mapping)}},
        "allOf": [
            {
                "if": {"properties": {key: {"const": value}}},
                "then": {"$ref": f"#/$defs/{target.rpartition('/')[2]}"},
            }
            for value, target in mapping.items()
        ],
    }


def faults(check: Draft202012Validator, instance: Any) -> list[str]:
    """What the description finds wrong."""
    return [f"{error.instance_path}: {error.message}" for error in check.iter_errors(instance)]


async def test_every_webhook_is_shaped_as_line_describes(line: Line) -> None:
    """Each deed of a person and of a group, first delivery and redelivery."""
    check = validator("webhook.yml", "CallbackRequest")
    deeds: list[tuple[str, Json]] = [
        ("text", {"text": "你好"}),
        ("sticker", {}),
        ("image", {}),
        ("video", {}),
        ("audio", {}),
        ("file", {"fileName": "a.pdf", "size": 1}),
        ("location", {}),
        ("postback", {"data": "d", "params": {"datetime": "2025-02-03T09:30"}}),
        ("unfollow", {}),
        ("follow", {}),
    ]
    for deed, body in deeds:
        await line.do(deed, **body)
    await line.do("unsend", messageId=line.bot.events[0]["message"]["id"])
    body = {"name": "高二忠", "members": [WANG]}
    _, group, _ = await line.call("POST", f"/phone/{CHANNEL}/groups", body)
    await line.do("text", group["groupId"], text="a", by=WANG)
    await line.do("members", group["groupId"], join=[LIN])
    line.bot.status = 500
    await line.do("unfollow", group["groupId"])
    line.bot.status = 200
    await line.deliveries.redeliver()
    kinds = {event["type"] for event in line.bot.events}
    assert kinds >= {"message", "postback", "unsend", "follow", "unfollow", "join", "leave"}
    assert [fault for webhook in line.bot.webhooks for fault in faults(check, webhook)] == []


async def test_the_check_itself_finds_what_is_wrong(line: Line) -> None:
    """A text event without its quote token, and a kind that does not exist."""
    check = validator("webhook.yml", "CallbackRequest")
    await line.do("text", text="你好")
    [webhook] = line.bot.webhooks
    del webhook["events"][0]["message"]["quoteToken"]
    assert faults(check, webhook)
    webhook["events"][0]["type"] = "teleport"
    assert faults(check, webhook)


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/v2/bot/info", "BotInfoResponse"),
        (f"/v2/bot/profile/{WANG}", "UserProfileResponse"),
        ("/v2/bot/message/quota", "MessageQuotaResponse"),
        ("/v2/bot/message/quota/consumption", "QuotaConsumptionResponse"),
        ("/v2/bot/channel/webhook/endpoint", "GetWebhookEndpointResponse"),
        ("/v2/bot/richmenu/list", "RichMenuListResponse"),
        ("/v2/bot/richmenu/alias/list", "RichMenuAliasListResponse"),
        ("/v2/bot/richmenu/none", "ErrorResponse"),
    ],
)
async def test_answers_are_shaped_as_line_describes(line: Line, path: str, schema: str) -> None:
    """What can be read, and a refusal."""
    _, body, _ = await line.call("GET", path)
    assert faults(validator("messaging-api.yml", schema), body) == []
