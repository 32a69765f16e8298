"""Reads LINE's JSON as plain values, whatever it holds: LINE adds kinds and fields unannounced."""

import contextlib
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

LONGEST_ID = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 4_102_444_800_000  # the year 2100: later than any event, early enough for every engine


class Unreadable(ValueError):
    """The bytes are no JSON that can be read."""


def read(body: bytes) -> Any:
    """Return the JSON value of `body`; raises Unreadable where there is none.

    The slower reader takes what the fast one refuses and LINE may yet send: half an emoji in a
    name. Neither follows nesting without end.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("no JSON") from error


def written(event: object) -> bytes:
    """Return one event as bytes that `read` gives back."""
    try:
        return orjson.dumps(event)
    except TypeError:  # a lone surrogate, or a number beyond 64 bits
        return json.dumps(event).encode()


def event_key(event: dict[str, Any], raw: bytes) -> str:
    """Return what makes the event one of a kind: LINE's id, or a digest where it gave none."""
    given = event.get("webhookEventId")
    if isinstance(given, str) and given and _is_plain(given):
        return given
    return hashlib.sha256(raw).hexdigest()


def id_at(holder: object, name: str) -> str:
    """Return LINE's id under `name`; empty where there is none, or nothing that LINE would give."""
    given = text_at(holder, name)
    return given if _is_plain(given) else ""


def happened_at(event: dict[str, Any], received_at: datetime) -> datetime:
    """Return LINE's own time of the event, or when it was received where LINE says nothing usable.

    A redelivered event keeps its first time.
    """
    millis = event.get("timestamp")
    if type(millis) is not int or not 0 < millis < _LATEST:
        return received_at
    return _EPOCH + timedelta(milliseconds=millis)


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


def _is_plain(given: str) -> bool:
    return len(given) <= LONGEST_ID and given.isascii() and given.isprintable()
