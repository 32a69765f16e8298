"""What the scheduler asks of a channel; bot/line implements it, bot/wiring hands it over."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from handlers.replies import Reply


class Outcome(StrEnum):
    """How a call ended, in honest words: a channel never says *delivered*."""

    ACCEPTED = "accepted"
    TRANSIENT = "transient"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome of one call. `reason` is a closed word such as "quota", "rate", "http_500".

    `retry_after` is how long the channel wants to be left alone, which `is_guessed` where it did
    not say; `blocked` says that the person has shut us out; `quota_spent` that the month's
    messages are used up.
    """

    outcome: Outcome
    status: int | None = None
    request_id: str = ""
    reason: str = ""
    retry_after: timedelta | None = None
    is_guessed: bool = False
    blocked: bool = False
    quota_spent: bool = False


class Channel(Protocol):
    """A way to reach people. Safe to call from many tasks at once.

    Where `retry_key_lasts` is None, saying something twice is two messages. `counted` is whether
    its messages cost, so that a month of them can be used up. `per_second` is how many calls a
    school's bot may make, by all workers together; None where nothing limits them. `at_once` is
    how many messages are claimed together at most: what is claimed cannot make room for an answer.
    """

    name: str
    retry_key_lasts: timedelta | None
    counted: bool
    per_second: float | None
    at_once: int

    def draw(self, reply: Reply) -> bytes:
        """Return the messages as frozen bytes within the channel's limits; never raises."""
        ...

    def weigh(self, body: bytes) -> int:
        """Return how many calls it takes to send a drawn body."""
        ...

    async def send(self, school_code: str, address: str, body: bytes, retry_key: str) -> Sent:
        """Send a drawn body once; every failure is a Sent, not an exception. At most 10.5 s."""
        ...
