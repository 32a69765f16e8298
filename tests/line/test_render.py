"""Replies become messages that LINE accepts, whatever stands in them."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from linebot.v3.messaging import PushMessageRequest

from bot.line.flex.bubbles import LARGEST_BUBBLE, MOST_BUTTONS
from bot.line.render import LARGEST_CAROUSEL, LONGEST_SUMMARY, MOST_QUICK, render
from bot.simulator.validation.messages import check_messages
from bot.texts import units
from handlers.actions import CertifyItem, ShowHelp, ShowHome
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
from tests.simulator.test_description import faults, validator

Json = dict[str, Any]

HOSTILE = (
    "< > & _ * [ ] ` ~ {name} $",
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
)


def reply(text: str = "物理「斜面實驗報告」", *, cards: int = 1, blocks: int = 1) -> Reply:
    """Give a reply with every kind of block, all of them with this text."""
    button = Button(text, CertifyItem(4711, 3), Weight.PRIMARY, said=text)
    each: tuple[Block, ...] = (
        Paragraph(text),
        Paragraph(text, Tone.DUE),
        Paragraph(text, quiet=True),
        Paragraph(text, link="https://bell.example/?start=7KQ2M-XW9RA&from=chat"),
        Fact(text, text, Tone.REFUSED),
        Divider(),
        Entry(text, text, text, Tone.DONE, button),
        Entry(text, button=replace(button, label="看")),
        Entry(text),
        Bar(text, 3, 6, text),
        Bar(text, 9, 0),
    )
    card = Card(text, each * blocks, (button, replace(button, weight=Weight.QUIET)), Tone.DONE)
    return Reply(text, (card,) * cards, quick=(button,) * 2)


def problems(messages: list[Json]) -> list[Any]:
    """Return what LINE would refuse, by the simulator's checks."""
    body = orjson.dumps({"to": "U" + "1" * 32, "messages": messages})
    return list(check_messages(orjson.loads(body)["messages"], len(body)))


def containers(messages: list[Json]) -> list[Json]:
    """Return the bubbles of all messages."""
    found: list[Json] = []
    for message in messages:
        contents = message["contents"]
        found += contents["contents"] if contents["type"] == "carousel" else [contents]
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_never_refused(text: str) -> None:
    """Marks of other channels, bidi, joiners, nothing at all, and 5,000 characters."""
    assert problems(render(reply(text, cards=3, blocks=4))) == []


@given(st.text(st.characters(), max_size=300), st.integers(0, 5), st.integers(0, 40))
def test_no_reply_is_refused(text: str, cards: int, blocks: int) -> None:
    """Any text, in any number of blocks and cards."""
    assert problems(render(reply(text, cards=cards, blocks=blocks))) == []


@pytest.mark.parametrize(("cards", "blocks"), [(1, 1), (1, 60), (5, 1), (5, 6), (5, 60), (20, 1)])
def test_messages_keep_lines_sizes(cards: int, blocks: int) -> None:
    """At most five messages, twelve bubbles and 50 KB to a carousel, 30 KB to a bubble."""
    messages = render(reply("名" * 400, cards=cards, blocks=blocks))

    assert 1 <= len(messages) <= 5
    assert all(len(orjson.dumps(message["contents"])) <= LARGEST_CAROUSEL for message in messages)
    assert all(len(orjson.dumps(each)) <= LARGEST_BUBBLE for each in containers(messages))
    assert problems(messages) == []


def test_a_card_that_is_too_long_goes_on_in_the_next_bubble() -> None:
    """Nothing is lost: every paragraph is there, and the buttons stand at the end."""
    paragraphs = tuple(Paragraph(f"{number}：" + "字" * 900) for number in range(20))
    bubbles = containers(render(Reply("長", (Card("長", paragraphs, (HOME,)),))))
    shown = orjson.dumps(bubbles).decode()

    assert len(bubbles) > 1
    assert all(f"{number}：" in shown for number in range(20))
    assert ["footer" in bubble for bubble in bubbles] == [False] * (len(bubbles) - 1) + [True]


HOME = Button("首頁", ShowHome())


@pytest.mark.parametrize(("given", "shown"), [(MOST_BUTTONS, 6), (MOST_BUTTONS + 1, 6)])
def test_a_card_has_six_buttons_at_most(given: int, shown: int) -> None:
    """One too many is left out."""
    (bubble,) = containers(render(Reply("卡", (Card("卡", buttons=(HOME,) * given),))))

    assert len(bubble["footer"]["contents"]) == shown


@pytest.mark.parametrize(("given", "shown"), [(MOST_QUICK, 13), (MOST_QUICK + 1, 13)])
def test_there_are_thirteen_quick_buttons_at_most(given: int, shown: int) -> None:
    """They stand on the last message, the only one whose quick buttons LINE shows."""
    messages = render(replace(reply("名" * 400, cards=5, blocks=20), quick=(HOME,) * given))

    assert len(messages[-1]["quickReply"]["items"]) == shown
    assert all("quickReply" not in message for message in messages[:-1])


@pytest.mark.parametrize("length", [LONGEST_SUMMARY, LONGEST_SUMMARY + 1])
def test_the_summary_is_what_notifications_show(length: int) -> None:
    """It is whole up to 1,500 units and cut beyond."""
    (message,) = render(Reply("鈴" * length, (Card("卡"),)))

    assert units(message["altText"]) == LONGEST_SUMMARY
    assert message["altText"].endswith("…") is (length > LONGEST_SUMMARY)


@pytest.mark.parametrize(("length", "shown"), [(20, "鈴" * 20), (21, "鈴" * 19 + "…")])
def test_a_label_has_twenty_characters_at_most(length: int, shown: str) -> None:
    """Twenty is also what quick buttons allow."""
    (bubble,) = containers(
        render(Reply("卡", (Card("卡", buttons=(Button("鈴" * length, ShowHome()),)),)))
    )

    assert bubble["footer"]["contents"][0]["action"]["label"] == shown


def test_a_tap_shows_in_the_chat_what_was_tapped() -> None:
    """The words of the person, or the label where none are given."""
    spoken = Button("認證", CertifyItem(4711, 3), said="認證：斜面實驗報告")
    (bubble,) = containers(render(Reply("卡", (Card("卡", buttons=(spoken, HOME)),))))
    first, second = (each["action"] for each in bubble["footer"]["contents"])

    assert (first["data"], first["displayText"]) == ("cert:3mv:3", "認證：斜面實驗報告")
    assert (second["data"], second["displayText"]) == ("home", "首頁")


@pytest.mark.parametrize(
    ("tone", "title"),
    [
        (Tone.PLAIN, "卡"),
        (Tone.DONE, "✅ 卡"),
        (Tone.DUE, "⏰ 卡"),
        (Tone.REFUSED, "卡"),
    ],
)
def test_a_tone_is_told_by_a_mark_and_never_by_colour_alone(tone: Tone, title: str) -> None:
    """Done and due have their mark, once, also where the words bring it along."""
    for words in ("卡", title):
        (bubble,) = containers(render(Reply("卡", (Card(words, tone=tone),))))

        assert bubble["body"]["contents"][1]["contents"][0]["text"] == title


def test_a_reply_without_cards_is_its_summary() -> None:
    """A sentence needs no bubble."""
    assert render(Reply("好的", ())) == [{"type": "text", "text": "好的"}]


@pytest.mark.parametrize(("part", "whole", "width"), [(3, 6, "50%"), (9, 3, "100%"), (-1, 3, "0%")])
def test_a_bar_is_as_long_as_its_share(part: int, whole: int, width: str) -> None:
    """A share is between nothing and all, whatever is counted."""
    (bubble,) = containers(render(Reply("卡", (Card("卡", (Bar("完成", part, whole),)),))))
    drawn = bubble["body"]["contents"][1]["contents"][1]["contents"][-1]

    assert drawn["contents"][0]["width"] == width


def samples() -> list[Reply]:
    """Give replies of every shape."""
    return [
        reply(),
        reply(cards=3),
        reply("名" * 400, cards=5, blocks=6),
        Reply("好的", ()),
        Reply("卡", (Card("卡"),), quick=(Button("說明", ShowHelp()),)),
    ]


@pytest.mark.parametrize("given", samples())
def test_messages_are_shaped_as_line_describes(given: Reply) -> None:
    """LINE's own OpenAPI description finds nothing wrong in a push of them."""
    push = {"to": "U" + "1" * 32, "messages": render(given)}

    assert faults(validator("messaging-api.yml", "PushMessageRequest"), push) == []


@pytest.mark.parametrize("given", samples())
def test_ready_json_is_what_the_sdk_would_send(given: Reply) -> None:
    """Through the SDK's model classes and back, nothing is lost and nothing is added."""
    push = {"to": "U" + "1" * 32, "messages": render(given)}
    through = PushMessageRequest.from_dict(push).to_dict()
    through.pop("notificationDisabled")

    assert through == push


@pytest.mark.parametrize(
    ("value", "layout"), [("4／6", "baseline"), ("114/2/10（一），還有 147 天", "vertical")]
)
def test_a_date_with_its_days_left_stands_on_one_line(value: str, layout: str) -> None:
    """A value too wide for the room beside its label stands below it; a short one beside it."""
    (bubble,) = containers(render(Reply("期限", (Card("期限", (Fact("截止", value),)),))))

    (row,) = [
        box for box in boxes_of(bubble) if [*map(text_of, box["contents"])] == ["截止", value]
    ]
    assert row["layout"] == layout


def boxes_of(part: Json) -> list[Json]:
    """Return every box of a bubble, at any depth."""
    inner = [*part.get("contents", []), *filter(None, [part.get("body")])]
    found = [box for each in inner for box in boxes_of(each)]
    return [part, *found] if part["type"] == "box" else found


def text_of(part: Json) -> str:
    """Return the words of a text, and nothing for anything else."""
    return str(part.get("text", ""))
