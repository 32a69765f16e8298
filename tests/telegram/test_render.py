"""Replies become messages that Telegram accepts, whatever stands in them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.simulator.telegram.entities import parse_html
from bot.telegram.render import LONGEST_TEXT, MOST_KEYS, MOST_MESSAGES, render
from bot.texts import units
from handlers.actions import CertifyItem, ShowHelp, ShowHome, ShowItem
from handlers.codec import LIMIT
from handlers.replies import (
    Bar,
    Block,
    Button,
    Card,
    Divider,
    Entry,
    Fact,
    Paragraph,
    Reply,
    Tone,
    Weight,
)

Json = dict[str, Any]

AT = datetime(2025, 2, 3, 15, 59, tzinfo=UTC)
HOSTILE = (
    "< > & _ * [ ] ` ~ {name} $ &amp; &#60;b> </b> <script>",
    "王\u202e小\u2066明\u200b",
    "名" * 5000,
    "👨‍👩‍👧‍👦" * 500,
    "a" + "\u0301" * 5000,
    "\u200d" * 50,
    "\x00\x1b[31m\ud800",
    "",
    " \n ",
    "一行\n\n二行",
    "𠮷" * 3000,
    "<" * 5000,
)


def reply(text: str = "物理「斜面實驗報告」", *, cards: int = 1, blocks: int = 1) -> Reply:
    """Give a reply with every kind of block, all of them with this text."""
    button = Button(text, CertifyItem(4711, 3), Weight.PRIMARY)
    each: tuple[Block, ...] = (
        Paragraph(text),
        Paragraph(text, Tone.DUE),
        Paragraph(text, quiet=True),
        Paragraph(text, link="https://bell.example/?start=7KQ2M-XW9RA&from=chat"),
        Fact(text, text, Tone.REFUSED, AT),
        Divider(),
        Entry(text, text, text, Tone.DONE, button),
        Entry(text, button=replace(button, label="看", action=ShowItem(1))),
        Entry(text, button=replace(button, label="看", action=ShowItem(2))),
        Entry(text),
        Bar(text, 3, 6, text),
        Bar(text, 9, 0),
    )
    card = Card(text, each * blocks, (button, replace(button, weight=Weight.QUIET)), Tone.DONE, AT)
    return Reply(text, (card,) * cards, quick=(button,) * 2)


def shown(message: Json) -> tuple[str, list[Json]]:
    """Return what Telegram reads of a message: its text and its entities."""
    return parse_html(message["text"])


def keys(message: Json) -> list[list[Json]]:
    """Return the keyboard of a message."""
    rows: list[list[Json]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


def check(messages: list[Json]) -> None:
    """Assert that Telegram would take every message."""
    assert 1 <= len(messages) <= MOST_MESSAGES
    for message in messages:
        text, _ = shown(message)
        assert 1 <= units(text.strip()) <= LONGEST_TEXT
        buttons = [button for row in keys(message) for button in row]
        assert len(buttons) <= MOST_KEYS
        assert all(button["text"].strip() for button in buttons)
        assert all(1 <= len(button["callback_data"].encode()) <= LIMIT for button in buttons)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_never_refused(text: str) -> None:
    """Marks of HTML, bidi, joiners, nothing at all, and 5,000 characters."""
    check(render(reply(text, cards=3, blocks=4)))


@settings(max_examples=60)
@given(st.text(st.characters(), max_size=300), st.integers(0, 5), st.integers(0, 40))
def test_no_reply_is_refused(text: str, cards: int, blocks: int) -> None:
    """Any text, in any number of blocks and cards."""
    check(render(reply(text, cards=cards, blocks=blocks)))


@pytest.mark.parametrize(("cards", "blocks"), [(1, 60), (5, 6), (5, 60), (20, 1), (0, 0)])
def test_messages_keep_telegrams_sizes(cards: int, blocks: int) -> None:
    """At most five messages of 4,096 units and 100 buttons."""
    check(render(reply("名" * 400, cards=cards, blocks=blocks)))


def test_a_reply_is_one_message_as_long_as_it_fits() -> None:
    """A tap can then edit it, and a reminder is one call."""
    (message,) = render(reply(cards=5))
    text, entities = shown(message)

    assert text.count("✅ 物理") == 5
    kinds = {"bold", "blockquote", "date_time", "text_link"}
    assert {each["type"] for each in entities} == kinds


def test_an_instant_shows_as_written_and_tells_local_time() -> None:
    """The date stands there as Taiwan writes it; a touch on it tells everybody's own."""
    card = Card("截止", (Fact("截止", "114/2/3（一）", at=AT),))
    text, entities = shown(render(Reply("截止", (card,)))[0])

    (entity,) = [each for each in entities if each["type"] == "date_time"]
    assert text == "截止\n\n截止：114/2/3（一）"
    assert entity["unix_time"] == int(AT.timestamp())


def test_what_people_typed_is_text_and_no_mark() -> None:
    """A title may hold what looks like HTML."""
    text, entities = shown(render(Reply("a", (Card("<i>a</i> & b"),)))[0])

    assert text.endswith("<i>a</i> & b")
    assert [each["type"] for each in entities] == ["bold"]


def test_a_bar_is_drawn_with_blocks() -> None:
    """Half of it is half of twelve; what is more than all is all; nothing of nothing is nothing."""
    bars = tuple(Bar("已勾選", part, whole) for part, whole in ((3, 6), (9, 6), (0, 0)))
    (message,) = render(Reply("條", (Card("條", bars),)))

    assert [line for line in shown(message)[0].splitlines() if line and line[0] in "■□"] == [
        "■" * 6 + "□" * 6,
        "■" * 12,
        "□" * 12,
    ]


def test_buttons_that_read_alike_are_numbered_like_what_they_belong_to() -> None:
    """Telegram's buttons stand under the whole text and not beside a title."""
    works = tuple(Entry(f"作品 {n}", button=Button("看", ShowItem(n))) for n in (1, 2))
    (message,) = render(Reply("作品", (Card("作品", works, (Button("首頁", ShowHome()),)),)))
    text, _ = shown(message)

    assert "① 作品 1" in text
    assert "② 作品 2" in text
    assert [button["text"] for row in keys(message) for button in row] == ["① 看", "② 看", "首頁"]


def test_the_same_button_on_several_cards_stands_once() -> None:
    """Two cards lead home by the same words."""
    card = Card("一", buttons=(Button("首頁", ShowHome()), Button("說明", ShowHelp())))
    (message,) = render(Reply("一", (card, replace(card, title="二"))))

    assert [[button["text"] for button in row] for row in keys(message)] == [["首頁", "說明"]]


def test_long_labels_have_a_row_of_their_own() -> None:
    """A label that is cut off helps nobody."""
    buttons = tuple(
        Button(label, ShowItem(n))
        for n, label in enumerate(("看清單後一次認證全部作品", "是", "否"))
    )
    (message,) = render(Reply("一", (Card("一", buttons=buttons),)))

    assert [len(row) for row in keys(message)] == [1, 2]


def test_a_card_that_is_too_long_goes_on_in_the_next_message() -> None:
    """Nothing is lost: every paragraph is there, and the buttons stand at the end."""
    paragraphs = tuple(Paragraph(f"{number}：" + "字" * 900) for number in range(15))
    messages = render(Reply("長", (Card("長", paragraphs, (Button("首頁", ShowHome()),)),)))
    texts = "".join(shown(message)[0] for message in messages)

    assert all(f"{number}：" in texts for number in range(15))
    assert [bool(keys(message)) for message in messages] == [False] * (len(messages) - 1) + [True]


def test_a_summary_that_the_first_card_does_not_say_stands_first() -> None:
    """It is what a notification shows; what the first card says is not said twice."""
    said, unsaid = Reply("截止 2/3", (Card("截止"),)), Reply("截止 2/3", (Card("我的成果"),))

    below = Reply("截止 2/3", (Card("不能這樣做", (Paragraph("截止 2/3。"),)),))

    assert shown(render(said)[0])[0] == "截止"
    assert shown(render(below)[0])[0] == "不能這樣做\n\n截止 2/3。"
    assert shown(render(unsaid)[0])[0].startswith("截止 2/3\n")
    assert shown(render(Reply("好", ()))[0])[0] == "好"
