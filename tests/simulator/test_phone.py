"""The phone API: what a person sees and does."""

import asyncio
from typing import Any

import orjson

from tests.simulator.line import CHANNEL, LIN, STRANGER, WANG, Line
from tests.simulator.receiver import eventually

QUICK = {
    "type": "text",
    "text": "要看哪一個？",
    "quickReply": {
        "items": [
            {"type": "action", "action": {"type": "postback", "label": "全部", "data": "all"}}
        ]
    },
}


async def made_group(line: Line) -> str:
    """A group of two people and the account."""
    body = {"name": "高二忠", "members": [WANG, LIN]}
    _, answer, _ = await line.call("POST", f"/phone/{CHANNEL}/groups", body)
    group_id: str = answer["groupId"]
    return group_id


async def test_accounts_and_people_are_listed(line: Line) -> None:
    """Names, ids, and who is a friend; people can be searched and added."""
    assert (await line.call("GET", "/phone/accounts"))[1] == [
        {"account": CHANNEL, "name": "示範高中", "basicId": "@demo", "iconUrl": None}
    ]
    path = f"/phone/{CHANNEL}/users"
    assert (await line.call("GET", f"{path}?q=老師&limit=5"))[1] == [
        {"userId": LIN, "displayName": "林老師", "following": True, "blocked": False}
    ]
    _, added, _ = await line.call("POST", path, {"displayName": "新同學"})
    assert (await line.look(added["userId"]))["following"] is False
    assert len((await line.call("GET", f"{path}?limit=2"))[1]) == 2
    assert (await line.call("GET", f"{path}?limit=x"))[0] == 400


async def test_what_does_not_exist_is_not_found(line: Line) -> None:
    """Unknown accounts, people and deeds."""
    assert (await line.call("GET", "/phone/none/meter"))[0] == 404
    assert (await line.call("GET", f"/phone/{CHANNEL}/{STRANGER}"))[0] == 404
    assert (await line.do("dance"))[0] == 404
    assert (await line.do("text"))[0] == 400


async def test_a_postback_shows_its_display_text_only(line: Line) -> None:
    """Without one the chat stays as it is; the params go to the bot as they are."""
    await line.do("postback", data="a", params={"date": "2025-02-03"})
    assert (await line.look())["messages"] == []
    await line.do("postback", data="b", displayText="我選好了")
    assert (await line.look())["messages"][-1]["message"]["text"] == "我選好了"
    assert [event["postback"] for event in line.bot.events] == [
        {"data": "a", "params": {"date": "2025-02-03"}},
        {"data": "b"},
    ]


async def test_the_old_text_of_a_postback_is_also_a_message(line: Line) -> None:
    """One webhook with both events."""
    await line.do("postback", data="a", text="好")
    [webhook] = line.bot.webhooks
    assert [event["type"] for event in webhook["events"]] == ["message", "postback"]


async def test_quick_replies_go_with_the_next_message(line: Line) -> None:
    """Only the newest message of all shows them."""
    await line.push(QUICK)
    assert (await line.look())["quickReply"] == QUICK["quickReply"]
    await line.do("text", text="都不要")
    assert (await line.look())["quickReply"] is None
    await line.push(QUICK, "最後一則")
    assert (await line.look())["quickReply"] is None


async def test_quick_replies_go_when_one_of_them_is_tapped(line: Line) -> None:
    """A tap on another card's button leaves them where they are."""
    await line.push(QUICK)
    await line.do("postback", data="elsewhere")
    assert (await line.look())["quickReply"] == QUICK["quickReply"]
    await line.do("postback", data="all")
    assert (await line.look())["quickReply"] is None


async def test_blocking_closes_the_chat_until_it_is_undone(line: Line) -> None:
    """Nothing can be sent meanwhile; coming back is told as unblocking."""
    await line.do("unfollow")
    view = await line.look()
    assert (view["following"], view["blocked"]) == (False, True)
    assert (await line.do("text", text="在嗎"))[0] == 409
    assert (await line.do("image"))[0] == 409
    assert (await line.do("follow"))[0] == 200
    kinds = [(event["type"], event.get("follow")) for event in line.bot.events]
    assert kinds == [("unfollow", None), ("follow", {"isUnblocked": True})]
    assert "replyToken" not in line.bot.events[0]


async def test_a_new_friend_is_told_from_one_who_comes_back(line: Line) -> None:
    """IsUnblocked is false for somebody who adds the account for the first time."""
    line.world.add_user(STRANGER, "新同學")
    await line.do("follow", STRANGER)
    assert line.bot.events[0]["follow"] == {"isUnblocked": False}


async def test_what_is_taken_back_is_gone(line: Line) -> None:
    """The chat says so, the bot is told, and the picture answers 410."""
    await line.do("image")
    message_id = line.bot.events[0]["message"]["id"]
    path = f"/v2/bot/message/{message_id}/content"
    status, data, headers = await line.call("GET", path)
    assert (status, headers["content-type"], data[:4]) == (200, "image/png", b"\x89PNG")
    shown = (await line.look())["messages"][-1]["message"]
    assert (await line.call("GET", shown["previewImageUrl"]))[1] == data
    assert (await line.do("unsend", messageId=message_id))[0] == 200
    assert line.bot.events[-1]["unsend"] == {"messageId": message_id}
    assert (await line.look())["messages"][-1]["message"] == {"type": "unsent"}
    status, body, _ = await line.call("GET", path)
    assert (status, body["message"]) == (410, "The content is gone")
    assert (await line.call("GET", shown["previewImageUrl"]))[0] == 404


async def test_only_ones_own_messages_can_be_taken_back_and_for_a_day(line: Line) -> None:
    """Not the bot's, not an unknown one, not yesterday's."""
    _, sent, _ = await line.push("公告")
    assert (await line.do("unsend", messageId=sent["sentMessages"][0]["id"]))[0] == 404
    await line.do("text", text="昨天")
    line.clock.forward(hours=24, seconds=1)
    message_id = line.bot.events[0]["message"]["id"]
    assert (await line.do("unsend", messageId=message_id))[0] == 409


async def test_a_picture_can_be_given_and_a_video_takes_its_time(line: Line) -> None:
    """The bytes sent are the bytes the bot gets; what is not ready answers 202."""
    path = f"/phone/{CHANNEL}/{WANG}/image"
    await line.call("POST", path, b"jpeg bytes", **{"content-type": "image/jpeg"})
    message_id = line.bot.events[0]["message"]["id"]
    content = f"/v2/bot/message/{message_id}/content"
    assert (await line.call("GET", content))[1] == b"jpeg bytes"
    await line.do("video", ready=False)
    content = f"/v2/bot/message/{line.bot.events[1]['message']['id']}/content"
    assert (await line.call("GET", content))[0] == 202
    assert (await line.call("GET", f"{content}/transcoding"))[1] == {"status": "processing"}
    assert (await line.call("GET", "/v2/bot/message/1/content"))[0] == 404


async def test_a_group_is_a_chat_of_several(line: Line) -> None:
    """The account is invited, members speak by name, and other events name nobody."""
    group_id = await made_group(line)
    await line.do("text", group_id, text="機器人在嗎", by=WANG)
    await line.do("postback", group_id, data="a", by=LIN)
    joined, said, tapped = line.bot.events
    assert joined["type"] == "join"
    assert said["source"] == {"type": "group", "groupId": group_id, "userId": WANG}
    assert tapped["source"] == {"type": "group", "groupId": group_id}
    view = await line.look(group_id)
    assert (view["displayName"], view["messages"][0]["by"]) == ("高二忠", WANG)
    assert (await line.do("text", group_id, text="我", by=STRANGER))[0] == 400
    _, count, _ = await line.call("GET", f"/v2/bot/group/{group_id}/members/count")
    assert count == {"count": 2}
    _, summary, _ = await line.call("GET", f"/v2/bot/group/{group_id}/summary")
    assert summary == {"groupId": group_id, "groupName": "高二忠"}
    _, member, _ = await line.call("GET", f"/v2/bot/group/{group_id}/member/{LIN}")
    assert member["displayName"] == "林老師"


async def test_members_come_and_go(line: Line) -> None:
    """MemberJoined and memberLeft in one webhook; nobody named is refused."""
    group_id = await made_group(line)
    line.world.add_user(STRANGER, "轉學生")
    await line.do("members", group_id, join=[STRANGER], leave=[LIN])
    joined, left = line.bot.events[1:]
    assert joined["joined"]["members"] == [{"type": "user", "userId": STRANGER}]
    assert left["left"]["members"] == [{"type": "user", "userId": LIN}]
    assert (await line.do("members", group_id, join=["nobody"]))[0] == 400
    assert (await line.do("members", WANG, join=[LIN]))[0] == 400


async def test_an_account_that_left_a_group_reaches_nobody_there(line: Line) -> None:
    """Whether it leaves by itself or is thrown out."""
    first, second = await made_group(line), await made_group(line)
    assert (await line.call("POST", f"/v2/bot/group/{first}/leave"))[0] == 200
    await line.do("unfollow", second)
    assert line.bot.events[-1]["type"] == "leave"
    for group_id in (first, second):
        assert (await line.push("a", to=group_id))[0] == 200
        assert (await line.do("text", group_id, text="a", by=WANG))[0] == 409
    assert [each.arrived for each in line.world.accepted] == [False, False]


async def test_the_meter_tells_what_is_charged(line: Line) -> None:
    """Pushes, replies, what is used of which plan in which month."""
    await line.push("a")
    await line.do("text", text="b")
    await line.reply(line.bot.events[-1]["replyToken"], "c")
    _, meter, _ = await line.call("GET", f"/phone/{CHANNEL}/meter")
    assert {key: meter[key] for key in ("plan", "used", "pushes", "replies", "month")} == {
        "plan": 200,
        "used": 1,
        "pushes": 1,
        "replies": 1,
        "month": "2025-02",
    }
    assert meter["violations"] == 0


async def test_a_world_can_start_over(line: Line) -> None:
    """People, chats, counts and keys are gone; the account is still there."""
    key = "123e4567-e89b-12d3-a456-426614174000"
    await line.push("a", key=key)
    line.world.forget()
    line.world.add_user(WANG, "王小明")
    view = await line.look()
    assert (view["messages"], view["following"]) == ([], False)
    assert (line.world.accepted, line.account.used["2025-02"]) == ([], 0)
    assert (await line.push("a", key=key))[0] == 200


async def read_events(line: Line, path: str, wanted: int) -> list[tuple[str, Any]]:
    """The next so many events of a stream, which is read while something happens."""
    found = []
    async with asyncio.timeout(5), line.http.get(line.url + path) as response:
        assert response.content_type == "text/event-stream"
        name = ""
        async for raw in response.content:
            field, _, value = raw.decode().strip().partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                found.append((name, orjson.loads(value)))
                if len(found) == 1:
                    await line.push("看到了嗎")
            if len(found) == wanted:
                break
    return found


async def test_the_stream_tells_of_messages_and_charges(line: Line) -> None:
    """The meter first, then the chat that changed, then the new meter."""
    first, chat, second = await read_events(line, f"/phone/stream?account={CHANNEL}", 3)
    assert (first[0], first[1]["used"]) == ("meter", 0)
    assert chat == ("chat", {"account": CHANNEL, "userId": WANG, "kind": "message"})
    assert (second[0], second[1]["used"]) == ("meter", 1)


async def test_a_stream_that_is_closed_is_forgotten(line: Line) -> None:
    """Nobody listens any more once the page has gone."""
    await read_events(line, "/phone/stream", 1)
    await eventually(lambda: not line.world.listeners)
