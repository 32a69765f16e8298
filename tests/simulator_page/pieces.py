"""Flex building blocks for the sample cards: boxes, texts, buttons, bars."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def text(words: str, **look: Any) -> Json:
    """A text component; it wraps unless told otherwise."""
    return {"type": "text", "text": words, "wrap": True, **look}


def column(*contents: Json, **look: Any) -> Json:
    """A vertical box."""
    return {"type": "box", "layout": "vertical", "contents": list(contents), **look}


def row(*contents: Json, **look: Any) -> Json:
    """A horizontal box."""
    return {"type": "box", "layout": "horizontal", "contents": list(contents), **look}


def button(label: str, data: str, style: str = "link", **look: Any) -> Json:
    """A button that sends a postback and echoes its label."""
    action = {"type": "postback", "label": label, "data": data, "displayText": label}
    return {"type": "button", "style": style, "height": "sm", "action": action, **look}


def pill(words: str, ink: str, ground: str) -> Json:
    """A short word on a coloured ground."""
    label = {"type": "text", "text": words, "size": "xs", "color": ink, "weight": "bold"}
    return column(
        {**label, "align": "center"},
        backgroundColor=ground,
        cornerRadius="20px",
        paddingAll="xs",
        width="64px",
        flex=0,
    )


def bar(share: int, colour: str) -> Json:
    """A bar filled to a share in percent, made of boxes as chats have no drawings."""
    filled = column(backgroundColor=colour, cornerRadius="4px", height="8px", width=f"{share}%")
    return column(filled, backgroundColor="#E4E9E6", cornerRadius="4px", height="8px", margin="sm")


def bubble(body: Json, footer: Json | None = None, **parts: Any) -> Json:
    """A bubble of a body and, if given, a footer."""
    made = {"type": "bubble", "body": body, **parts}
    return {**made, "footer": footer} if footer else made


def flex(alt: str, contents: Json, *quick: str) -> Json:
    """A Flex message with its alternative text and, if given, quick replies."""
    message: Json = {"type": "flex", "altText": alt, "contents": contents}
    if quick:
        message["quickReply"] = {"items": [chip(label) for label in quick]}
    return message


def chip(label: str) -> Json:
    """A quick reply that says its own label."""
    return {"type": "action", "action": {"type": "message", "label": label, "text": label}}
