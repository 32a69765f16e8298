"""A school's week at random, from a seed: workers live and die, lines break, people act.

Everything follows from the seed: the order in which tasks run, when a process dies or stands still,
what LINE does, what people do, and how long nobody is there.
"""

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from structlog.testing import capture_logs

from models.queries import notices
from models.store import Store
from models.tables import ChatAccount, Confirmation, Decision, ReceiptStatement, School, Window
from models.vocabulary import AccountState, Choice, NoticeKind, Stage
from scheduler.dispatch import Dispatcher
from scheduler.moving import move_deadline
from scheduler.planning import plan
from scheduler.sweeping import sweep
from tests.faults.line_side import FAULTS, Account, Line, LineChannel
from tests.faults.shuffled_loop import ShuffledLoop
from tests.faults.threadless import Shelf
from tests.support import cast as rows
from tests.support.cast import Cast, settle, taipei
from tests.support.crashing import Killed, Life
from tests.support.scene import ENGLISH

START = taipei(2024, 10, 9, 7)
UPLOAD_CLOSES = taipei(2024, 10, 17)
PUPILS = ("小美", "阿明", "小華")
NEWCOMER = "陳老師"
"""Has no chat of their own, and may take somebody else's over."""
STEPS = 3
MINUTE, HOUR = 60, 3_600
GAPS = (5 * MINUTE, 45 * MINUTE, 3 * HOUR, 10 * HOUR, 26 * HOUR, 26 * HOUR, 72 * HOUR)
"""Seconds in which nobody is there between two steps."""
BREAKFAST = 31 * MINUTE
"""Seconds from the start until something is due."""
STANDS_STILL = (90, HOUR, 26 * HOUR, 26 * HOUR)
LAST_POINT = 60


class SimulatedLife(Life):
    """One process: it may die at a point of I/O, or stand still there for a while."""

    def __init__(self, ends_at: int | None, rests_at: int | None, rests_for: float) -> None:
        """Live until the point `ends_at`, standing still once after a commit."""
        super().__init__(ends_at)
        self._rests_at = rests_at
        self._rests_for = rests_for

    async def rest(self) -> None:
        """Stand still if that was to be at the present point, as under SIGSTOP."""
        if self._rests_at is not None and self.points >= self._rests_at:
            self._rests_at = None
            await asyncio.sleep(self._rests_for)


class SimulatedStore(Store):
    """The product's store on the shelf's database; its process may die around every write."""

    def __init__(self, shelf: Shelf, life: SimulatedLife) -> None:
        """Take turns with nobody but the tasks of this process."""
        super().__init__("sqlite+aiosqlite:///run.sqlite3")
        self.engine = shelf.engine
        self._life = life

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction; dying before its commit loses it, dying after keeps it."""
        self._life.point()
        async with super().writing() as session:
            yield session
            self._life.point()
        self._life.point()
        await self._life.rest()


@dataclass
class Weeks:
    """One run of one seed."""

    shelf: Shelf
    cast: Cast
    seed: int
    loop: ShuffledLoop
    dice: random.Random
    line: Line
    trace: list[str]
    healthy: SimulatedStore
    numbers: int = 0
    gone: set[int] = field(default_factory=set)
    unlinked: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        """Return the time by the school's clock."""
        return _now(self.loop)

    def note(self, deed: str) -> None:
        """Write into the trace."""
        self.trace.append(f"{self.loop.time():.3f} {deed}")

    async def live_through(self) -> None:
        """Let some steps go by, and then ten healthy minutes after the last deadline."""
        await asyncio.sleep(BREAKFAST)
        for _ in range(STEPS):
            await asyncio.sleep(self.dice.choice(GAPS) + self.dice.random() * MINUTE)
            await self.step()
        self.line.faults.clear()
        await asyncio.sleep((self._morning_after() - self.now()).total_seconds())
        for pause in (0, 300):
            await asyncio.sleep(pause)
            await self.work(SimulatedLife(None, None, 0), rounds=1)
        await asyncio.sleep(1)  # the last sessions close in tasks of their own

    async def step(self) -> None:
        """Let LINE break, and workers and people do things at the same time."""
        dice = self.dice
        broken = dice.choice((0, 0, 2, 6, 40))
        self.line.faults = [dice.choice(list(FAULTS)) for _ in range(broken)]
        if broken == 40:  # an outage: one fault for all
            self.line.faults = [dice.choice(("error before", "error after", "reset"))] * broken
        together: list[Awaitable[None]] = [self.act()]
        together += [
            self.work(self._life(), rounds=dice.choice((1, 1, 2)))
            for _ in range(dice.choice((1, 1, 2)))
        ]
        await asyncio.gather(*together)

    async def work(self, life: SimulatedLife, rounds: int) -> None:
        """Let one process tick until it dies."""
        store = SimulatedStore(self.shelf, life)
        worker = Dispatcher(
            store, {"line": LineChannel(self.line, life)}, lambda _: ENGLISH, self.now
        )
        try:
            for _ in range(rounds):
                await sweep(store, self.now())
                await plan(store, self.now())
                await worker.tick()
                await worker.idle()
                await asyncio.sleep(20)
        except* Killed:
            self.note(f"a worker dies at {life.points}")
        finally:
            await worker.stop()

    async def act(self) -> None:
        """Let somebody do something, at some moment of the step."""
        deeds: tuple[Callable[[str], Awaitable[None]] | None, ...] = (
            self.confirm,
            self.decide,
            self.leave,
            self.hand_over,
            self.join,
            self.move,
            self.nudge,
            self.nudge,
            self.turn_back,
            None,
            None,
            None,
        )
        deed = self.dice.choice(deeds)
        name = self.dice.choice(PUPILS)
        await asyncio.sleep(self.dice.random() * self.dice.choice((0, 0.1, 3)))
        if deed is not None:
            self.note(f"{deed.__name__} {name}")
            await deed(name)

    async def confirm(self, name: str) -> None:
        """Let a pupil confirm the statement."""
        person_id = self.cast.people[name].id
        async with self.healthy.writing() as session:
            if self._is_done(name, "receipt"):
                return
            statement: Any = await session.scalar(
                sa.select(col(ReceiptStatement.id)).where(
                    col(ReceiptStatement.person_id) == person_id
                )
            )
            session.add(
                Confirmation(
                    school_id=self.cast.school.id,
                    statement_id=statement,
                    person_id=person_id,
                    confirmed_at=self.now(),
                )
            )
            self._does(name, "receipt")

    async def decide(self, name: str) -> None:
        """Let a pupil say to be done with uploading."""
        async with self.healthy.writing() as session:
            if self._is_done(name, "upload"):
                return
            session.add(
                Decision(
                    school_id=self.cast.school.id,
                    person_id=self.cast.people[name].id,
                    stage=Stage.UPLOAD,
                    scope="113-1",
                    choice=Choice.DONE,
                    decided_at=self.now(),
                )
            )
            self._does(name, "upload")

    async def leave(self, name: str) -> None:
        """Let a pupil unlink the chat, or block us."""
        gone = self.dice.choice(({"person_id": None}, {"state": AccountState.BLOCKED}))
        await self._change_account(name, None, **gone)

    async def hand_over(self, name: str) -> None:
        """Let somebody else take a pupil's chat over."""
        other = self.cast.people[NEWCOMER].id
        if other not in self.gone:
            await self._change_account(name, other, person_id=other)
            self.gone.add(other)

    async def join(self, name: str) -> None:
        """Let a pupil who has unlinked join again with another chat."""
        if name not in self.unlinked:
            return
        self.unlinked.remove(name)
        self.numbers += 1
        address = f"R{self.numbers:032x}"
        person_id = self.cast.people[name].id
        async with self.healthy.writing() as session:
            session.add(
                ChatAccount(
                    school_id=self.cast.school.id,
                    channel="line",
                    address=address,
                    person_id=person_id,
                    state_at=self.now(),
                    linked_at=self.now(),
                )
            )
            self.line.accounts[address] = Account(person_id, self.now())

    async def move(self, _name: str) -> None:
        """Let the school extend a window by a day or two."""
        name = self.dice.choice(("receipt", "upload"))
        window_id = self.cast.windows[name].id
        closes_at = self.line.closes_at[window_id] + timedelta(days=self.dice.choice((1, 2)))
        if closes_at <= self.now():
            return
        async with self.healthy.writing() as session:
            window = await session.get_one(Window, window_id)
            await move_deadline(
                session, window, closes_at, now=self.now(), reason="", actor_id=None
            )
            self.line.closes_at[window_id] = closes_at
            self.line.moved_at[window_id] = self.now()

    async def nudge(self, name: str) -> None:
        """Let the homeroom teacher point at what a pupil has left."""
        self.numbers += 1
        window_id = self.cast.windows[self.dice.choice(("receipt", "upload"))].id
        async with self.healthy.writing() as session:
            await notices.tell(
                session,
                school_id=self.cast.school.id,
                person_id=self.cast.people[name].id,
                kind=NoticeKind.PUPIL_NUDGED,
                occasion=f"nudge/{self.numbers}",
                now=self.now(),
                window_id=window_id,
                deadline_at=self.line.closes_at[window_id],
            )

    async def turn_back(self, _name: str) -> None:
        """Let planning believe that it has done less than it has, as after a restored backup."""
        async with self.healthy.writing() as session:
            until = max(START, self.now() - timedelta(days=2))
            await session.execute(
                sa.update(School)
                .where(col(School.planned_until) > until)
                .values(planned_until=until)
            )

    def _life(self) -> SimulatedLife:
        dice = self.dice
        ends_at = dice.choice((None, None, dice.randint(1, LAST_POINT), dice.randint(1, 20)))
        rests_at = dice.choice((None, None, dice.randint(8, 24)))
        return SimulatedLife(ends_at, rests_at, dice.choice(STANDS_STILL))

    async def _change_account(self, name: str, owner: int | None, **values: Any) -> None:
        account = self.cast.accounts[name]
        if account.person_id in self.gone:
            return
        async with self.healthy.writing() as session:
            await session.execute(
                sa.update(ChatAccount).where(col(ChatAccount.id) == account.id).values(**values)
            )
            self.gone.add(self.cast.people[name].id)
            if "person_id" in values:
                self.unlinked.add(name)
            self.line.accounts[account.address] = Account(owner, self.now())

    def _does(self, name: str, window: str) -> None:
        place = (self.cast.people[name].id, self.cast.windows[window].id)
        self.line.done[place] = self.now()

    def _is_done(self, name: str, window: str) -> bool:
        return (self.cast.people[name].id, self.cast.windows[window].id) in self.line.done

    def _morning_after(self) -> datetime:
        last = max(self.now(), *self.line.closes_at.values()) + timedelta(days=1)
        return last.replace(hour=2, minute=0)  # ten in the morning in Taipei


async def furnish(url: str) -> Cast:
    """Settle the small school with a receipt and an upload that end in the same week."""
    store = Store(url)
    cast = await settle(store)
    async with store.writing() as session:
        for name in PUPILS:
            await rows.statement(session, cast, of=name, titles=())
        await session.execute(sa.update(School).values(planned_until=START))
        await session.execute(
            sa.delete(ChatAccount).where(col(ChatAccount.id) == cast.accounts.pop(NEWCOMER).id)
        )
        for name, values in (
            ("upload", {"closes_at": UPLOAD_CLOSES}),
            ("selection", None),
            ("certification", None),
        ):
            mine = col(Window.id) == cast.windows[name].id
            await session.execute(
                sa.delete(Window).where(mine)
                if values is None
                else sa.update(Window).where(mine).values(**values)
            )
    await store.close()
    cast.windows["upload"].closes_at = UPLOAD_CLOSES
    return cast


@dataclass(frozen=True, slots=True)
class Ended:
    """What a run showed: the rules that were broken, and all that happened."""

    violations: list[str]
    trace: list[str]


def run(seed: int, shelf: Shelf, template: Path, cast: Cast) -> Ended:
    """Run one seed to its end; whatever breaks is a violation too."""
    from tests.faults.bookkeeping import audit

    shelf.take(template)
    dice = random.Random(seed)
    loop = ShuffledLoop(random.Random(dice.random()))
    books: sqlite3.Connection = shelf.open()
    trace: list[str] = []
    line = Line(
        lambda: _now(loop),
        dice,
        books,
        trace.append,
        {cast.windows[name].id: cast.windows[name].closes_at for name in ("receipt", "upload")},
    )
    line.accounts = {
        account.address: Account(account.person_id, START - timedelta(days=9))
        for account in cast.accounts.values()
    }
    healthy = SimulatedStore(shelf, SimulatedLife(None, None, 0))
    weeks = Weeks(shelf, cast, seed, loop, dice, line, trace, healthy)
    line.note = weeks.note
    try:
        with capture_logs() as logs:
            loop.run_until_complete(weeks.live_through())
        audit(weeks, logs)
    except Exception as error:  # noqa: BLE001 - whatever breaks is what the run has found
        line.violations.append(f"broke: {error!r}")
    finally:
        asyncio.set_event_loop(None)
        loop.close()
        shelf.close()
    return Ended(line.violations, trace)


def _now(loop: ShuffledLoop) -> datetime:
    return START + timedelta(seconds=loop.time())
