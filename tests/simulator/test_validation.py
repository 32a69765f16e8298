"""LINE's limits on messages, each at its bound and one beyond."""

from typing import Any

import pytest

from bot.simulator.validation.counting import graphemes, utf16_units
from bot.simulator.validation.messages import check_messages
from bot.simulator.validation.richmenus import check_rich_menu
from tests.simulator.samples import (
    FAMILY,
    URL,
    Json,
    button,
    buttons,
    carousel,
    columns,
    confirm,
    flex,
    flex_of,
    heavy_bubble,
    heavy_carousel,
    in_template,
    message_action,
    picker,
    picture,
    postback,
    quick,
    rich_menu,
    size,
    template,
    text,
    uri,
    url,
    words,
)

AT_THE_LIMIT = [
    pytest.param(text(5_000), text(5_001), id="text"),
    pytest.param(
        {"type": "text", "text": "🍎" * 2_500},
        {"type": "text", "text": "🍎" * 2_501},
        id="text counts UTF-16 units",
    ),
    pytest.param(text(1), text(0), id="text is not empty"),
    pytest.param(quick(*[postback()] * 13), quick(*[postback()] * 14), id="quick replies"),
    pytest.param(quick(postback()), quick(), id="at least one quick reply"),
    pytest.param(
        quick(postback(label="字" * 20)), quick(postback(label="字" * 21)), id="quick reply label"
    ),
    pytest.param(
        quick(postback(label=FAMILY * 20)),
        quick(postback(label=FAMILY * 21)),
        id="labels count graphemes",
    ),
    pytest.param(
        quick(postback(data="d" * 300)), quick(postback(data="d" * 301)), id="postback data"
    ),
    pytest.param(
        quick(postback(displayText="字" * 300)),
        quick(postback(displayText="字" * 301)),
        id="displayText",
    ),
    pytest.param(
        quick(postback(displayText="a")),
        quick(postback(displayText="a", text="a")),
        id="displayText or text",
    ),
    pytest.param(
        quick(postback(inputOption="openKeyboard", fillInText="字" * 300)),
        quick(postback(inputOption="openKeyboard", fillInText="字" * 301)),
        id="fillInText",
    ),
    pytest.param(
        quick(postback(inputOption="openKeyboard", fillInText="a")),
        quick(postback(inputOption="openVoice", fillInText="a")),
        id="fillInText only with the keyboard",
    ),
    pytest.param(
        quick(message_action(text="字" * 300)),
        quick(message_action(text="字" * 301)),
        id="message action",
    ),
    pytest.param(quick(uri(uri=url(1_000))), quick(uri(uri=url(1_001))), id="uri"),
    pytest.param(quick(uri(uri="tel:0492")), quick(uri(uri="ftp://a.example")), id="uri scheme"),
    pytest.param(
        flex(button(uri(altUri={"desktop": URL}))),
        quick(uri(altUri={"desktop": URL})),
        id="altUri only in Flex",
    ),
    pytest.param(
        quick({"type": "clipboard", "label": "抄", "clipboardText": "a" * 1_000}),
        quick({"type": "clipboard", "label": "抄", "clipboardText": "a" * 1_001}),
        id="clipboard",
    ),
    pytest.param(
        quick(picker(initial="2100-12-31")), quick(picker(initial="2101-01-01")), id="picker year"
    ),
    pytest.param(
        quick(picker(mode="datetime", initial="2025-02-03T09:30")),
        quick(picker(mode="datetime", initial="2025-02-03")),
        id="picker form",
    ),
    pytest.param(
        quick(picker(min="2025-02-03", max="2025-02-04")),
        quick(picker(min="2025-02-04", max="2025-02-03")),
        id="picker order",
    ),
    pytest.param(
        quick({"type": "camera", "label": "拍"}),
        in_template({"type": "camera", "label": "拍"}),
        id="camera only in quick replies",
    ),
    pytest.param(flex(words(), alt="字" * 1_500), flex(words(), alt="字" * 1_501), id="altText"),
    pytest.param(carousel(12), carousel(13), id="bubbles in a carousel"),
    pytest.param(carousel(2, size="mega"), carousel(2, size="kilo"), id="bubbles of one size"),
    pytest.param(
        flex_of(heavy_bubble(30 * 1024)), flex_of(heavy_bubble(30 * 1024 + 1)), id="bubble size"
    ),
    pytest.param(heavy_carousel(50 * 1024), heavy_carousel(50 * 1024 + 1), id="carousel size"),
    pytest.param(flex(words()), flex(words(text="")), id="Flex text is not empty"),
    pytest.param(
        flex(button(postback(label="字" * 40))),
        flex(button(postback(label="字" * 41))),
        id="Flex button label",
    ),
    pytest.param(
        flex(button()),
        flex(button({"type": "postback", "data": "d"})),
        id="a Flex button has a label",
    ),
    pytest.param(flex(words(size="17px")), flex(words(size="huge")), id="Flex font size"),
    pytest.param(flex(words(color="#1A2b3C")), flex(words(color="red")), id="Flex colour"),
    pytest.param(flex(words(wrap=True)), flex(words(wrapp=True)), id="Flex unknown property"),
    pytest.param(flex(words()), flex({"type": "span", "text": "a"}), id="Flex nesting"),
    pytest.param(
        flex({"type": "image", "url": URL, "aspectRatio": "1:3"}),
        flex({"type": "image", "url": URL, "aspectRatio": "1:3.1"}),
        id="Flex image ratio",
    ),
    pytest.param(flex(words(), size="giga"), flex(words(), size="tera"), id="bubble size word"),
    pytest.param(
        flex_of({"type": "bubble", "body": flex()["contents"]["body"]}),
        flex_of({"type": "bubble"}),
        id="a bubble has a block",
    ),
    pytest.param(buttons(4), buttons(5), id="buttons template actions"),
    pytest.param(
        template("buttons", text="字" * 160, actions=[postback()]),
        template("buttons", text="字" * 161, actions=[postback()]),
        id="buttons template text",
    ),
    pytest.param(
        template("buttons", title="題", text="字" * 60, actions=[postback()]),
        template("buttons", title="題", text="字" * 61, actions=[postback()]),
        id="buttons template text beside a title",
    ),
    pytest.param(buttons(title="題" * 40), buttons(title="題" * 41), id="buttons template title"),
    pytest.param(
        in_template(postback(label="字" * 20)),
        in_template(postback(label="字" * 21)),
        id="template label",
    ),
    pytest.param(confirm(), confirm(3), id="confirm actions"),
    pytest.param(confirm(text="字" * 240), confirm(text="字" * 241), id="confirm text"),
    pytest.param(columns(10), columns(11), id="carousel columns"),
    pytest.param(columns(2, 3), columns(2, 4), id="carousel actions"),
    pytest.param(columns(1, text="字" * 120), columns(1, text="字" * 121), id="column text"),
    pytest.param(
        template("image_carousel", columns=[{"imageUrl": URL, "action": uri(label="字" * 12)}]),
        template("image_carousel", columns=[{"imageUrl": URL, "action": uri(label="字" * 13)}]),
        id="image carousel label",
    ),
    pytest.param(
        picture(originalContentUrl=url(2_000)),
        picture(originalContentUrl=url(2_001)),
        id="image address",
    ),
    pytest.param(
        picture(), picture(previewImageUrl="http://school.example/a.png"), id="image over HTTPS"
    ),
    pytest.param(
        text(1) | {"sender": {"name": "字" * 20}},
        text(1) | {"sender": {"name": "字" * 21}},
        id="sender name",
    ),
    pytest.param(
        {"type": "text", "text": "$", "emojis": [{"index": 0, "productId": "a", "emojiId": "1"}]},
        {"type": "text", "text": "a", "emojis": [{"index": 0, "productId": "a", "emojiId": "1"}]},
        id="emojis point at a dollar sign",
    ),
    pytest.param(
        {"type": "sticker", "packageId": "446", "stickerId": "1988"},
        {"type": "sticker", "packageId": "446"},
        id="sticker",
    ),
    pytest.param(text(1), {"type": "file", "originalContentUrl": URL}, id="LINE sends no files"),
]


@pytest.mark.parametrize(("within", "beyond"), AT_THE_LIMIT)
def test_a_message_at_the_limit_passes_and_one_beyond_is_refused(
    within: Json, beyond: Json
) -> None:
    """Each limit of LINE's reference, from both sides; the fault names a property."""
    assert check_messages([within], 2**31) == []
    faults = check_messages([beyond], 2**31)
    assert faults
    assert all(fault["property"].startswith("messages[0]") for fault in faults)


@pytest.mark.parametrize(("count", "right"), [(0, False), (1, True), (5, True), (6, False)])
def test_one_to_five_messages_go_in_a_call(count: int, right: bool) -> None:
    """The bounds of the list itself."""
    assert (check_messages([text(1)] * count, 0) == []) is right


@pytest.mark.parametrize("odd", [None, 7, "text", [], {}, {"type": None}, {"type": ["text"]}])
def test_what_is_no_message_is_refused_without_a_crash(odd: Any) -> None:
    """Any JSON may come."""
    assert check_messages([odd], 0)
    assert check_messages(odd, 0)


@pytest.mark.parametrize("place", ["contents", "altText", "quickReply", "sender"])
@pytest.mark.parametrize("odd", [7, "a", [7], {"type": 7}, {"type": "bubble", "body": [None]}])
def test_odd_values_inside_a_message_are_faults(place: str, odd: Any) -> None:
    """A wrong type anywhere is a fault or passes, never an exception."""
    faults = check_messages([flex(words()) | {place: odd}], 0)
    assert isinstance(faults, list)
    assert faults or (place == "altText" and odd == "a") or place == "sender"


@pytest.mark.parametrize(
    ("shown", "units", "characters"),
    [
        ("字", 1, 1),
        ("🍎", 2, 1),
        (FAMILY, 11, 1),
        ("🇹🇼🇹🇼", 8, 2),
        ("e\u0301", 2, 1),
        ("👍🏽", 4, 1),
    ],
)
def test_characters_are_counted_in_two_ways(shown: str, units: int, characters: int) -> None:
    """UTF-16 units, and what a reader takes for one character."""
    assert (utf16_units(shown), graphemes(shown)) == (units, characters)


@pytest.mark.parametrize(
    ("within", "beyond"),
    [
        (rich_menu(count=20), rich_menu(count=21)),
        (rich_menu(name="字" * 300), rich_menu(name="字" * 301)),
        (rich_menu(chatBarText="字" * 14), rich_menu(chatBarText="字" * 15)),
        (
            rich_menu(size=size(2500, 843)),
            rich_menu(size=size(2501, 843)),
        ),
        (
            rich_menu(size=size(800, 250)),
            rich_menu(size=size(799, 250)),
        ),
        (
            rich_menu(size=size(800, 250)),
            rich_menu(size=size(800, 249)),
        ),
        (
            rich_menu(size=size(1450, 1000)),
            rich_menu(size=size(1449, 1000)),
        ),
        (rich_menu(selected=False), rich_menu(selected=None)),
    ],
)
def test_a_rich_menu_keeps_its_limits(within: Json, beyond: Json) -> None:
    """Areas, words and sizes, from both sides of each limit."""
    assert check_rich_menu(within) == []
    assert check_rich_menu(beyond)
