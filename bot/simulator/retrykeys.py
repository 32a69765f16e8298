"""Retry keys: 24 hours of memory, and a note of every use a careful client would avoid."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

KEPT_FOR = timedelta(hours=24)
SAFE_FOR = timedelta(hours=23)
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(slots=True, frozen=True)
class Acceptance:
    """What LINE remembers of an accepted request."""

    request_id: str
    sent_messages: Sequence[dict[str, str]]
    at: datetime


@dataclass(slots=True)
class Sighting:
    """A key's first try, whether accepted then or not, and what LINE accepted under it."""

    first_at: datetime
    body: bytes
    acceptance: Acceptance | None = None


class RetryKeys:
    """The keys of all channels of a world."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], Sighting] = {}

    def see(self, channel_id: str, key: str, body: Any, now: datetime) -> list[str]:
        """Note that a key is tried now, and return what is wrong with using it so."""
        digest = _digest(body)
        sighting = self._seen.get((channel_id, key.lower()))
        if sighting is None:
            self._seen[channel_id, key.lower()] = Sighting(now, digest)
            return []
        faults = []
        if sighting.body != digest:
            faults.append("retry key reused with another body")
        if now - sighting.first_at > SAFE_FOR:
            faults.append("retry key used more than 23 hours after its first try")
        return faults

    def acceptance(self, channel_id: str, key: str, now: datetime) -> Acceptance | None:
        """What was accepted under this key in the last 24 hours."""
        sighting = self._seen.get((channel_id, key.lower()))
        if sighting is None or sighting.acceptance is None:
            return None
        return sighting.acceptance if now - sighting.acceptance.at < KEPT_FOR else None

    def accept(self, channel_id: str, key: str, acceptance: Acceptance) -> None:
        """Remember what was accepted under a key that was seen."""
        self._seen[channel_id, key.lower()].acceptance = acceptance


def _digest(body: Any) -> bytes:
    """The same for the same JSON, however its properties are ordered."""
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(text, digest_size=16).digest()
