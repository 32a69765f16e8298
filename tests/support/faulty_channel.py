"""A channel in memory that keeps LINE's rules and fails as a test tells it to.

It accepts a retry key once in 24 hours, answers the second use as accepted, and refuses the test
where a key comes back later than that or with another body: both would be a second message.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from handlers.replies import Reply
from scheduler.channel import Outcome, Sent
from tests.support.scene import text_of

ACCEPTED = Sent(Outcome.ACCEPTED, 200, "request")
REMEMBERS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Push:
    """A message that the other side has accepted."""

    at: datetime
    address: str
    retry_key: str
    summary: str


@dataclass
class FaultyChannel:
    """Accepts messages; `faults` yields what goes wrong with the next calls, None for nothing.

    A fault is a `Sent` that is answered instead of accepting; `lost` accepts and loses the answer.
    """

    clock: Callable[[], datetime]
    faults: Iterator[Sent | None] = field(default_factory=lambda: iter(()))
    name: str = "line"
    retry_key_lasts: timedelta | None = timedelta(hours=24)
    counted: bool = True
    per_second: float | None = None
    at_once: int = 200
    pushes: list[Push] = field(default_factory=list)
    calls: int = 0
    broken_rules: list[str] = field(default_factory=list)
    known: dict[str, tuple[datetime, bytes]] = field(default_factory=dict)

    def draw(self, reply: Reply) -> bytes:
        """Draw a reply as its summary and the titles of its cards."""
        return orjson.dumps([reply.summary, *(card.title for card in reply.cards)])

    def weigh(self, body: bytes) -> int:  # noqa: ARG002
        """Return one: LINE takes a message whole."""
        return 1

    async def send(
        self,
        school_code: str,  # noqa: ARG002 - one school to a channel here
        address: str,
        body: bytes,
        retry_key: str,
    ) -> Sent:
        """Accept a message, or do what the next fault says."""
        self.calls += 1
        await asyncio.sleep(0)
        fault = next(self.faults, None)
        if fault is not None and fault is not LOST:
            return fault
        self._accept(address, body, retry_key)
        return Sent(Outcome.UNKNOWN, reason="timeout") if fault is LOST else ACCEPTED

    def _accept(self, address: str, body: bytes, retry_key: str) -> None:
        now = self.clock()
        known = self.known.get(retry_key)
        if known is not None:
            first_at, first_body = known
            if first_body != body:
                self.broken_rules.append("a retry key came with another body")
            if now - first_at < REMEMBERS:
                return
            self.broken_rules.append("a retry key was used after a day")
        self.known[retry_key] = (now, body)
        self.pushes.append(Push(now, address, retry_key, orjson.loads(body)[0]))

    def to(self, address: str) -> list[Push]:
        """Return what was accepted for an address."""
        return [push for push in self.pushes if push.address == address]


@dataclass
class KeylessChannel(FaultyChannel):
    """A channel that costs nothing and knows no retry key: what it accepts twice comes twice."""

    name: str = "telegram"
    retry_key_lasts: timedelta | None = None
    counted: bool = False
    at_once: int = 200

    def draw(self, reply: Reply) -> bytes:
        """Draw a reply as its whole text."""
        return orjson.dumps([text_of(reply)])

    def _accept(self, address: str, body: bytes, retry_key: str) -> None:
        self.pushes.append(Push(self.clock(), address, retry_key, orjson.loads(body)[0]))


LOST = Sent(Outcome.UNKNOWN, reason="lost")
TIMEOUT = Sent(Outcome.UNKNOWN, reason="timeout")
SERVER_ERROR = Sent(Outcome.TRANSIENT, 500, reason="http_500")
TOO_FAST = Sent(Outcome.TRANSIENT, 429, reason="rate", retry_after=timedelta(seconds=30))
QUOTA_SPENT = Sent(Outcome.TRANSIENT, 429, reason="quota", quota_spent=True)
REFUSED = Sent(Outcome.PERMANENT, 400, reason="http_400")
WRONG_TOKEN = Sent(Outcome.PERMANENT, 401, reason="credentials")
SHUT_OUT = Sent(Outcome.PERMANENT, 403, reason="blocked", blocked=True)
