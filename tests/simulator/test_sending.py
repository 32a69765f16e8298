"""Reply, push and multicast: who gets what, and what it costs."""

from datetime import UTC, datetime

import pytest
from linebot.v3.messaging import ApiException, PushMessageRequest, ReplyMessageRequest, TextMessage

from tests.simulator.line import CHANNEL, LIN, STRANGER, WANG, Line


async def reply_token(line: Line) -> str:
    """A person writes; the token their event brings."""
    await line.do("text", text="你好")
    token: str = line.bot.events[-1]["replyToken"]
    return token


async def test_a_reply_arrives_free_of_charge(line: Line) -> None:
    """The SDK answers an event; the chat shows it and the quota is untouched."""
    token = await reply_token(line)
    request = ReplyMessageRequest(replyToken=token, messages=[TextMessage(text="收到")])
    answer = await line.api.reply_message(request)
    assert len(answer.sent_messages) == 1
    last = (await line.look())["messages"][-1]
    assert (last["from"], last["via"], last["counted"]) == ("bot", "reply", False)
    assert last["message"]["text"] == "收到"
    assert line.account.used[line.world.month()] == 0


async def test_a_reply_token_works_once(line: Line) -> None:
    """The second answer with the same token is refused with LINE's sentence."""
    token = await reply_token(line)
    assert (await line.reply(token, "一"))[0] == 200
    status, body, _ = await line.reply(token, "二")
    assert (status, body["message"]) == (400, "Invalid reply token")


async def test_a_reply_token_lasts_a_minute_of_world_time(line: Line) -> None:
    """At sixty seconds it still works, a second later it does not."""
    early, late = await reply_token(line), await reply_token(line)
    line.clock.forward(seconds=60)
    assert (await line.reply(early, "剛好"))[0] == 200
    line.clock.forward(seconds=1)
    assert (await line.reply(late, "太晚"))[0] == 400


async def test_a_refused_reply_leaves_the_token_unused(line: Line) -> None:
    """A message that breaks a limit is no answer: the token is still good."""
    token = await reply_token(line)
    assert (await line.reply(token, "字" * 5001))[0] == 400
    assert (await line.reply(token, "字" * 5000))[0] == 200


async def test_a_reply_with_a_retry_key_is_refused(line: Line) -> None:
    """LINE knows no retry keys on replies."""
    body = {"replyToken": await reply_token(line), "messages": [{"type": "text", "text": "a"}]}
    key = {"x-line-retry-key": "123e4567-e89b-12d3-a456-426614174000"}
    assert (await line.call("POST", "/v2/bot/message/reply", body, **key))[0] == 400


async def test_a_push_counts_one_for_each_person_however_many_messages(line: Line) -> None:
    """Five message objects to one person are one message of the quota."""
    status, body, _ = await line.push("1", "2", "3", "4", "5")
    assert status == 200
    assert [len(body["sentMessages"]), line.account.used["2025-02"]] == [5, 1]
    assert [len(each.messages) for each in line.world.accepted] == [5]


async def test_a_push_to_a_group_counts_each_member(line: Line) -> None:
    """Two people in the group make two."""
    _, answer, _ = await line.call(
        "POST", f"/phone/{CHANNEL}/groups", {"name": "高二忠", "members": [WANG, LIN]}
    )
    await line.push("公告", to=answer["groupId"])
    assert line.world.accepted[-1].counted == 2
    assert line.account.used["2025-02"] == 2


async def test_a_push_to_somebody_who_blocks_is_accepted_and_arrives_nowhere(line: Line) -> None:
    """200, nothing on the phone, nothing counted: the sender cannot tell."""
    await line.do("unfollow")
    status, body, _ = await line.push("提醒")
    assert (status, len(body["sentMessages"])) == (200, 1)
    assert (await line.look())["messages"] == []
    assert line.account.used["2025-02"] == 0
    assert [(each.arrived, each.counted) for each in line.world.accepted] == [(False, 0)]


async def test_somebody_who_is_no_friend_is_reached_for_seven_days_after_writing(
    line: Line,
) -> None:
    """A stranger who wrote can be pushed to, until a week has gone by."""
    line.world.add_user(STRANGER, "路人")
    await line.push("a", to=STRANGER)
    await line.do("text", STRANGER, text="請問")
    await line.push("b", to=STRANGER)
    line.clock.forward(days=7)
    await line.push("c", to=STRANGER)
    assert [each.arrived for each in line.world.accepted] == [False, True, False]


@pytest.mark.parametrize("to", [STRANGER, "Cdeadbeef"])
async def test_a_push_to_an_id_nobody_has_fails(line: Line, to: str) -> None:
    """An id of another provider, or made up: 400."""
    status, body, _ = await line.push("a", to=to)
    assert (status, body["message"]) == (400, "Failed to send messages")


async def test_a_multicast_counts_who_it_reaches(line: Line) -> None:
    """A blocked person and an unknown id are passed over in silence."""
    await line.do("unfollow", LIN)
    body = {"to": [WANG, LIN, STRANGER], "messages": [{"type": "text", "text": "a"}]}
    status, answer, _ = await line.call("POST", "/v2/bot/message/multicast", body)
    assert (status, answer) == (200, {})
    assert [(each.user, each.counted) for each in line.world.accepted] == [(WANG, 1), (LIN, 0)]


@pytest.mark.parametrize(("recipients", "status"), [(0, 400), (1, 200), (500, 200), (501, 400)])
async def test_a_multicast_takes_up_to_500_people(line: Line, recipients: int, status: int) -> None:
    """The bounds of the recipients' list."""
    body = {
        "to": [f"U{number:032x}" for number in range(recipients)],
        "messages": [{"type": "text", "text": "a"}],
    }
    assert (await line.call("POST", "/v2/bot/message/multicast", body))[0] == status


async def test_the_quota_ends_with_429_and_starts_anew_with_lines_month(line: Line) -> None:
    """Months turn in UTC+9: one hour before Taiwan's own midnight."""
    await line.call("POST", f"/phone/{CHANNEL}/settings", {"quota": 2})
    assert [(await line.push(text))[0] for text in "ab"] == [200, 200]
    status, body, _ = await line.push("c")
    assert (status, body["message"]) == (429, "You have reached your monthly limit.")
    line.clock.at = datetime(2025, 2, 28, 14, 59, tzinfo=UTC)
    assert (await line.push("d"))[0] == 429
    line.clock.at = datetime(2025, 2, 28, 15, 0, tzinfo=UTC)
    assert (await line.push("e"))[0] == 200
    assert (await line.api.get_message_quota()).value == 2
    assert (await line.api.get_message_quota_consumption()).total_usage == 1


async def test_replies_go_out_although_the_quota_is_used_up(line: Line) -> None:
    """Replies never count."""
    line.account.quota = 0
    assert (await line.push("a"))[0] == 429
    assert (await line.reply(await reply_token(line), "b"))[0] == 200


async def test_a_quote_token_is_good_in_its_own_chat_only(line: Line) -> None:
    """What was said to one person cannot be quoted to another."""
    _, sent, _ = await line.push("原文")
    token = sent["sentMessages"][0]["quoteToken"]
    quoting = {"type": "text", "text": "回覆", "quoteToken": token}
    assert (await line.push(quoting))[0] == 200
    status, body, _ = await line.push(quoting, to=LIN)
    assert (status, body["details"][0]["property"]) == (400, "messages[0].quoteToken")


@pytest.mark.parametrize(
    ("units", "status"),
    [(["term_114"], 200), ([], 200), (["a" * 31], 400), (["a-b"], 400), (["a", "b"], 400)],
)
async def test_statistics_are_gathered_under_one_unit(
    line: Line, units: list[str], status: int
) -> None:
    """At most one name, of letters, digits and underscores."""
    body = {
        "to": WANG,
        "messages": [{"type": "text", "text": "a"}],
        "customAggregationUnits": units,
    }
    assert (await line.call("POST", "/v2/bot/message/push", body))[0] == status


async def test_what_is_wrong_is_named_with_its_property(line: Line) -> None:
    """The SDK gets LINE's form of an error, with the path of the property."""
    request = PushMessageRequest(to=WANG, messages=[TextMessage(text="字" * 5001)])
    with pytest.raises(ApiException) as refused:
        await line.api.push_message(request)
    assert refused.value.status == 400
    assert '"messages[0].text"' in str(refused.value.body)
    assert "x-line-request-id" in refused.value.headers
    assert line.world.accepted == []


async def test_validation_looks_at_messages_without_sending(line: Line) -> None:
    """Both validate endpoints take a good list and refuse a bad one; nobody gets anything."""
    for kind in ("reply", "push"):
        path = f"/v2/bot/message/validate/{kind}"
        good = {"messages": [{"type": "text", "text": "a"}]}
        assert (await line.call("POST", path, good))[0] == 200
        assert (await line.call("POST", path, {"messages": []}))[0] == 400
    assert line.world.accepted == []


async def test_the_loading_animation_shows_until_a_message_comes(line: Line) -> None:
    """It is on the phone after the call and gone with the next message."""
    body = {"chatId": WANG, "loadingSeconds": 60}
    assert (await line.call("POST", "/v2/bot/chat/loading/start", body))[0] == 202
    assert (await line.look())["loading"] is True
    await line.push("好了")
    assert (await line.look())["loading"] is False


@pytest.mark.parametrize(
    ("seconds", "status"), [(0, 400), (5, 202), (7, 400), (60, 202), (65, 400)]
)
async def test_loading_takes_steps_of_five_seconds(line: Line, seconds: int, status: int) -> None:
    """5 to 60 in steps of 5."""
    body = {"chatId": WANG, "loadingSeconds": seconds}
    assert (await line.call("POST", "/v2/bot/chat/loading/start", body))[0] == status


async def test_loading_is_for_people_only(line: Line) -> None:
    """A group id is refused; somebody who blocks gets a 202 all the same."""
    body = {"chatId": "C" + "0" * 32}
    assert (await line.call("POST", "/v2/bot/chat/loading/start", body))[0] == 400
    await line.do("unfollow")
    assert (await line.call("POST", "/v2/bot/chat/loading/start", {"chatId": WANG}))[0] == 202
