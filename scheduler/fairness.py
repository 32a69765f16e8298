"""How many calls each school may have open at once, so that a slow one holds up nobody.

A school's channel begins with few calls and earns more by being answered. One that does not answer
is left alone for some seconds and then tried with few. The room of a process is shared: the more
schools are at work, the less of it may be kept by one that answers slowly.
"""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.queries.outbox import Result
from models.rules.pacing import is_left_alone
from scheduler.channel import Outcome, Sent
from scheduler.judging import CREDENTIALS

ALL = 800
"""Calls that a process has open at most: each is a connection, of which many systems allow 1,024
to a process; and each message that is claimed takes some kilobytes."""
MOST = 600
"""Calls of one school's channel: at 100 ms a call they make 2,000 a second, with one batch being
sent, another that waits for its slice of the rate, and a third that is being claimed."""
FIRST = 20
"""Calls of a channel of which nothing is known yet."""
FEW = 2
"""Calls of a channel that did not answer the last time."""
ENOUGH = 100
"""Calls that a channel may have however many others are at work, if it answers quickly."""
CROWD = 8
"""Outlets at work that keep a process busy, though each of them claims while it calls nobody."""
WORTH_WHILE = 32
"""The part of all calls that is worth a batch: fewer would be a transaction for a message."""
QUICK = 2.0
"""Seconds within which a quick channel answers."""
IN_A_ROW = 5
"""So many calls without an answer, one after another, and the channel is taken for dead."""
FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(seconds=30)


@dataclass(slots=True, eq=False)
class Outlet:
    """One school's channel, and how it has answered this process lately.

    `results` are those that no transaction has written yet.
    """

    school_id: int
    code: str
    channel: str
    open: int = 0
    results: list[Result] = field(default_factory=list)
    leaving: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the calls of a batch begin: those of the next one follow them."""
    next_at: float = 0.0
    """The loop's time at which the next call may begin."""
    wish: timedelta | None = None
    """How long the channel has asked to be left alone, until a transaction has written it."""
    alone_until: datetime | None = None
    _earned: int = FIRST
    _is_quick: bool = False
    _unanswered: int = 0
    _rest: timedelta = FIRST_REST
    _rests_until: datetime | None = None
    _awaited: int = -1
    _is_down: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, sent: Sent, seconds: float, now: datetime) -> None:
        """Learn from how a call ended that took so many seconds."""
        if sent.status == 429 and sent.reason == "rate":
            self.wish = max(sent.retry_after or FIRST_REST, self.wish or timedelta())
            self.alone_until = now + self.wish
        if _is_unanswered(sent):
            self._unanswered += 1
            if self._unanswered >= IN_A_ROW and not self.rests(now):
                self._take_rest(now)
            return
        self._unanswered = 0
        self._is_quick = seconds < QUICK
        if sent.outcome is Outcome.ACCEPTED:
            self._rest = FIRST_REST
            self._earned = min(self._earned + 1, MOST)

    def hear_of(self, alone_until: datetime | None) -> None:
        """Learn until when the channel wants no call of any process."""
        known = [each for each in (self.alone_until, alone_until) if each is not None]
        self.alone_until = max(known, default=None)

    def is_left_alone(self, now: datetime) -> bool:
        """Say whether the channel has asked for no call at present."""
        return is_left_alone(self.alone_until, now)

    def rests(self, now: datetime) -> bool:
        """Say whether the channel is left alone because it did not answer."""
        until = self._rests_until
        return until is not None and now < until <= now + LONGEST_REST

    def may_have(self, share: int) -> int:
        """Return how many calls may be open, where so many are its share of the room."""
        return min(self._earned, max(share, ENOUGH if self._is_quick else FEW))

    def give_back(self, calls: int) -> None:
        """Note that so many calls are open no more."""
        self.open -= calls
        if self.open <= self._awaited:
            self._is_down.set()

    async def until_open(self, at_most: int, seconds: float) -> None:
        """Wait until no more than so many calls are open, but no longer than so many seconds."""
        if self.open <= at_most:
            return
        self._awaited = at_most
        self._is_down.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._is_down.wait()

    def _take_rest(self, now: datetime) -> None:
        self._earned, self._is_quick = FEW, False
        self._rests_until = now + self._rest
        self._rest = min(2 * self._rest, LONGEST_REST)


def _is_unanswered(sent: Sent) -> bool:
    """Say whether a call shows that nobody is there who takes messages of this school."""
    if sent.outcome is Outcome.TRANSIENT:
        return sent.reason == "connect" or (sent.status or 0) >= 500
    return sent.outcome is Outcome.UNKNOWN or sent.reason == CREDENTIALS


class OpenCalls:
    """The calls that a process may have open, given away in the order in which they are asked.

    `at_work` is how many outlets share them at present.
    """

    def __init__(self, size: int = ALL) -> None:
        """Have so many calls to give away."""
        self.at_work = 1
        self._size = size
        self._least = max(size // WORTH_WHILE, 1)
        self._free = size
        self._queue: deque[tuple[int, asyncio.Future[int]]] = deque()

    @property
    def share(self) -> int:
        """Return what each outlet at work has if all have the same."""
        return self._size // max(self.at_work, 1)

    def at_a_time(self, allowed: int) -> int:
        """Return how many of an outlet's calls make a batch: half of them, so that it never waits.

        In a crowd others send meanwhile: batches are larger, which costs less, but for a part that
        may hang.
        """
        return max(allowed // 2 if self.at_work < CROWD else allowed - allowed // 4, 1)

    async def take(self, outlet: Outlet, wanted: int) -> int:
        """Wait for up to so many calls; return how many were had. Each is to be given back."""
        mine: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._queue.append((wanted, mine))
        self._serve()
        try:
            had = await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._free += mine.result()
                self._serve()
            raise
        outlet.open += had
        return had

    def give_back(self, outlet: Outlet, calls: int) -> None:
        """Let others have calls that are over, or were not needed."""
        if calls:
            outlet.give_back(calls)
            self._free += calls
            self._serve()

    def _serve(self) -> None:
        """Give the first in the queue what there is, if it is worth while."""
        while self._queue:
            wanted, waiting = self._queue[0]
            if not waiting.done():
                if self._free < min(wanted, self._least):
                    return
                had = min(wanted, self._free)
                self._free -= had
                waiting.set_result(had)
            self._queue.popleft()
