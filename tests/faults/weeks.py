"""A school's week at random, from a seed: workers live and die, lines break, people act.

Everything follows from the seed: the order in which tasks run, when a process dies or stands still,
what LINE does, what people do, and how long nobody is there.
"""

import asyncio
import random
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta

from structlog.testing import capture_logs

from scheduler.dispatch import Dispatcher
from scheduler.planning import plan
from scheduler.sweeping import sweep
from tests.faults.bookkeeping import Evidence, audit
from tests.faults.furnishing import START
from tests.faults.line_side import FAULTS, Account, Line, LineChannel
from tests.faults.people import People
from tests.faults.processes import SimulatedLife, SimulatedStore
from tests.faults.shuffled_loop import ShuffledLoop
from tests.faults.threadless import Shelf
from tests.support.cast import Cast
from tests.support.crashing import Killed
from tests.support.scene import ENGLISH

STEPS = 3
MINUTE, HOUR = 60, 3_600
GAPS = (5 * MINUTE, 45 * MINUTE, 3 * HOUR, 10 * HOUR, 26 * HOUR, 26 * HOUR, 72 * HOUR)
"""Seconds in which nobody is there between two steps."""
BREAKFAST = 31 * MINUTE
"""Seconds from the start until something is due."""
STANDS_STILL = (90, HOUR, 26 * HOUR, 26 * HOUR)
LAST_POINT = 60
SWEEPS, PLANS = 0.5, 0.7
"""How often a process comes to sweeping and to planning before it sends: each has its own pace."""


@dataclass
class Weeks:
    """One run of one seed."""

    shelf: Shelf
    loop: ShuffledLoop
    dice: random.Random
    line: Line
    people: People

    async def live_through(self) -> None:
        """Let some steps go by, and then ten healthy minutes after the last deadline."""
        await asyncio.sleep(BREAKFAST)
        for _ in range(STEPS):
            await asyncio.sleep(self.dice.choice(GAPS) + self.dice.random() * MINUTE)
            await self.step()
        self.line.faults.clear()
        await asyncio.sleep((self._morning_after() - self.line.clock()).total_seconds())
        await self.work(SimulatedLife(None, None, 0), sweeps=1, plans=1)
        await asyncio.sleep(5 * MINUTE)
        await self.work(SimulatedLife(None, None, 0), sweeps=0, plans=0)
        await asyncio.sleep(1)  # the last sessions close in tasks of their own

    async def step(self) -> None:
        """Let LINE break, and workers and people do things at the same time."""
        dice = self.dice
        broken = dice.choice((0, 0, 2, 6, 40))
        self.line.faults = [dice.choice(list(FAULTS)) for _ in range(broken)]
        if broken == 40:  # an outage: one fault for all
            self.line.faults = [dice.choice(("error before", "error after", "reset"))] * broken
        together: list[Awaitable[None]] = [self.people.act()]
        together += [
            self.work(self._life(), rounds=dice.choice((1, 1, 2)))
            for _ in range(dice.choice((1, 1, 2)))
        ]
        await asyncio.gather(*together)

    async def work(
        self, life: SimulatedLife, *, rounds: int = 1, sweeps: float = SWEEPS, plans: float = PLANS
    ) -> None:
        """Let one process tick until it dies; some of its jobs may come to nothing."""
        store = SimulatedStore(self.shelf, life)
        worker = Dispatcher(
            store, {"line": LineChannel(self.line, life)}, lambda _: ENGLISH, self.line.clock
        )
        try:
            for _ in range(rounds):
                if self.dice.random() < sweeps:
                    await sweep(store, self.line.clock())
                if self.dice.random() < plans:
                    await plan(store, self.line.clock())
                await worker.tick()
                await worker.idle()
                await asyncio.sleep(20)
        except* Killed:
            self.line.note(f"a worker dies at {life.points}")
        finally:
            await worker.stop()

    def _life(self) -> SimulatedLife:
        dice = self.dice
        ends_at = dice.choice((None, None, dice.randint(1, LAST_POINT), dice.randint(1, 20)))
        rests_at = dice.choice((None, None, dice.randint(8, 24)))
        return SimulatedLife(ends_at, rests_at, dice.choice(STANDS_STILL))

    def _morning_after(self) -> datetime:
        last = max(self.line.clock(), *self.line.closes_at.values()) + timedelta(days=1)
        return last.replace(hour=2, minute=0)  # ten in the morning in Taipei


@dataclass(frozen=True, slots=True)
class Ended:
    """What a run showed: the rules that were broken, and all that happened."""

    violations: list[str]
    trace: list[str]


def run(seed: int, shelf: Shelf, cast: Cast) -> Ended:
    """Run one seed to its end; whatever breaks is a violation too."""
    shelf.begin_anew()
    dice = random.Random(seed)
    loop = ShuffledLoop(random.Random(dice.random()))
    trace: list[str] = []
    line = Line(
        clock=lambda: START + timedelta(seconds=loop.time()),
        dice=dice,
        books=shelf.open(),
        note=lambda deed: trace.append(f"{loop.time():.3f} {deed}"),
        closes_at={
            cast.windows[name].id: cast.windows[name].closes_at for name in ("receipt", "upload")
        },
        accounts={
            account.address: Account(account.person_id, START - timedelta(days=9))
            for account in cast.accounts.values()
        },
    )
    people = People(cast, dice, line, SimulatedStore(shelf, SimulatedLife(None, None, 0)))
    weeks = Weeks(shelf, loop, dice, line, people)
    try:
        with capture_logs() as logs:
            loop.run_until_complete(weeks.live_through())
        line.violations += audit(Evidence(line, cast, people.gone, trace, logs))
    except Exception as error:  # noqa: BLE001 - whatever breaks is what the run has found
        line.violations.append(f"broke: {error!r}")
    finally:
        asyncio.set_event_loop(None)
        loop.close()
        shelf.give_back(line.books)
    return Ended(line.violations, trace)
