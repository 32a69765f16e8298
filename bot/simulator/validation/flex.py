"""Flex Messages: bubbles, carousels and their components, with LINE's sizes and nesting."""

import re
from collections.abc import Callable
from typing import Any

import orjson

from bot.simulator.validation.actions import FLEX_AREA, FLEX_BUTTON, check_action
from bot.simulator.validation.problems import Json, Problems

LARGEST_BUBBLE = 30 * 1024
LARGEST_CAROUSEL = 50 * 1024
MOST_BUBBLES = 12
BUBBLE_SIZES = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")
BLOCKS = ("header", "hero", "body", "footer")

SPACES = "none|xs|sm|md|lg|xl|xxl"
FONT_SIZES = "xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl"
PIXELS = r"\d+(\.\d+)?px"
PERCENT = r"\d+(\.\d+)?%"
SPACE = re.compile(f"{SPACES}|{PIXELS}")
PADDING = re.compile(f"{SPACES}|{PIXELS}|{PERCENT}")
OFFSET = re.compile(f"{SPACES}|-?{PIXELS}|-?{PERCENT}")
LENGTH = re.compile(f"{PIXELS}|{PERCENT}")
FONT_SIZE = re.compile(f"{FONT_SIZES}|{PIXELS}")
IMAGE_SIZE = re.compile(f"{FONT_SIZES}|full|{PIXELS}|{PERCENT}")
BORDER = re.compile(f"none|light|normal|medium|semi-bold|bold|{PIXELS}")
RATIO = re.compile(r"(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)")

FORMS: dict[str, re.Pattern[str]] = {
    "spacing": SPACE,
    "margin": SPACE,
    "lineSpacing": re.compile(PIXELS),
    "cornerRadius": SPACE,
    "borderWidth": BORDER,
    "width": LENGTH,
    "maxWidth": LENGTH,
    "height": LENGTH,
    "maxHeight": LENGTH,
    "position": re.compile("relative|absolute"),
    "align": re.compile("start|end|center"),
    "gravity": re.compile("top|bottom|center"),
    "weight": re.compile("regular|bold"),
    "decoration": re.compile("none|underline|line-through"),
    "adjustMode": re.compile("shrink-to-fit"),
    "aspectMode": re.compile("cover|fit"),
    "layout": re.compile("horizontal|vertical|baseline"),
    "justifyContent": re.compile(
        "center|flex-start|flex-end|space-between|space-around|space-evenly"
    ),
    "alignItems": re.compile("center|flex-start|flex-end"),
    **{f"padding{side}": PADDING for side in ("All", "Top", "Bottom", "Start", "End")},
    **{f"offset{side}": OFFSET for side in ("Top", "Bottom", "Start", "End")},
}
# The same word means another thing in these components.
OWN_FORMS: dict[tuple[str, str], re.Pattern[str]] = {
    ("button", "height"): re.compile("sm|md"),
    ("button", "style"): re.compile("primary|secondary|link"),
    ("text", "style"): re.compile("normal|italic"),
    ("span", "style"): re.compile("normal|italic"),
    ("text", "size"): FONT_SIZE,
    ("span", "size"): FONT_SIZE,
    ("icon", "size"): FONT_SIZE,
    ("image", "size"): IMAGE_SIZE,
}
COLOURS = frozenset({"color", "backgroundColor", "borderColor", "separatorColor"})
SWITCHES = frozenset({"wrap", "scaling", "animated", "separator"})

_PLACED = ("position", "offsetTop", "offsetBottom", "offsetStart", "offsetEnd")
_TYPE_FACE = ("text", "size", "color", "weight", "style", "decoration")
PROPERTIES: dict[str, frozenset[str]] = {
    "box": frozenset(
        "type layout contents flex spacing margin backgroundColor borderColor borderWidth "
        "cornerRadius width maxWidth height maxHeight paddingAll paddingTop paddingBottom "
        "paddingStart paddingEnd action justifyContent alignItems background".split()
    ).union(_PLACED),
    "button": frozenset(
        "type flex color style action gravity margin height adjustMode scaling".split()
    ).union(_PLACED),
    "image": frozenset(
        "type url flex margin align gravity size aspectRatio aspectMode backgroundColor action "
        "animated".split()
    ).union(_PLACED),
    "video": frozenset("type url previewUrl altContent aspectRatio action".split()),
    "icon": frozenset("type url size aspectRatio margin scaling".split()).union(_PLACED),
    "text": frozenset(
        "type flex align gravity wrap lineSpacing margin action maxLines contents adjustMode "
        "scaling".split()
    ).union(_PLACED, _TYPE_FACE),
    "span": frozenset(("type", *_TYPE_FACE)),
    "separator": frozenset(("type", "margin", "color")),
    "filler": frozenset(("type", "flex")),
}
IN_BASELINE = frozenset(("text", "icon", "filler"))
IN_BOX = frozenset(("box", "button", "image", "text", "separator", "filler"))
IN_HERO = frozenset(("box", "image", "video"))
ONLY_BOX = frozenset(("box",))
BLOCK_STYLES = frozenset(("backgroundColor", "separator", "separatorColor"))
BUBBLE_PROPERTIES = frozenset(("type", "size", "direction", "styles", "action", *BLOCKS))


def check_container(container: Any, path: str, problems: Problems) -> None:
    """A bubble or a carousel, with everything in it."""
    node = problems.object(container, path)
    if node is None:
        return
    if node.get("type") == "bubble":
        _check_bubble(node, path, problems)
    elif node.get("type") == "carousel":
        _check_carousel(node, path, problems)
    else:
        problems.add(f"{path}.type", "must be one of bubble, carousel")


def _check_bytes(node: Json, path: str, problems: Problems, most: int) -> None:
    """The container's JSON; a request that is no larger as a whole needs no measuring."""
    if problems.body_size > most and len(orjson.dumps(node)) > most:
        problems.add(path, f"must be at most {most // 1024} KB")


def _check_carousel(node: Json, path: str, problems: Problems) -> None:
    _check_bytes(node, path, problems, LARGEST_CAROUSEL)
    problems.known(node, path, frozenset(("type", "contents")))
    bubbles = problems.size(node.get("contents"), f"{path}.contents", 1, MOST_BUBBLES)
    for index, bubble in enumerate(bubbles):
        here = f"{path}.contents[{index}]"
        if not isinstance(bubble, dict) or bubble.get("type") != "bubble":
            problems.add(f"{here}.type", "must be bubble")
        else:
            _check_bubble(bubble, here, problems)
    sizes = {bubble.get("size", "mega") for bubble in bubbles if isinstance(bubble, dict)}
    if len(sizes) > 1:
        problems.add(f"{path}.contents", "all bubbles of a carousel must have the same size")


def _check_bubble(node: Json, path: str, problems: Problems) -> None:
    _check_bytes(node, path, problems, LARGEST_BUBBLE)
    problems.known(node, path, BUBBLE_PROPERTIES)
    problems.choice(node, "size", path, BUBBLE_SIZES)
    problems.choice(node, "direction", path, ("ltr", "rtl"))
    if not any(block in node for block in BLOCKS):
        problems.add(path, "at least one block must be specified")
    for block in BLOCKS:
        if block in node:
            allowed = IN_HERO if block == "hero" else ONLY_BOX
            _check_component(node[block], f"{path}.{block}", allowed, problems)
    if "action" in node:
        check_action(node["action"], f"{path}.action", FLEX_AREA, problems)
    if "styles" in node:
        _check_styles(node["styles"], f"{path}.styles", problems)


def _check_styles(styles: Any, path: str, problems: Problems) -> None:
    node = problems.object(styles, path)
    if node is None:
        return
    problems.known(node, path, frozenset(BLOCKS))
    for block, style in node.items():
        here = f"{path}.{block}"
        if (style := problems.object(style, here)) is not None:
            problems.known(style, here, BLOCK_STYLES)
            _check_forms("style", style, here, problems)


def _check_component(node: Any, path: str, allowed: frozenset[str], problems: Problems) -> None:
    kind = node.get("type") if isinstance(node, dict) else None
    if not isinstance(kind, str) or kind not in allowed:
        problems.add(f"{path}.type", f"must be one of {', '.join(sorted(allowed))}")
        return
    problems.known(node, path, PROPERTIES[kind])
    _check_forms(kind, node, path, problems)
    if check := COMPONENTS.get(kind):
        check(node, path, problems)
    if kind != "button" and "action" in node:
        check_action(node["action"], f"{path}.action", FLEX_AREA, problems)


def _check_forms(kind: str, node: Json, path: str, problems: Problems) -> None:
    """Every property that is a keyword, a length, a colour or a switch."""
    for key, value in node.items():
        if key in COLOURS:
            problems.colour(node, key, path)
        elif key in SWITCHES:
            if not isinstance(value, bool):
                problems.add(f"{path}.{key}", "must be boolean")
        elif key in ("flex", "maxLines"):
            problems.whole_number(node, key, path, 0, 2**31 - 1)
        elif key == "aspectRatio":
            _check_ratio(value, f"{path}.aspectRatio", problems)
        else:
            form = OWN_FORMS.get((kind, key)) or FORMS.get(key)
            if form is not None and not (isinstance(value, str) and form.fullmatch(value)):
                problems.add(f"{path}.{key}", "invalid property")


def _check_ratio(value: object, path: str, problems: Problems) -> None:
    """Width to height, the height at most three times the width."""
    match = RATIO.fullmatch(value) if isinstance(value, str) else None
    if match is None or float(match[1]) <= 0 or float(match[2]) > 3 * float(match[1]):
        problems.add(path, "invalid property")


def _check_box(node: Json, path: str, problems: Problems) -> None:
    layout, contents = node.get("layout"), node.get("contents")
    if layout is None:
        problems.add(f"{path}.layout", "must be specified")
    if not isinstance(contents, list):
        problems.add(f"{path}.contents", "must be specified")
        return
    allowed = IN_BASELINE if layout == "baseline" else IN_BOX
    for index, child in enumerate(contents):
        _check_component(child, f"{path}.contents[{index}]", allowed, problems)
    if (background := node.get("background")) is not None:
        _check_background(background, f"{path}.background", problems)


def _check_background(background: Any, path: str, problems: Problems) -> None:
    node = problems.object(background, path)
    if node is None:
        return
    problems.choice(node, "type", path, ("linearGradient",), required=True)
    if not re.fullmatch(r"\d+(\.\d+)?deg", str(node.get("angle"))):
        problems.add(f"{path}.angle", "invalid property")
    for key in ("startColor", "endColor"):
        if key not in node:
            problems.add(f"{path}.{key}", "must be specified")
    for key in ("startColor", "endColor", "centerColor"):
        problems.colour(node, key, path)


def _check_button(node: Json, path: str, problems: Problems) -> None:
    check_action(node.get("action"), f"{path}.action", FLEX_BUTTON, problems)


def _check_image(node: Json, path: str, problems: Problems) -> None:
    problems.secure_url(node, "url", path)


def _check_video(node: Json, path: str, problems: Problems) -> None:
    problems.secure_url(node, "url", path)
    problems.secure_url(node, "previewUrl", path)
    _check_component(
        node.get("altContent"), f"{path}.altContent", frozenset(("box", "image")), problems
    )


def _check_text(node: Json, path: str, problems: Problems) -> None:
    spans = node.get("contents")
    if spans is None or spans == []:
        if not isinstance(node.get("text"), str) or not node["text"]:
            problems.add(f"{path}.text", "must be non-empty text")
    elif not isinstance(spans, list):
        problems.add(f"{path}.contents", "must be a list of spans")
    else:
        for index, span in enumerate(spans):
            _check_component(span, f"{path}.contents[{index}]", frozenset(("span",)), problems)


def _check_span(node: Json, path: str, problems: Problems) -> None:
    if not isinstance(node.get("text"), str) or not node["text"]:
        problems.add(f"{path}.text", "must be non-empty text")


COMPONENTS: dict[str, Callable[[Json, str, Problems], None]] = {
    "box": _check_box,
    "button": _check_button,
    "image": _check_image,
    "icon": _check_image,
    "video": _check_video,
    "text": _check_text,
    "span": _check_span,
}
