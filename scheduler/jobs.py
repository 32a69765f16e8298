"""What the ticks of the scheduler call; each notes when it last succeeded, for /healthz.

The scheduler only ticks and the ledger remembers: a tick too many, too late or in two processes at
once changes nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.queries import heartbeats
from models.queries.heartbeats import HEARTBEAT
from models.store import Store
from scheduler import announcing
from scheduler.budgeting import Metered, read_months
from scheduler.dispatch import Dispatcher
from scheduler.planning import Planned, plan
from scheduler.sweeping import sweep

__all__ = [
    "BUDGET",
    "DISPATCH",
    "HEARTBEAT",
    "JOBS",
    "PLAN",
    "SEAL",
    "SWEEP",
    "Pulse",
    "Ticked",
    "tick",
    "tick_budget",
    "tick_dispatch",
    "tick_plan",
    "tick_seal",
    "tick_sweep",
]


PLAN, DISPATCH, SWEEP, SEAL, BUDGET = "plan", "dispatch", "sweep", "seal", "budget"
JOBS = (PLAN, DISPATCH, SWEEP, SEAL, BUDGET)
BEATS_EVERY = 15.0
"""Seconds from one heartbeat to the next while a tick goes on."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one round of all jobs did."""

    planned: Planned
    swept: int


class Pulse:
    """A tick's heartbeats: at its end, and on the way where it goes on for long.

    The morning of 500 schools takes a minute or more. A tick that hangs beats no more.
    """

    def __init__(self, store: Store, job: str, now: datetime) -> None:
        """Begin a tick at `now`; what it takes is measured by the event loop's time."""
        self._store = store
        self._job = job
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._began = self._beaten = self._loop.time()

    async def goes_on(self) -> None:
        """Beat if the last one is a while ago."""
        if self._loop.time() - self._beaten >= BEATS_EVERY:
            await self.beat()

    async def beat(self) -> None:
        """Note that the job is alive."""
        self._beaten = self._loop.time()
        took = timedelta(seconds=int(self._beaten - self._began))
        async with self._store.writing() as session:
            await heartbeats.beat(session, self._job, self._now + took)


async def tick_plan(store: Store, now: datetime) -> Planned:
    """Write into the ledger what fell due until `now`, and what two people let out."""
    pulse = Pulse(store, PLAN, now)
    planned = await plan(store, now, pulse.goes_on)
    await announcing.leave(store, now, pulse.goes_on)
    await pulse.beat()
    return planned


async def tick_dispatch(store: Store, dispatcher: Dispatcher, now: datetime) -> None:
    """Bundle what is due and begin to send it; the sending goes on after this returns."""
    pulse = Pulse(store, DISPATCH, now)
    await dispatcher.tick(pulse.goes_on)
    await pulse.beat()


async def tick_sweep(store: Store, now: datetime) -> int:
    """Take up what a crash left behind; return how many deliveries."""
    pulse = Pulse(store, SWEEP, now)
    swept = await sweep(store, now)
    await pulse.beat()
    return swept


async def tick_seal(store: Store, seal: Callable[[], Awaitable[None]], now: datetime) -> None:
    """Seal what was audited; `seal` also takes the ends of the chains out of the database."""
    pulse = Pulse(store, SEAL, now)
    await seal()
    await pulse.beat()


async def tick_budget(store: Store, channels: Mapping[str, Metered], now: datetime) -> int:
    """Read how far the months of counted messages are used; return how many were read."""
    pulse = Pulse(store, BUDGET, now)
    read = await read_months(store, channels, now)
    await pulse.beat()
    return read


async def tick(store: Store, dispatcher: Dispatcher, now: datetime) -> Ticked:
    """Do one round of everything and wait until what is due has left or was put off."""
    swept = await tick_sweep(store, now)
    planned = await tick_plan(store, now)
    await tick_dispatch(store, dispatcher, now)
    await dispatcher.idle()
    return Ticked(planned, swept)
