"""Reads a channel's JSON as plain values, whatever it holds: kinds and fields come unannounced."""

import contextlib
import hashlib
import json
from typing import Any

import orjson

LONGEST_ID = 64


class Unreadable(ValueError):
    """The bytes are no JSON that can be read."""


def read(body: bytes) -> Any:
    """Return the JSON value of `body`; raises Unreadable where there is none.

    The slower reader takes what the fast one refuses and a channel may yet send: half an emoji in
    a name. Neither follows nesting without end.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("no JSON") from error


def event_of(raw: bytes) -> dict[str, Any]:
    """Return a stored event, or an empty one where the bytes hold none; never raises."""
    try:
        event = read(raw)
    except Unreadable:
        return {}
    return event if isinstance(event, dict) else {}


def written(event: object) -> bytes:
    """Return one event as bytes that `read` gives back."""
    try:
        return orjson.dumps(event)
    except TypeError:  # a lone surrogate, or a number beyond 64 bits
        return json.dumps(event).encode()


def digest(raw: bytes) -> str:
    """Return what makes an event one of a kind where the channel gave it no id."""
    return hashlib.sha256(raw).hexdigest()


def text_at(holder: object, name: str) -> str:
    """Return the text under `name`, or an empty text where there is none; never half an emoji."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(value, str):
        return ""
    with contextlib.suppress(UnicodeEncodeError):
        value.encode()
        return value
    return value.encode(errors="replace").decode()


def part(holder: object, name: str) -> dict[str, Any]:
    """Return the object under `name`, or an empty one."""
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def is_plain(given: str) -> bool:
    """Say whether a text could be an id: short, and of ASCII that can be printed."""
    return len(given) <= LONGEST_ID and given.isascii() and given.isprintable()
