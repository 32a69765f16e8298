"""The Flex renderer: sizes, shares, cuts and colours as LINE documents them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from .conftest import Drawn
from .pieces import Json, bubble, button, column, row, text

TEXT_SIZES = {"xxs": 11, "xs": 13, "sm": 14, "md": 16, "lg": 19, "xl": 22, "xxl": 29}
LARGE_SIZES = {"3xl": 35, "4xl": 48, "5xl": 74, "17px": 17}
SPACES = {"none": 0, "xs": 2, "sm": 4, "md": 8, "lg": 12, "xl": 16, "xxl": 20, "7px": 7}
WIDTHS = {"nano": 120, "micro": 160, "deca": 220, "hecto": 241, "kilo": 260, "mega": 300}


async def css(node: Locator, name: str) -> str:
    """A computed style of the first match."""
    found: str = await node.first.evaluate("(node, name) => getComputedStyle(node)[name]", name)
    return found


async def box(node: Locator) -> Any:
    """Where a node is."""
    return await node.bounding_box()


@pytest.mark.parametrize(("size", "pixels"), (TEXT_SIZES | LARGE_SIZES).items())
async def test_text_is_as_large_as_its_keyword_says(drawn: Drawn, size: str, pixels: int) -> None:
    """Keywords are LINE's pixels; a size in pixels is taken as it is."""
    room = await drawn(bubble(column(text("鈴", size=size))))
    assert await css(room.locator(".flex-text"), "fontSize") == f"{pixels}px"


@pytest.mark.parametrize(("size", "pixels"), WIDTHS.items())
async def test_a_bubble_is_as_wide_as_its_size(drawn: Drawn, size: str, pixels: int) -> None:
    """Each size keyword has one width."""
    room = await drawn(bubble(column(text("鈴")), size=size))
    assert (await box(room.locator(".flex-bubble")))["width"] == pixels


async def test_a_giga_bubble_takes_the_room_there_is(drawn: Drawn) -> None:
    """Giga is wider than a phone, so it is cut to it."""
    room = await drawn(bubble(column(text("鈴")), size="giga"))
    assert (await box(room.locator(".flex-bubble")))["width"] == 324


@pytest.mark.parametrize(("keyword", "pixels"), SPACES.items())
async def test_spacing_lies_between_components_and_not_before_the_first(
    drawn: Drawn, keyword: str, pixels: int
) -> None:
    """A box's spacing is the gap before every component but the first."""
    room = await drawn(bubble(column(text("一"), text("二"), spacing=keyword)))
    texts = room.locator(".flex-text")
    assert await css(texts.nth(0), "marginTop") == "0px"
    assert await css(texts.nth(1), "marginTop") == f"{pixels}px"


async def test_a_margin_wins_over_the_boxs_spacing(drawn: Drawn) -> None:
    """A component may ask for its own gap."""
    room = await drawn(bubble(column(text("一"), text("二", margin="xxl"), spacing="xs")))
    assert await css(room.locator(".flex-text").nth(1), "marginTop") == "20px"


async def test_a_row_is_shared_by_flex(drawn: Drawn) -> None:
    """1 and 3 share what a rigid component of flex 0 leaves; without flex everybody gets 1."""
    square = column(width="60px", height="10px")
    room = await drawn(bubble(row(square, text("一"), text("三", flex=3)), size="mega"))
    texts = room.locator(".flex-text")
    widths = [(await box(texts.nth(index)))["width"] for index in range(2)]
    assert widths == [50, 150]


async def test_text_that_does_not_wrap_is_cut_with_an_ellipsis(drawn: Drawn) -> None:
    """One line, never wider than its room."""
    room = await drawn(bubble(column(text("很長的一行" * 20, wrap=False))))
    line = room.locator(".flex-text-line")
    assert await css(line, "textOverflow") == "ellipsis"
    assert (await box(line))["width"] <= 260
    assert (await box(line))["height"] < 30


async def test_text_wraps_and_stops_after_its_last_line(drawn: Drawn) -> None:
    """Line breaks and `maxLines` count."""
    whole = await drawn(bubble(column(text("一\n二\n三\n四"))))
    assert (await box(whole.locator(".flex-text-line")))["height"] > 80
    cut = await drawn(bubble(column(text("一\n二\n三\n四", maxLines=2))))
    assert (await box(cut.locator(".flex-text-line")))["height"] < 50


async def test_text_can_be_shrunk_to_fit(drawn: Drawn) -> None:
    """With `adjustMode` a line gets smaller instead of being cut."""
    line = text("這一行剛好比寬度再長一點點所以縮小", wrap=False, adjustMode="shrink-to-fit")
    room = await drawn(bubble(column(line)))
    inner = room.locator(".flex-text-line")
    await expect(inner).not_to_have_css("font-size", "16px")
    assert await inner.evaluate("node => node.scrollWidth <= node.clientWidth")


async def test_spans_have_their_own_looks(drawn: Drawn) -> None:
    """Weight, colour, size and decoration of a span stay inside it."""
    spans = [
        {"type": "span", "text": "還有 "},
        {"type": "span", "text": "3", "weight": "bold", "color": "#C2410C", "size": "xl"},
        {"type": "span", "text": " 天", "decoration": "line-through"},
    ]
    room = await drawn(bubble(column({"type": "text", "contents": spans})))
    number = room.get_by_text("3", exact=True)
    assert await css(number, "color") == "rgb(194, 65, 12)"
    assert await css(number, "fontSize") == "22px"
    assert "line-through" in await css(room.get_by_text("天"), "textDecoration")
    await expect(room.locator(".flex-text")).to_have_text("還有 3 天")


async def test_blocks_keep_lines_padding_unless_the_box_says_otherwise(drawn: Drawn) -> None:
    """20 pixels in a mega bubble, less above a footer; `paddingAll` and single sides win."""
    room = await drawn(bubble(column(text("一")), column(text("二"))))
    body, footer = room.locator(".flex-body > *"), room.locator(".flex-footer > *")
    assert await css(body, "padding") == "19px 20px 10px"
    assert await css(footer, "padding") == "10px"
    told = await drawn(bubble(column(text("一"), paddingAll="lg", paddingTop="50px")))
    assert await css(told.locator(".flex-body > *"), "padding") == "50px 12px 12px"


async def test_boxes_have_frames_gradients_and_places(drawn: Drawn) -> None:
    """Border, corner, gradient and absolute offsets reach the screen."""
    gradient = {
        "type": "linearGradient",
        "angle": "90deg",
        "startColor": "#FF0000",
        "endColor": "#0000FF",
    }
    corner = column(width="20px", height="20px", position="absolute", offsetTop="5px")
    framed = column(
        {**corner, "offsetEnd": "6px"},
        height="80px",
        borderWidth="medium",
        borderColor="#123456",
        cornerRadius="md",
        background=gradient,
    )
    room = await drawn(bubble(column(framed)))
    outer = room.locator(".flex-body > * > .flex-box")
    assert await css(outer, "border") == "2px solid rgb(18, 52, 86)"
    assert await css(outer, "borderRadius") == "8px"
    assert "linear-gradient(90deg" in await css(outer, "backgroundImage")
    inner, around = await box(outer.locator(".flex-box")), await box(outer)
    assert inner["y"] - around["y"] == 2 + 5
    assert around["x"] + around["width"] - inner["x"] - inner["width"] == 2 + 6


@pytest.mark.parametrize(("height", "pixels"), [("sm", 40), ("md", 52)])
async def test_buttons_are_as_high_as_lines(drawn: Drawn, height: str, pixels: int) -> None:
    """40 pixels for sm, 52 for md."""
    room = await drawn(bubble(column({**button("認證", "certify"), "height": height})))
    assert (await box(room.get_by_role("button")))["height"] == pixels


async def test_a_button_in_a_box_that_can_be_tapped_acts_alone(drawn: Drawn) -> None:
    """One tap is one action: the innermost."""
    action = {"type": "postback", "label": "整張", "data": "all"}
    room = await drawn(bubble(column(text("標題"), button("認證", "certify"), action=action)))
    await room.get_by_role("button", name="認證").click()
    await room.get_by_text("標題").click()
    acts: list[Json] = await room.page.evaluate("acts")
    assert [act["data"] for act in acts] == ["certify", "all"]


async def test_what_can_be_tapped_can_be_reached_by_keyboard(drawn: Drawn) -> None:
    """A box with an action answers to Enter and has its label as its name."""
    action = {"type": "postback", "label": "看明細", "data": "lines"}
    room = await drawn(bubble(column(column(text("明細"), action=action))))
    await room.get_by_role("button", name="看明細").press("Enter")
    assert [act["data"] for act in await room.page.evaluate("acts")] == ["lines"]


async def test_bubbles_of_a_carousel_are_equally_high(drawn: Drawn) -> None:
    """The body of a short bubble grows."""
    bubbles = [bubble(column(text("短"))), bubble(column(text("長\n" * 9)))]
    room = await drawn({"type": "carousel", "contents": bubbles})
    cards = room.locator(".flex-bubble")
    assert (await box(cards.nth(0)))["height"] == (await box(cards.nth(1)))["height"]


async def test_an_unknown_component_is_named(drawn: Drawn) -> None:
    """What LINE adds later breaks nothing and is not hidden."""
    room = await drawn(bubble(column({"type": "sparkle"}, text("後面"))))
    await expect(room).to_contain_text("sparkle")
    await expect(room).to_contain_text("後面")


async def test_data_cannot_become_markup_style_or_script(drawn: Drawn) -> None:
    """Text stays text; colours and sizes of another form are dropped; script links do not exist."""
    script = {"type": "uri", "label": "按我", "uri": "javascript:alert(1)"}
    contents = bubble(
        column(
            text("<b>粗</b>", color="red;position:fixed", size="99vw"),
            {"type": "button", "action": script},
            {"type": "image", "url": "javascript:alert(1)"},
        )
    )
    room = await drawn(contents)
    await expect(room.locator(".flex-text")).to_have_text("<b>粗</b>")
    assert await css(room.locator(".flex-text"), "color") == "rgb(17, 17, 17)"
    assert await css(room.locator(".flex-text"), "fontSize") == "16px"
    assert await room.locator("a, b").count() == 0
    assert await room.locator("img").get_attribute("src") is None
