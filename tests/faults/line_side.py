"""LINE's side of a simulated run: fails as the dice say, and holds each call against the rules.

What a rule is broken by is kept in `violations`: raising would end in the product's own care.
"""

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from handlers.replies import Reply
from models.tables.base import from_micros, to_micros
from scheduler.channel import Outcome, Sent
from scheduler.dispatch import LEASE, LONGEST_CALL
from tests.support.cast import TAIPEI
from tests.support.crashing import Life

KEY_LASTS = timedelta(hours=23)
FORGOTTEN_AFTER = timedelta(hours=24)
UNDER_WAY = LEASE + timedelta(seconds=2 * LONGEST_CALL)
"""How long after a change a message may still arrive that was claimed before it."""
REMINDERS = ("upload_due", "receipt_due", "receipt_opened")
CLOSED = "receipt_deemed_confirmed"

ACCEPTED = Sent(Outcome.ACCEPTED, 200, "request")
HANG = Sent(Outcome.UNKNOWN, reason="hangs")
"""A call that is never answered: the product ends it."""
FAULTS: dict[str, tuple[bool, Sent]] = {
    "lost": (True, Sent(Outcome.UNKNOWN, reason="lost")),
    "reset": (False, Sent(Outcome.UNKNOWN, reason="reset")),
    "hangs after": (True, HANG),
    "hangs before": (False, HANG),
    "error after": (True, Sent(Outcome.TRANSIENT, 500, reason="http_500")),
    "error before": (False, Sent(Outcome.TRANSIENT, 500, reason="http_500")),
    "too fast": (
        False,
        Sent(Outcome.TRANSIENT, 429, reason="rate", retry_after=timedelta(seconds=30)),
    ),
    "not reached": (False, Sent(Outcome.TRANSIENT, reason="connect")),
    "refused": (False, Sent(Outcome.PERMANENT, 400, reason="http_400")),
}
"""What a call can end in: whether LINE has taken the message, and what we hear of it."""


@dataclass(frozen=True, slots=True)
class Account:
    """What LINE's side knows of an address: whose it is, and since when."""

    person_id: int | None
    since: datetime


@dataclass
class Line:
    """One LINE for all lives of a run."""

    clock: Callable[[], datetime]
    dice: random.Random
    books: sqlite3.Connection
    note: Callable[[str], None]
    closes_at: dict[int, datetime]
    faults: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    first: dict[str, tuple[datetime, bytes]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    taken: dict[str, datetime] = field(default_factory=dict)
    told: dict[tuple[int, str], str] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    done: dict[tuple[int, int], datetime] = field(default_factory=dict)
    moved_at: dict[int, datetime] = field(default_factory=dict)

    def take(self, address: str, body: bytes, key: str) -> Sent:
        """Judge a call, take its message or not, and say what the caller hears."""
        fault = self.faults.pop() if self.faults else "none"
        if fault == "refused" and key in self.taken:
            fault = "none"  # LINE knows the key and says 409
        taken, sent = FAULTS.get(fault, (True, ACCEPTED))
        self.note(f"call {key[:8]} {fault}")
        self.calls[key] += 1
        self._judge(address, body, key)
        if taken:
            self._accept(key)
        return sent

    def breaks(self, rule: str, key: str) -> None:
        """Keep that a rule was broken."""
        self.violations.append(f"{rule} ({key[:8]} at {self.clock():%m-%d %H:%M:%S})")

    def _judge(self, address: str, body: bytes, key: str) -> None:
        now = self.clock()
        first_at, first_body = self.first.setdefault(key, (now, body))
        if body != first_body:
            self.breaks("a key came with another body", key)
        if now - first_at > KEY_LASTS + UNDER_WAY:
            self.breaks("a key was used after 23 hours", key)
        if is_night(now) and is_night(now - UNDER_WAY):
            self.breaks("a call at night", key)
        found = self.books.execute(
            "SELECT id, person_id FROM delivery WHERE retry_key = ?", (key,)
        ).fetchone()
        if found is None:
            self.breaks("a call without a delivery", key)
            return
        (attempts,) = self.books.execute(
            "SELECT count(*) FROM attempt WHERE delivery_id = ?", (found[0],)
        ).fetchone()
        if attempts < self.calls[key]:
            self.breaks("a call without an attempt", key)
        self._judge_reader(address, found[1], key)
        for notice in self._notices(found[0]):
            self._judge_notice(notice, key)

    def _judge_reader(self, address: str, person_id: int, key: str) -> None:
        account = self.accounts[address]
        if account.person_id != person_id and self._knew(account.since):
            self.breaks("told to somebody else", key)

    def _judge_notice(self, notice: tuple[Any, ...], key: str) -> None:
        occasion, kind, window_id, person_id, deadline = notice
        if deadline is not None and self._knew(from_micros(deadline)):
            self.breaks(f"told {occasion} after its deadline", key)
        if self._knew(self.done.get((person_id, window_id))):
            self.breaks(f"told {occasion} to who has done it", key)
        closes_at = to_micros(self.closes_at[window_id]) if window_id in self.closes_at else None
        if kind in REMINDERS and deadline != closes_at and self._knew(self.moved_at.get(window_id)):
            self.breaks(f"told {occasion} with the old date", key)

    def _accept(self, key: str) -> None:
        now = self.clock()
        if key in self.taken:
            if now - self.taken[key] < FORGOTTEN_AFTER:
                return  # LINE says 409
            self.breaks("one key was accepted twice", key)
        self.taken[key] = now
        found = self.books.execute("SELECT id FROM delivery WHERE retry_key = ?", (key,)).fetchone()
        for occasion, _, _, person_id, _ in self._notices(found[0]) if found else ():
            if self.told.setdefault((person_id, occasion), key) != key:
                self.breaks(f"told {occasion} twice", key)

    def _notices(self, delivery_id: int) -> list[tuple[Any, ...]]:
        return self.books.execute(
            "SELECT occasion, kind, window_id, person_id, deadline_at FROM notice"
            " WHERE delivery_id = ? AND state <> 'skipped' ORDER BY id",
            (delivery_id,),
        ).fetchall()

    def _knew(self, since: datetime | None) -> bool:
        return since is not None and self.clock() - since > UNDER_WAY


@dataclass(slots=True)
class LineChannel:
    """A channel to that LINE for one life of a worker."""

    line: Line
    life: Life
    name: str = "line"
    retry_key_lasts: timedelta | None = timedelta(hours=24)
    counted: bool = True
    per_second: float | None = None
    at_once: int = 200

    def draw(self, reply: Reply) -> bytes:
        """Draw a reply as its summary and the titles of its cards."""
        return orjson.dumps([reply.summary, *(card.title for card in reply.cards)])

    def weigh(self, body: bytes) -> int:  # noqa: ARG002
        """Return one: LINE takes a message whole."""
        return 1

    async def send(self, school_code: str, address: str, body: bytes, retry_key: str) -> Sent:
        """Make the call; the caller may die before it, and after LINE has taken it."""
        assert school_code
        self.life.point()
        await asyncio.sleep(self.line.dice.random())
        self.life.point()
        sent = self.line.take(address, body, retry_key)
        if sent is HANG:
            await asyncio.sleep(3_600)
        await asyncio.sleep(self.line.dice.random())
        self.life.point()
        return sent


def is_night(at: datetime) -> bool:
    """Say whether the school wants to be left alone."""
    return not 7 <= at.astimezone(TAIPEI).hour < 21
