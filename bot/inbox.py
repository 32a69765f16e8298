"""Takes webhooks in: checks who sends them, stores their events, and only then answers 200.

A plain ASGI endpoint without request or model classes, because a burst comes all at once and a
channel waits for seconds only. Whoever does not know the secret learns nothing: an unknown school,
a wrong proof and a missing one get the same answer. How long a body may take to come is the
server's business (bot.protocol).
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot import loose, metrics
from bot.intake import Intake, Row
from models.store import Store

LARGEST_BODY = 1024 * 1024
_NO_SECRET = b"no school has this secret"
_UNREAD = (405, 413)

Event = dict[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Door:
    """A school's way in on one channel: its id, and the secret by which webhooks are known."""

    school_id: int
    secret: bytes


class Inbox(ABC):
    """Answers `POST /<channel>/{school_code}`: mount it as the endpoint of that route."""

    channel: str
    header: bytes
    """The header, in small letters, that proves who sends a webhook."""

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

    @abstractmethod
    def proves(self, proof: bytes, body: bytes, secret: bytes) -> bool:
        """Say, in constant time, whether a header's value proves that a body came from there."""

    @abstractmethod
    def events(self, webhook: object) -> list[Event] | None:
        """Return the events of a webhook's JSON, or None where it is no webhook."""

    @abstractmethod
    def key_of(self, event: Event, raw: bytes) -> str:
        """Return what makes the event one of a kind."""

    @abstractmethod
    def happened_at(self, event: Event, received_at: datetime) -> datetime:
        """Return when the event happened, or when it came where the channel does not say."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the last part of its path is the school's code."""
        status = await metrics.webhook(self.channel, self._take(scope, receive))
        if status is not None:
            await _answer(send, status)

    async def keep(self, school_id: int, events: Iterable[Event]) -> None:
        """Return once the events are committed; raises SQLAlchemyError where they are not."""
        received_at = self._clock()
        rows = [self._row(school_id, event, received_at) for event in events]
        if rows:
            await self._intake.keep(rows)

    async def aclose(self) -> None:
        """Wait until the events of every webhook that came in are committed."""
        await self._intake.aclose()

    async def _take(self, scope: Scope, receive: Receive) -> int | None:
        """Return the status to answer with, or None where nobody listens any more."""
        if scope["method"] != "POST":
            return 405
        length, proof = self._headers(scope["headers"])
        if length > LARGEST_BODY:
            return 413
        body = await _body(receive)
        if body is None:
            return None
        if len(body) > LARGEST_BODY:
            return 413
        try:
            door = await self._schools(scope["path"].rpartition("/")[2])
        except SQLAlchemyError:
            return 503
        if not self.proves(proof, body, door.secret if door else _NO_SECRET) or not door:
            return 401
        return await self._store(door.school_id, body)

    async def _store(self, school_id: int, body: bytes) -> int:
        try:
            events = self.events(loose.read(body))
        except loose.Unreadable:
            return 400
        if events is None:
            return 400
        try:
            await self.keep(school_id, events)
        except SQLAlchemyError:  # nothing is promised: it is delivered again
            return 503
        return 200

    def _headers(self, headers: Iterable[tuple[bytes, bytes]]) -> tuple[int, bytes]:
        """Return the length that is announced (0: none) and the proof (empty: none, or several)."""
        length, found = 0, []
        for name, value in headers:
            if name == self.header:
                found.append(value)
            elif name == b"content-length" and value.isdigit():
                length = int(value[:16])
        return length, found[0] if len(found) == 1 else b""

    def _row(self, school_id: int, event: Event, received_at: datetime) -> Row:
        raw = loose.written(event)
        return {
            "school_id": school_id,
            "channel": self.channel,
            "event_key": self.key_of(event, raw),
            "received_at": received_at,
            "happened_at": self.happened_at(event, received_at),
            "raw": raw,
            "state": "received",
        }


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


async def _answer(send: Send, status: int) -> None:
    """Answer without a body; a connection whose request was not read to its end is closed."""
    headers = [(b"content-length", b"0")]
    if status in _UNREAD:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
