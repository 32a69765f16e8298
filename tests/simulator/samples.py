"""Messages of every kind, as small as they can be, to be changed where a test wants it."""

from typing import Any

import orjson

Json = dict[str, Any]
FAMILY = "👨‍👩‍👧‍👦"
URL = "https://school.example/"


def text(length: int) -> Json:
    """A text of so many characters."""
    return {"type": "text", "text": "字" * length}


def url(length: int) -> str:
    """An address of so many characters."""
    return URL + "a" * (length - len(URL))


def postback(**fields: Any) -> Json:
    """A postback action."""
    return {"type": "postback", "label": "好", "data": "d"} | fields


def uri(**fields: Any) -> Json:
    """A URI action."""
    return {"type": "uri", "label": "看", "uri": URL} | fields


def message_action(**fields: Any) -> Json:
    """A message action."""
    return {"type": "message", "label": "說", "text": "好"} | fields


def picker(**fields: Any) -> Json:
    """A datetimepicker action."""
    return {"type": "datetimepicker", "label": "日", "data": "d", "mode": "date"} | fields


def quick(*actions: Json) -> Json:
    """A text with quick replies."""
    items = [{"type": "action", "action": action} for action in actions]
    return text(1) | {"quickReply": {"items": items}}


def flex(*contents: Json, alt: str = "提醒", **bubble: Any) -> Json:
    """A bubble with these components in its body."""
    body = {"type": "box", "layout": "vertical", "contents": list(contents)}
    return flex_of({"type": "bubble", "body": body} | bubble, alt)


def flex_of(container: Json, alt: str = "提醒") -> Json:
    """A Flex Message around a container."""
    return {"type": "flex", "altText": alt, "contents": container}


def carousel(count: int, **first: Any) -> Json:
    """A carousel of so many bubbles, the first of them changed."""
    bubbles = [flex(words())["contents"] for _ in range(count)]
    bubbles[0] |= first
    return flex_of({"type": "carousel", "contents": bubbles})


def heavy_bubble(size: int) -> Json:
    """A bubble of so many bytes."""
    bare: Json = flex(words(text=""))["contents"]
    filling = size - len(orjson.dumps(bare))
    whole: Json = flex(words(text="a" * filling))["contents"]
    return whole


def heavy_carousel(size: int) -> Json:
    """A carousel of so many bytes."""
    bubbles = [heavy_bubble(20_000), heavy_bubble(20_000)]
    bare = len(orjson.dumps({"type": "carousel", "contents": bubbles})) + 1
    bubbles.append(heavy_bubble(size - bare))
    return flex_of({"type": "carousel", "contents": bubbles})


def words(**fields: Any) -> Json:
    """A Flex text."""
    return {"type": "text", "text": "字"} | fields


def button(action: Json | None = None, **fields: Any) -> Json:
    """A Flex button."""
    return {"type": "button", "action": action or postback()} | fields


def buttons(actions: int = 1, **fields: Any) -> Json:
    """A buttons template with so many actions."""
    return template("buttons", text="字", actions=[postback()] * actions, **fields)


def template(kind: str, **fields: Any) -> Json:
    """A template message."""
    return {"type": "template", "altText": "選單", "template": {"type": kind} | fields}


def columns(count: int, actions: int = 1, **fields: Any) -> Json:
    """A carousel template with so many columns."""
    column = {"text": "字", "actions": [postback()] * actions} | fields
    return template("carousel", columns=[column] * count)


def confirm(actions: int = 2, **fields: Any) -> Json:
    """A confirm template with so many actions."""
    return template("confirm", **({"text": "字", "actions": [postback()] * actions} | fields))


def picture(**fields: Any) -> Json:
    """An image message."""
    return {"type": "image", "originalContentUrl": URL, "previewImageUrl": URL} | fields


def in_template(action: Json) -> Json:
    """An action on a buttons template."""
    return template("buttons", text="字", actions=[action])


def size(width: int, height: int) -> Json:
    """A size in pixels."""
    return {"width": width, "height": height}


def rich_menu(**fields: Any) -> Json:
    """A rich menu with so many areas."""
    area = {"bounds": {"x": 0, "y": 0, "width": 10, "height": 10}, "action": postback()}
    menu: Json = {
        "size": {"width": 2500, "height": 843},
        "selected": True,
        "name": "pupil",
        "chatBarText": "選單",
        "areas": [area] * fields.pop("count", 1),
    }
    return menu | fields
