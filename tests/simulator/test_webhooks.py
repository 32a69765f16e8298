"""Webhooks: signed, shaped as LINE describes them, in time, and again if need be."""

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.simulator.delivery import Deliveries, signature
from tests.simulator.line import CHANNEL, LIN, SECRET, WANG, Line
from tests.simulator.receiver import eventually

ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def test_the_signature_is_that_of_lines_own_example() -> None:
    """The test vector of LINE's documentation."""
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    expected = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
    assert signature("8c570fa6dd201bb328f1c1eac23a96d8", body) == expected


async def test_a_text_comes_as_a_signed_event(line: Line) -> None:
    """Everything LINE puts around a text is there."""
    status, answer = await line.do("text", text="你好🍎")
    assert (status, answer["delivered"], answer["status"]) == (200, True, 200)
    expected = signature(SECRET, line.bot.bodies[0])
    assert line.bot.headers[0]["x-line-signature"] == expected
    assert re.fullmatch(r"U[0-9a-f]{32}", line.bot.webhooks[0]["destination"])
    [event] = line.bot.events
    assert event["webhookEventId"] == answer["webhookEventId"]
    assert ULID.fullmatch(event["webhookEventId"])
    assert event["source"] == {"type": "user", "userId": WANG}
    assert (event["mode"], event["deliveryContext"]) == ("active", {"isRedelivery": False})
    assert event["timestamp"] == line.clock.at.timestamp() * 1000
    assert event["message"]["text"] == "你好🍎"
    assert {"id", "quoteToken", "markAsReadToken"} < set(event["message"])


async def test_a_webhook_that_was_not_taken_comes_again(line: Line) -> None:
    """Same id, same token, marked as redelivered, and the token lives another minute."""
    line.bot.status = 500
    _, answer = await line.do("text", text="你好")
    assert (answer["delivered"], answer["status"]) == (False, 500)
    line.clock.forward(minutes=19)
    line.bot.status = 200
    assert (await line.call("POST", "/phone/redeliver"))[1] == [{"delivered": True, "status": 200}]
    first, second = line.bot.events
    assert second == first | {"deliveryContext": {"isRedelivery": True}}
    assert line.deliveries.waiting == []
    line.clock.forward(seconds=59)
    assert (await line.reply(second["replyToken"], "遲了"))[0] == 200


async def test_the_token_of_an_old_event_is_not_renewed(line: Line) -> None:
    """After twenty minutes redelivery brings the event, but no way to answer it."""
    line.bot.status = 503
    await line.do("text", text="你好")
    line.clock.forward(minutes=20, seconds=1)
    await line.deliveries.redeliver()
    assert (await line.reply(line.bot.events[-1]["replyToken"], "遲了"))[0] == 400


async def test_without_redelivery_a_lost_event_stays_lost(line: Line) -> None:
    """As LINE is set from the start."""
    await line.call("POST", f"/phone/{CHANNEL}/settings", {"redelivery": False})
    line.bot.status = 500
    await line.do("text", text="你好")
    assert line.deliveries.waiting == []


async def test_redelivery_follows_its_delays(line: Line) -> None:
    """Two more tries on real time, then LINE gives up."""
    deliveries = Deliveries(line.world, redelivery_delays=(0.01, 0.01))
    line.bot.status = 500
    await deliveries.send(line.account, [{"type": "x", "webhookEventId": "1"}])
    await line.bot.wait_for(webhooks=3)
    await deliveries.aclose()
    assert [e["deliveryContext"]["isRedelivery"] for e in line.bot.events[1:]] == [True, True]


async def test_a_bot_that_is_too_slow_has_not_taken_the_webhook(line: Line) -> None:
    """No answer within the time limit counts as none."""
    never = asyncio.Event()
    line.bot.before_answer = never.wait
    deliveries = Deliveries(line.world, time_limit=0.05, redelivery_delays=None)
    outcome = await deliveries.send(line.account, [{"type": "x"}])
    assert (outcome.status, outcome.reason) == (None, "request_timeout")
    assert len(deliveries.waiting) == 1
    never.set()
    await deliveries.aclose()


async def test_a_bot_that_is_not_there_is_told_apart(line: Line) -> None:
    """No connection: no status."""
    await line.call("POST", f"/phone/{CHANNEL}/settings", {"webhookUrl": "http://127.0.0.1:9/"})
    _, answer = await line.do("text", text="你好")
    assert (answer["delivered"], answer["status"]) == (False, None)


async def test_a_duplicated_webhook_comes_twice_with_one_id(line: Line) -> None:
    """Network trouble, so neither is marked as redelivered."""
    await line.fault(kind="duplicate")
    await line.do("text", text="你好")
    first, second = line.bot.events
    assert first == second
    assert first["deliveryContext"]["isRedelivery"] is False


async def test_a_reordered_webhook_comes_after_the_next(line: Line) -> None:
    """Sent first, received second; the timestamps and ids tell the true order."""
    await line.fault(kind="reorder", milliseconds=5_000)
    first = asyncio.create_task(line.do("text", text="一"))
    await eventually(lambda: line.chat().entries)
    await line.do("text", text="二")
    await first
    assert [event["message"]["text"] for event in line.bot.events] == ["二", "一"]


async def test_a_delayed_webhook_comes_late(line: Line) -> None:
    """The phone waits for it."""
    await line.fault(kind="delay", milliseconds=1)
    _, answer = await line.do("text", text="你好")
    assert answer["delivered"] is True


async def test_a_lost_webhook_comes_by_redelivery_only(line: Line) -> None:
    """The bot hears nothing until LINE tries again."""
    await line.fault(kind="lose")
    _, answer = await line.do("text", text="你好")
    assert (answer["delivered"], line.bot.events) == (False, [])
    await line.deliveries.redeliver()
    assert line.bot.events[0]["deliveryContext"]["isRedelivery"] is True


async def test_several_people_come_in_one_webhook(line: Line) -> None:
    """Unknown kinds and fields pass through; each event may be of somebody else."""
    events = [
        {"type": "message", "message": {"type": "hologram", "id": "1"}, "newField": {"a": 1}},
        {"type": "teleport", "source": {"type": "user", "userId": LIN}},
        {"type": "postback", "postback": {"data": "x"}, "replyToken": None, "mode": "standby"},
    ]
    await line.do("event", events=events)
    [webhook] = line.bot.webhooks
    hologram, teleport, standby = webhook["events"]
    assert hologram["newField"] == {"a": 1}
    assert teleport["source"]["userId"] == LIN
    assert "replyToken" not in standby
    assert (await line.reply(teleport["replyToken"], "給林老師"))[0] == 200
    assert (await line.look(LIN))["messages"][-1]["message"]["text"] == "給林老師"


async def test_the_address_can_be_set_and_tried(line: Line) -> None:
    """HTTPS only, but for this machine itself; the trial sends no events."""
    path = "/v2/bot/channel/webhook/endpoint"
    before = line.account.webhook_url
    assert (await line.call("POST", "/v2/bot/channel/webhook/test"))[1]["success"] is True
    assert line.bot.webhooks == [{"destination": line.account.user_id, "events": []}]
    line.bot.status = 404
    _, tried, _ = await line.call("POST", "/v2/bot/channel/webhook/test", {"endpoint": before})
    assert (tried["success"], tried["statusCode"]) == (False, 404)
    assert tried["reason"] == "error_status_code"
    assert (await line.call("PUT", path, {"endpoint": "http://school.example/"}))[0] == 400
    assert (await line.call("PUT", path, {"endpoint": "https://school.example/"}))[0] == 200
    assert (await line.api.get_webhook_endpoint()).endpoint == "https://school.example/"


@pytest.mark.parametrize(
    ("deed", "body", "kind"),
    [
        ("sticker", {"packageId": "446", "stickerId": "1988"}, "sticker"),
        ("image", {}, "image"),
        ("video", {"duration": 2_000}, "video"),
        ("audio", {"duration": 2_000}, "audio"),
        ("file", {"fileName": "心得.pdf", "size": 12}, "file"),
        ("location", {}, "location"),
    ],
)
async def test_each_kind_of_message_can_be_sent(
    line: Line, deed: str, body: dict[str, Any], kind: str
) -> None:
    """The event has the kind, and the chat shows it."""
    await line.do(deed, **body)
    assert line.bot.events[0]["message"]["type"] == kind
    shown = (await line.look())["messages"][-1]
    assert (shown["from"], shown["message"]["type"]) == ("user", kind)


async def test_the_time_of_an_event_is_in_its_id(line: Line) -> None:
    """A ULID sorts by world time."""
    line.clock.at = datetime(2025, 9, 1, tzinfo=UTC)
    await line.do("text", text="後")
    line.clock.at = datetime(2024, 9, 1, tzinfo=UTC)
    await line.do("text", text="先")
    later, earlier = (event["webhookEventId"] for event in line.bot.events)
    assert earlier < later
