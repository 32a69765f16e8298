"""What LINE tells of an event beside its contents: its id, its time, whose it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.loose import digest, is_plain, text_at

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 4_102_444_800_000  # the year 2100: later than any event, early enough for every engine


def event_key(event: dict[str, Any], raw: bytes) -> str:
    """Return what makes the event one of a kind: LINE's id, or a digest where it gave none."""
    given = event.get("webhookEventId")
    if isinstance(given, str) and given and is_plain(given):
        return given
    return digest(raw)


def id_at(holder: object, name: str) -> str:
    """Return LINE's id under `name`; empty where there is none, or nothing that LINE would give."""
    given = text_at(holder, name)
    return given if is_plain(given) else ""


def happened_at(event: dict[str, Any], received_at: datetime) -> datetime:
    """Return LINE's own time of the event, or when it was received where LINE says nothing usable.

    A redelivered event keeps its first time.
    """
    millis = event.get("timestamp")
    if type(millis) is not int or not 0 < millis < _LATEST:
        return received_at
    return _EPOCH + timedelta(milliseconds=millis)
