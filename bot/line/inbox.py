"""Takes LINE's webhooks in: checks the signature, stores the events, and only then answers 200.

A plain ASGI endpoint without request or model classes, because LINE waits two seconds and a burst
comes all at once. Whoever does not know the secret learns nothing: an unknown school, a wrong
signature and a missing one get the same answer. How long a body may take to come is the server's
business (bot.protocol).
"""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.intake import Intake, Row
from bot.line import events
from models.store import Store

CHANNEL = "line"
LARGEST_BODY = 1024 * 1024
_SIGNATURE = b"x-line-signature"
_NO_SECRET = b"no school has this secret"
_UNREAD = (405, 413)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Door:
    """A school's way in: its id, and the channel secret that its webhooks are signed with."""

    school_id: int
    secret: bytes


class Inbox:
    """Answers `POST /line/{school_code}`: mount it as the endpoint of that route."""

    def __init__(
        self,
        store: Store,
        schools: Callable[[str], Awaitable[Door | None]],
        clock: Callable[[], datetime],
        on_stored: Callable[[], None],
    ) -> None:
        """Keep events in `store` and call `on_stored` after each commit; `schools` finds a door."""
        self._intake = Intake(store, on_stored)
        self._schools = schools
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the last part of its path is the school's code."""
        status = 405 if scope["method"] != "POST" else await self._take(scope, receive)
        if status is not None:
            await _answer(send, status)

    async def aclose(self) -> None:
        """Wait until the events of every webhook that came in are committed."""
        await self._intake.aclose()

    async def _take(self, scope: Scope, receive: Receive) -> int | None:
        """Return the status to answer with, or None where nobody listens any more."""
        length, signature = _headers(scope["headers"])
        if length > LARGEST_BODY:
            return 413
        body = await _body(receive)
        if body is None:
            return None
        if len(body) > LARGEST_BODY:
            return 413
        door = await self._schools(scope["path"].rpartition("/")[2])
        if not _is_signed(body, door.secret if door else _NO_SECRET, signature) or not door:
            return 401
        return await self._keep(door.school_id, body)

    async def _keep(self, school_id: int, body: bytes) -> int:
        try:
            webhook = events.read(body)
        except events.Unreadable:
            return 400
        given = webhook.get("events") if isinstance(webhook, dict) else None
        if not isinstance(given, list):
            return 400
        rows = _rows(school_id, given, self._clock())
        try:
            if rows:
                await self._intake.keep(rows)
        except SQLAlchemyError:  # nothing is promised: LINE delivers it again
            return 503
        return 200


def _headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[int, bytes]:
    """Return the length that is announced (0: none) and the signature (empty: none, or several)."""
    length, found = 0, []
    for name, value in headers:
        if name == _SIGNATURE:
            found.append(value)
        elif name == b"content-length" and value.isdigit():
            length = int(value[:16])
    return length, _digest(found[0]) if len(found) == 1 else b""


def _digest(header: bytes) -> bytes:
    try:
        return base64.b64decode(header, validate=True)
    except binascii.Error:
        return b""


async def _body(receive: Receive) -> bytes | None:
    """Read the body, at most one piece beyond what is allowed; None when the caller hung up."""
    pieces, size, more = [], 0, True
    while more and size <= LARGEST_BODY:
        message = await receive()
        if message["type"] != "http.request":
            return None
        piece = message.get("body", b"")
        pieces.append(piece)
        size += len(piece)
        more = message.get("more_body", False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _is_signed(body: bytes, secret: bytes, signature: bytes) -> bool:
    return hmac.compare_digest(hmac.digest(secret, body, "sha256"), signature)


def _rows(school_id: int, given: list[Any], received_at: datetime) -> list[Row]:
    return [_row(school_id, event, received_at) for event in given if isinstance(event, dict)]


def _row(school_id: int, event: dict[str, Any], received_at: datetime) -> Row:
    raw = events.written(event)
    return {
        "school_id": school_id,
        "channel": CHANNEL,
        "event_key": events.event_key(event, raw),
        "received_at": received_at,
        "happened_at": events.happened_at(event, received_at),
        "raw": raw,
        "state": "received",
    }


async def _answer(send: Send, status: int) -> None:
    """Answer without a body; a connection whose request was not read to its end is closed."""
    headers = [(b"content-length", b"0")]
    if status in _UNREAD:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
