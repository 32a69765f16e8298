"""What the ticks of the scheduler call; each notes when it last succeeded, for /healthz.

The scheduler only ticks and the ledger remembers: a tick too many, too late or in two processes at
once changes nothing.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.queries import heartbeats
from models.queries.heartbeats import HEARTBEAT
from models.store import Store
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


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one round of all jobs did."""

    planned: Planned
    swept: int


async def tick_plan(store: Store, now: datetime) -> Planned:
    """Write into the ledger what fell due until `now`."""
    planned = await plan(store, now)
    await _beat(store, PLAN, now)
    return planned


async def tick_dispatch(store: Store, dispatcher: Dispatcher, now: datetime) -> None:
    """Bundle what is due and begin to send it; the sending goes on after this returns."""
    await dispatcher.tick()
    await _beat(store, DISPATCH, now)


async def tick_sweep(store: Store, now: datetime) -> int:
    """Take up what a crash left behind; return how many deliveries."""
    swept = await sweep(store, now)
    await _beat(store, SWEEP, now)
    return swept


async def tick_seal(store: Store, seal: Callable[[], Awaitable[None]], now: datetime) -> None:
    """Seal what was audited; `seal` also takes the ends of the chains out of the database."""
    await seal()
    await _beat(store, SEAL, now)


async def tick_budget(store: Store, channels: Mapping[str, Metered], now: datetime) -> int:
    """Read how far the months of counted messages are used; return how many were read."""
    read = await read_months(store, channels, now)
    await _beat(store, BUDGET, now)
    return read


async def tick(store: Store, dispatcher: Dispatcher, now: datetime) -> Ticked:
    """Do one round of everything and wait until what is due has left or was put off."""
    swept = await tick_sweep(store, now)
    planned = await tick_plan(store, now)
    await tick_dispatch(store, dispatcher, now)
    await dispatcher.idle()
    return Ticked(planned, swept)


async def _beat(store: Store, job: str, now: datetime) -> None:
    async with store.writing() as session:
        await heartbeats.beat(session, job, now)
