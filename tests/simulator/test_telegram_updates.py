"""Updates on Telegram: webhooks and their retries, long polling, taps, blocks and groups."""

import asyncio

import pytest

from tests.simulator.receiver import eventually
from tests.simulator.telegram import (
    ACCOUNT,
    LIN,
    SECRET,
    STRANGER,
    TOKEN,
    WANG,
    Telegram,
    keyboard,
    telegram_world,
)


async def test_a_text_arrives_with_the_secret_header(telegram: Telegram) -> None:
    """The update names the person, the chat and the command in the text."""
    answer = await telegram.do("start", payload="abc-123")
    assert answer == {"updateId": answer["updateId"], "delivered": True, "status": 200}
    [update] = telegram.bot.webhooks
    assert telegram.bot.headers[0]["x-telegram-bot-api-secret-token"] == SECRET
    assert update["update_id"] == answer["updateId"]
    assert update["message"] == {
        "message_id": 1,
        "from": {
            "id": WANG,
            "is_bot": False,
            "first_name": "王小明",
            "language_code": "zh-hant",
        },
        "chat": {"id": WANG, "type": "private", "first_name": "王小明"},
        "date": int(telegram.clock().timestamp()),
        "text": "/start abc-123",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }
    await telegram.do("text", LIN, text="嗨")
    assert telegram.bot.webhooks[1]["update_id"] == update["update_id"] + 1


async def test_what_is_not_taken_comes_again_at_once_and_then_ever_later(
    telegram: Telegram,
) -> None:
    """On world time: at once, after 2, 4, 8 seconds; the next message of the chat waits behind."""
    telegram.bot.status = 500
    assert (await telegram.do("text", text="一"))["status"] == 500
    assert len(telegram.bot.webhooks) == 2
    assert (await telegram.do("text", text="二"))["status"] is None
    assert (await telegram.do("text", LIN, text="別人"))["status"] == 500
    came = len(telegram.bot.webhooks)
    for pause in (2, 4, 8):
        telegram.clock.forward(seconds=pause - 1)
        assert await telegram.updates.redeliver_due() == []
        telegram.clock.forward(seconds=1)
        assert len(await telegram.updates.redeliver_due()) == 2
        came += 2
        assert len(telegram.bot.webhooks) == came
    info = await telegram.call("getWebhookInfo")
    assert info["pending_update_count"] == 3
    assert info["last_error_message"] == "Wrong response from the webhook: 500"
    telegram.bot.status = 200
    await telegram.updates.redeliver()
    texts = [update["message"]["text"] for update in telegram.bot.webhooks[came:]]
    assert sorted(texts) == sorted(["一", "二", "別人"])
    assert texts.index("一") < texts.index("二")
    assert telegram.account.pending == {}


async def test_retry_after_is_honoured(telegram: Telegram) -> None:
    """The bot may ask to be left alone for up to an hour."""
    telegram.bot.status, telegram.bot.answer_headers = 503, {"retry-after": "300"}
    await telegram.do("text", text="一")
    assert len(telegram.bot.webhooks) == 1
    telegram.clock.forward(seconds=299)
    assert await telegram.updates.redeliver_due() == []
    telegram.clock.forward(seconds=1)
    assert len(await telegram.updates.redeliver_due()) == 1


async def test_a_tap_is_given_up_after_150_seconds_and_a_message_after_a_day(
    telegram: Telegram,
) -> None:
    """What nobody took in time never comes."""
    said = await telegram.say("x", reply_markup=keyboard("認證"))
    telegram.bot.status = 500
    await telegram.do("tap", messageId=said["message_id"], label="認證")
    await telegram.do("text", text="一")
    telegram.clock.forward(seconds=151)
    await telegram.updates.redeliver()
    assert [list(each.update)[1] for each in telegram.account.pending.values()] == ["message"]
    telegram.clock.forward(hours=24)
    assert await telegram.updates.redeliver() == []
    assert telegram.account.pending == {}


async def test_retries_go_on_by_themselves(telegram: Telegram) -> None:
    """Without anybody asking, as long as something waits."""
    telegram.updates._retrying = True
    telegram.bot.status = 500
    await telegram.do("text", text="一")
    telegram.bot.status = 200
    telegram.clock.forward(seconds=2)
    await eventually(lambda: not telegram.account.pending)


async def test_410_is_written_down_as_a_violation(telegram: Telegram) -> None:
    """It would close the webhook in the end."""
    telegram.bot.status = 410
    await telegram.do("text", text="一")
    assert telegram.world.violations[0].kind == "410 answered to a webhook"


async def test_a_tap_spins_until_it_is_answered_and_overtakes_a_message(
    telegram: Telegram,
) -> None:
    """The answer's words reach the phone; a second or late answer is refused."""
    said = await telegram.say("x", reply_markup=keyboard("認證", "退回"))
    telegram.bot.status = 500
    await telegram.do("text", text="stuck")
    telegram.bot.status = 200
    tapped = await telegram.do("tap", messageId=said["message_id"], data="認證")
    assert tapped["delivered"]
    query = telegram.bot.webhooks[-1]["callback_query"]
    assert (query["data"], query["from"]["id"]) == ("認證", WANG)
    assert query["message"]["text"] == "x"

    async def spinning() -> list[bool]:
        message = (await telegram.look())["messages"][0]["message"]
        return [button["spinning"] for button in message["keyboard"][0]]

    assert await spinning() == [True, False]
    answer = {"callback_query_id": query["id"]}
    assert await telegram.call("answerCallbackQuery", text="好了", show_alert=True, **answer)
    assert await spinning() == [False, False]
    shown = (await telegram.look())["answer"]
    assert (shown["text"], shown["alert"]) == ("好了", True)
    late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await telegram.refused("answerCallbackQuery", **answer) == (400, late)
    await telegram.do("tap", messageId=said["message_id"], label="退回")
    telegram.clock.forward(seconds=151)
    answer = {"callback_query_id": telegram.bot.webhooks[-1]["callback_query"]["id"]}
    assert await telegram.refused("answerCallbackQuery", **answer) == (400, late)
    assert await spinning() == [False, False]


async def test_a_tap_on_a_message_that_is_too_old_does_not_show_it(telegram: Telegram) -> None:
    """The message is inaccessible: an id and a date of 0."""
    said = await telegram.say("x", reply_markup=keyboard("認證"))
    telegram.world.editable_for = telegram.clock.at - telegram.clock.at
    await telegram.do("tap", messageId=said["message_id"], label="認證")
    message = telegram.bot.webhooks[-1]["callback_query"]["message"]
    assert message == {"chat": said["chat"], "message_id": 1, "date": 0}


async def test_who_blocks_the_bot_is_told_of_and_no_longer_reached(telegram: Telegram) -> None:
    """403 until they come back; the phone itself is shut meanwhile."""
    await telegram.do("block")
    member = telegram.bot.webhooks[0]["my_chat_member"]
    assert member["old_chat_member"]["status"] == "member"
    assert member["new_chat_member"]["status"] == "kicked"
    assert await telegram.refused("sendMessage", chat_id=WANG, text="x") == (
        403,
        "Forbidden: bot was blocked by the user",
    )
    status, _ = await telegram.post(f"/phone/{ACCOUNT}/{WANG}/text", {"text": "x"})
    assert status == 409
    await telegram.do("start")
    assert telegram.kinds() == ["my_chat_member", "my_chat_member", "message"]
    assert await telegram.say("x")


async def test_a_bot_cannot_write_first(telegram: Telegram) -> None:
    """Nobody is there until they pressed Start."""
    assert (await telegram.refused("getChat", chat_id=STRANGER))[1] == "Bad Request: chat not found"
    await telegram.do("start", STRANGER)
    assert (await telegram.call("getChat", chat_id=STRANGER))["first_name"] == "陌生人"


async def test_in_a_group_a_bot_reads_what_is_meant_for_it(telegram: Telegram) -> None:
    """Privacy mode: commands without a name or with its own, and answers to it."""
    group = await telegram.group(WANG, LIN)
    assert telegram.kinds() == ["my_chat_member", "message"]
    said = await telegram.say("x", to=group)
    came = len(telegram.bot.webhooks)
    for text in ("大家好", "/home@another_bot", "說 /home"):
        assert (await telegram.do("text", group, text=text))["updateId"] is None
    for more in (
        {"text": "/home"},
        {"text": f"/home@{ACCOUNT} x"},
        {"text": "好", "replyTo": said["message_id"]},
    ):
        assert (await telegram.do("text", group, by=LIN, **more))["delivered"]
    assert len(telegram.bot.webhooks) == came + 3
    assert telegram.bot.webhooks[-1]["message"]["from"]["id"] == LIN
    assert telegram.bot.webhooks[-1]["message"]["chat"]["type"] == "supergroup"
    await telegram.do("block", group)
    assert await telegram.refused("sendMessage", chat_id=group, text="x") == (
        403,
        "Forbidden: bot was kicked from the group chat",
    )


async def test_a_group_that_becomes_a_supergroup_has_another_id(telegram: Telegram) -> None:
    """Whoever writes to the old one is told the new one."""
    group = await telegram.group(WANG, old=True)
    await telegram.do("migrate", group)
    status, answer = await telegram.ask("sendMessage", chat_id=group, text="x")
    assert status == 400
    new = answer["parameters"]["migrate_to_chat_id"]
    assert telegram.bot.webhooks[-1]["message"]["migrate_from_chat_id"] == group
    assert await telegram.say("x", to=new)


async def test_kinds_a_bot_does_not_want_are_not_sent(telegram: Telegram) -> None:
    """The list stays until it is changed, also through another setWebhook."""
    await telegram.call("setWebhook", url=telegram.hook, allowed_updates=["message"])
    await telegram.call("setWebhook", url=telegram.hook)
    await telegram.do("block")
    await telegram.do("start")
    assert telegram.kinds() == ["message"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"url": "http://a.tw/hook"}, "HTTPS URL must be provided"),
        ({"url": "https://a.tw:8000/hook"}, "only on ports 80, 88, 443 or 8443"),
        ({"url": "https://a.tw", "secret_token": "a b"}, "unallowed characters"),
        ({"url": "https://a.tw", "max_connections": 101}, "max_connections"),
    ],
)
async def test_a_bad_webhook_is_refused(
    telegram: Telegram, wrong: dict[str, object], sentence: str
) -> None:
    """Addresses are https at four ports; secrets are letters, digits, _ and -."""
    assert sentence in (await telegram.refused("setWebhook", **wrong))[1]


async def test_a_bot_without_a_webhook_asks_for_its_updates() -> None:
    """Long polling: the first answer waits, an offset confirms, a second asker ends the first."""
    async with telegram_world(hooked=False) as telegram:
        waiting = asyncio.create_task(telegram.call("getUpdates", timeout=20))
        await eventually(lambda: telegram.account.api_calls["getUpdates"])
        await telegram.do("text", text="一")
        [update] = await waiting
        assert update["message"]["text"] == "一"
        assert await telegram.call("getUpdates") == [update]
        await telegram.do("text", text="二")
        await telegram.do("text", text="三")
        assert len(await telegram.call("getUpdates", offset=update["update_id"] + 1)) == 2
        [newest] = await telegram.call("getUpdates", offset=-1)
        assert newest["message"]["text"] == "三"
        offset = newest["update_id"] + 1
        first = asyncio.create_task(telegram.refused("getUpdates", offset=offset, timeout=20))
        await eventually(lambda: telegram.account.api_calls["getUpdates"] == 5)
        assert await telegram.call("getUpdates", offset=offset) == []
        assert (await first)[0] == 409
        await telegram.call("setWebhook", url=telegram.hook)
        status, sentence = await telegram.refused("getUpdates")
        assert (status, sentence[:9]) == (409, "Conflict:")
        await telegram.call("deleteWebhook", drop_pending_updates=True)
        assert (await telegram.call("getWebhookInfo"))["url"] == ""


async def test_commands_are_those_of_the_chat_in_the_persons_language(
    telegram: Telegram,
) -> None:
    """The narrowest scope comes first; the menu button opens them."""

    async def shown(chat_id: int = WANG) -> list[str]:
        return [each["command"] for each in (await telegram.look(chat_id))["commands"]]

    async def register(command: str, **where: object) -> None:
        commands = [{"command": command, "description": "說明"}]
        assert await telegram.call("setMyCommands", commands=commands, **where)

    own = {"type": "chat", "chat_id": WANG}
    await register("start")
    await register("shouye", language_code="zh")
    assert (await shown(), (await telegram.look())["menuButton"]) == (
        ["shouye"],
        {"type": "commands"},
    )
    await register("pupil", scope=own)
    assert (await shown(), await shown(LIN)) == (["pupil"], ["shouye"])
    assert [each["command"] for each in await telegram.call("getMyCommands")] == ["start"]
    await telegram.call("deleteMyCommands", scope=own)
    assert await shown() == ["shouye"]
    for command in ("Start", "", "x" * 33):
        _, sentence = await telegram.refused(
            "setMyCommands", commands=[{"command": command, "description": "d"}]
        )
        assert sentence == "Bad Request: BOT_COMMAND_INVALID"
    button = {"type": "web_app", "text": "開", "web_app": {"url": "https://a.tw"}}
    await telegram.call("setChatMenuButton", chat_id=WANG, menu_button=button)
    assert (await telegram.look())["menuButton"] == button
    assert (await telegram.call("getChatMenuButton"))["type"] == "commands"


async def test_the_description_greets_who_has_not_started(telegram: Telegram) -> None:
    """In the person's language, or in the default one."""
    await telegram.call("setMyDescription", description="學習歷程檔案的提醒")
    view = await telegram.look(STRANGER)
    assert (view["following"], view["description"]) == (False, "學習歷程檔案的提醒")
    assert (await telegram.call("getMyDescription"))["description"] == "學習歷程檔案的提醒"
    assert (await telegram.call("getMe"))["username"] == ACCOUNT


@pytest.mark.parametrize(
    ("kind", "status"),
    [("error_before", 500), ("gateway_before", 502), ("forbidden", 403), ("rate_limit", 429)],
)
async def test_a_fault_before_acceptance_leaves_nothing_behind(
    telegram: Telegram, kind: str, status: int
) -> None:
    """Errors as Telegram has them: JSON, a gateway's page, a block, a limit with retry_after."""
    await telegram.post("/faults", {"kind": kind, "path": "sendMessage", "milliseconds": 3_000})
    url = f"{telegram.url}/bot{TOKEN}/sendMessage"
    async with telegram.http.post(url, json={"chat_id": WANG, "text": "x"}) as response:
        assert response.status == status
        if status == 429:
            assert (await response.json())["parameters"] == {"retry_after": 3}
            assert response.headers["retry-after"] == "3"
    assert telegram.world.accepted == []
    telegram.clock.forward(seconds=3)
    assert await telegram.say("x")
    assert telegram.world.violations == []


@pytest.mark.parametrize("kind", ["error_after", "gateway_after", "silence_after", "reset_after"])
async def test_an_answer_may_be_lost_after_the_message_was_taken(
    telegram: Telegram, kind: str
) -> None:
    """There is no key to ask again with: the person has it, the bot cannot know."""
    await telegram.post("/faults", {"kind": kind})
    calling = asyncio.create_task(telegram.ask("sendMessage", chat_id=WANG, text="x"))
    await eventually(lambda: telegram.world.accepted)
    calling.cancel()
    await asyncio.gather(calling, return_exceptions=True)
    assert len((await telegram.look())["messages"]) == 1


async def test_updates_come_twice_or_out_of_order(telegram: Telegram) -> None:
    """Repeated with the same update_id, or overtaken by the next of the same chat."""
    await telegram.post("/faults", {"kind": "duplicate"})
    await telegram.do("text", text="一")
    _, repeated = await telegram.post(f"/phone/{ACCOUNT}/repeat", {})
    ids = [update["update_id"] for update in telegram.bot.webhooks]
    assert ids == [repeated["updateId"]] * 3
    await telegram.post("/faults", {"kind": "reorder", "milliseconds": 5_000})
    first = asyncio.create_task(telegram.do("text", text="先"))
    await eventually(lambda: telegram.world.faults.struck.count("reorder"))
    await telegram.do("text", text="後")
    await first
    assert [each["message"]["text"] for each in telegram.bot.webhooks[3:]] == ["後", "先"]


async def test_a_lost_webhook_comes_again(telegram: Telegram) -> None:
    """Telegram keeps what was not answered."""
    await telegram.post("/faults", {"kind": "lose"})
    assert (await telegram.do("text", text="一"))["delivered"]
    assert len(telegram.bot.webhooks) == 1


async def test_a_world_can_start_over(telegram: Telegram) -> None:
    """People, chats and counts go; the bot keeps its webhook and its commands."""
    await telegram.say("x")
    telegram.world.forget()
    assert telegram.world.accepted == []
    assert telegram.account.hook.url == telegram.hook
    assert (await telegram.refused("sendMessage", chat_id=WANG, text="x"))[0] == 400
