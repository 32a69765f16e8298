"""Sending and changing messages on Telegram: HTML, keyboards, edits, and its sentences."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.simulator.telegram.answers import Rejected
from bot.simulator.telegram.entities import parse_html
from bot.simulator.telegram.keyboards import inline_keyboard
from tests.simulator.telegram import ACCOUNT, LIN, STRANGER, TOKEN, WANG, Telegram, keyboard


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("a &lt;b&gt; &amp; &quot;c&quot; &#39;", 'a <b> & "c" \'', []),
        ("&nbsp; stays", "&nbsp; stays", []),
        ("🍎<b>粗</b>", "🍎粗", [{"type": "bold", "offset": 2, "length": 1}]),
        (
            "<b>a<i>b</i></b>",
            "ab",
            [
                {"type": "italic", "offset": 1, "length": 1},
                {"type": "bold", "offset": 0, "length": 2},
            ],
        ),
        (
            '<a href="https://a.tw/?x=1&amp;y=2">link</a>',
            "link",
            [{"type": "text_link", "url": "https://a.tw/?x=1&y=2", "offset": 0, "length": 4}],
        ),
        (
            "<tg-time unix='1738544400' format=\"wDt\">2/3</tg-time>",
            "2/3",
            [
                {
                    "type": "date_time",
                    "unix_time": 1738544400,
                    "date_time_format": "wDt",
                    "offset": 0,
                    "length": 3,
                }
            ],
        ),
        (
            '<pre><code class="language-py">x</code></pre>',
            "x",
            [{"type": "pre", "language": "py", "offset": 0, "length": 1}],
        ),
        (
            "<blockquote expandable>q</blockquote>",
            "q",
            [{"type": "expandable_blockquote", "offset": 0, "length": 1}],
        ),
        (
            '<span class="tg-spoiler">s</span><u></u>',
            "s",
            [{"type": "spoiler", "offset": 0, "length": 1}],
        ),
    ],
)
def test_html_becomes_text_and_entities(
    markup: str, text: str, entities: list[dict[str, Any]]
) -> None:
    """Offsets and lengths are counted in UTF-16 units."""
    assert parse_html(markup) == (text, entities)


@pytest.mark.parametrize(
    ("markup", "sentence"),
    [
        ("課<br>", 'Unsupported start tag "br" at byte offset 3'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed start tag at byte offset 7"),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ('<a =x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-time unix='x'>y</tg-time>", 'Invalid Unix time specified in the tag "tg-time"'),
        (
            "<tg-time unix='1' format='Z'>y</tg-time>",
            'Invalid date-time format specified in the tag "tg-time"',
        ),
    ],
)
def test_bad_html_is_refused_in_telegrams_words(markup: str, sentence: str) -> None:
    """Markup that is not closed, nested or known is a 400 that says where."""
    with pytest.raises(Rejected) as refusal:
        parse_html(markup)
    assert refusal.value.description == f"Bad Request: can't parse entities: {sentence}"


@pytest.mark.parametrize(
    ("button", "sentence"),
    [
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "課" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "callback_data": "a", "url": "https://a.tw"}, "more than one optional"),
        ({"text": "x", "url": "javascript:x"}, "Wrong HTTP URL"),
        ({"text": "x", "web_app": {"url": "http://a.tw"}}, "Only HTTPS links are allowed"),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "callback_data": "a", "style": "pink"}, "unknown style"),
        ({"callback_data": "a"}, 'Field "text" must be of type String'),
        ({"text": " ", "callback_data": "a"}, "button text must be non-empty"),
    ],
)
def test_a_bad_button_is_refused(button: dict[str, Any], sentence: str) -> None:
    """Data has 1 to 64 bytes, and a button has one purpose."""
    with pytest.raises(Rejected) as refusal:
        inline_keyboard({"inline_keyboard": [[button]]})
    assert sentence in refusal.value.description


async def test_a_message_comes_back_as_it_was_sent_and_shows_on_the_phone(
    telegram: Telegram,
) -> None:
    """Text, entities and keyboard are the same for the bot, the phone and the ledger."""
    markup = keyboard("認證", "退回")
    said = await telegram.say(" <b>課程</b> 3/5 ", parse_mode="HTML", reply_markup=markup)
    assert said["text"] == "課程 3/5"
    assert said["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert said["reply_markup"] == markup
    assert said["chat"] == {"id": WANG, "type": "private", "first_name": "王小明"}
    assert said["from"]["is_bot"] is True
    [shown] = (await telegram.look())["messages"]
    assert shown["message"]["text"] == "課程 3/5"
    assert [one["action"]["label"] for one in shown["message"]["keyboard"][0]] == ["認證", "退回"]
    [accepted] = telegram.world.accepted
    assert (accepted.bot, accepted.chat_id, accepted.text) == (ACCOUNT, WANG, "課程 3/5")


async def test_parameters_come_as_json_form_parts_or_in_the_address(telegram: Telegram) -> None:
    """What is an object in JSON is text that holds JSON everywhere else."""
    url = f"{telegram.url}/bot{TOKEN}/sendMessage"
    form = {"chat_id": str(LIN), "text": "表單", "reply_markup": '{"inline_keyboard":[]}'}
    parts = aiohttp.FormData({"chat_id": str(LIN), "caption": "檔案"})
    parts.add_field("document", b"%PDF\r\n\x00\xff", filename="a.pdf")
    async with telegram.http.post(url, data=form) as response:
        assert (await response.json())["result"]["text"] == "表單"
    async with telegram.http.post(url.replace("Message", "Document"), data=parts) as response:
        document = (await response.json())["result"]["document"]
        assert (document["file_name"], document["file_size"]) == ("a.pdf", 8)
    async with telegram.http.get(url, params={"chat_id": LIN, "text": "位址"}) as response:
        assert (await response.json())["result"]["message_id"] == 3
    async with telegram.http.post(url.replace("sendM", "SENDm"), data=b"{") as response:
        assert (await response.json())["description"] == "Bad Request: message text is empty"


async def test_what_cannot_be_sent_is_refused(telegram: Telegram) -> None:
    """Nobody there, nothing to say, too much, a mode that is unknown, a message that is gone."""
    said = {"chat_id": WANG, "text": "x"}
    for more, sentence in (
        ({"chat_id": STRANGER}, "chat not found"),
        ({"chat_id": 12}, "chat not found"),
        ({"chat_id": "@nobody"}, "chat not found"),
        ({"text": " <b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "課" * 4097}, "message is too long"),
        ({"text": "🍎" * 2049}, "message is too long"),
        ({"parse_mode": "MarkdownV3"}, "unsupported parse_mode"),
        ({"reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"reply_markup": []}, "object expected as reply markup"),
        ({"reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ):
        assert await telegram.refused("sendMessage", **(said | more)) == (
            400,
            f"Bad Request: {sentence}",
        )
    assert telegram.world.accepted == []
    markup = "<b>" + "課" * 4096 + "</b>"
    assert await telegram.say(markup, parse_mode="HTML")


async def test_a_wrong_token_or_method_is_refused(telegram: Telegram) -> None:
    """A token that is none is 404, one of nobody 401, a method that is not there 404."""
    for path, status in (
        ("/botnonsense/getMe", 404),
        ("/bot123:wrong/getMe", 401),
        (f"/bot{TOKEN}/sendGreeting", 404),
    ):
        answered, answer = await telegram.post(path, {})
        assert (answered, answer["ok"], answer["error_code"]) == (status, False, status)


async def test_an_edit_changes_the_message_in_its_place(telegram: Telegram) -> None:
    """The text is marked as edited; without reply_markup the keyboard goes; the same is refused."""
    said = await telegram.say("待認證", reply_markup=keyboard("認證"))
    named = {"chat_id": WANG, "message_id": said["message_id"]}
    await telegram.say("another")
    before = (await telegram.look())["version"]
    telegram.clock.forward(minutes=1)
    edited = await telegram.call("editMessageText", text="已認證", **named)
    assert "reply_markup" not in edited
    assert edited["edit_date"] == edited["date"] + 60
    messages = (await telegram.look())["messages"]
    [shown] = [each for each in messages if each["version"] > before]
    assert (shown["message"]["text"], shown["edited"] is None) == ("已認證", False)
    for method, more in (("editMessageText", {"text": "已認證"}), ("editMessageReplyMarkup", {})):
        _, sentence = await telegram.refused(method, **named, **more)
        assert sentence.startswith("Bad Request: message is not modified: ")
    markup = {"reply_markup": keyboard("復原")}
    assert await telegram.call("editMessageReplyMarkup", **named, **markup)
    assert (await telegram.look())["messages"][0]["message"]["keyboard"]


async def test_what_cannot_be_edited_is_refused(telegram: Telegram) -> None:
    """Messages that are gone, of somebody else, too old, or edited into another keyboard."""
    await telegram.do("text", text="我的")
    said = await telegram.say("x")
    edit = {"chat_id": WANG, "text": "y"}
    for message_id, sentence in ((99, "message to edit not found"), (1, "message can't be edited")):
        assert await telegram.refused("editMessageText", message_id=message_id, **edit) == (
            400,
            f"Bad Request: {sentence}",
        )
    edit["message_id"] = said["message_id"]
    wrong = {"reply_markup": {"keyboard": [["a"]]}}
    _, sentence = await telegram.refused("editMessageText", **edit, **wrong)
    assert sentence == "Bad Request: inline keyboard expected"
    telegram.world.editable_for = timedelta(hours=48)
    telegram.clock.forward(hours=48)
    _, sentence = await telegram.refused("editMessageText", **edit)
    assert sentence == "Bad Request: message can't be edited"
    assert await telegram.call("deleteMessage", chat_id=WANG, message_id=said["message_id"])
    _, sentence = await telegram.refused("deleteMessage", chat_id=WANG, message_id=2)
    assert sentence == "Bad Request: message to delete not found"


async def test_typing_shows_until_a_message_comes(telegram: Telegram) -> None:
    """The animation lasts five seconds at most."""
    assert await telegram.call("sendChatAction", chat_id=WANG, action="typing")
    assert (await telegram.look())["loading"]
    await telegram.say("x")
    assert not (await telegram.look())["loading"]
    status, _ = await telegram.refused("sendChatAction", chat_id=WANG, action="dancing")
    assert status == 400


async def test_a_keyboard_in_place_of_the_typing_box_stays_until_it_is_removed(
    telegram: Telegram,
) -> None:
    """Its buttons are texts to be sent."""
    await telegram.say("x", reply_markup={"keyboard": [["首頁", {"text": "設定"}]]})
    [row] = (await telegram.look())["replyKeyboard"]
    assert [button["action"]["text"] for button in row] == ["首頁", "設定"]
    await telegram.say("y", reply_markup={"remove_keyboard": True})
    assert (await telegram.look())["replyKeyboard"] is None


async def test_who_is_too_fast_is_told_how_long_to_wait(telegram: Telegram) -> None:
    """Bursts are tolerated; then 429 with retry_after, and going on before that is a violation."""
    answers = await asyncio.gather(
        *(telegram.ask("sendMessage", chat_id=WANG, text="x") for _ in range(10))
    )
    refused = [answer for status, answer in answers if status == 429]
    assert len(refused) == 2
    wait = refused[0]["parameters"]["retry_after"]
    assert refused[0]["description"] == f"Too Many Requests: retry after {wait}"
    assert await telegram.say("to another", to=LIN)
    assert {each.kind for each in telegram.world.violations} == {
        "too fast: chat",
        "sent before retry_after was over",
    }
    telegram.world.pace.limits.clear()
    telegram.clock.forward(seconds=wait)
    assert await telegram.say("after waiting")


async def test_a_group_takes_twenty_messages_a_minute(telegram: Telegram) -> None:
    """All members together."""
    group = await telegram.group(WANG, LIN)
    statuses = [(await telegram.ask("sendMessage", chat_id=group, text="x"))[0] for _ in range(23)]
    assert statuses.count(429) == 1
    assert telegram.world.violations[0].kind == "too fast: group"
