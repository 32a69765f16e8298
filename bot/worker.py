"""The scheduler's process: APScheduler ticks the jobs from memory; the ledger remembers.

A tick too many, too late or in two processes at once changes nothing, so no job is stored and
none is lost. A tick that breaks is logged and comes again; that ticks succeed is read from their
heartbeats in the database, not from this process's own word.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import anchors, metrics
from bot.anchors import Sealer
from bot.backups.nightly import EVERY as BACKUP_EVERY
from bot.backups.nightly import nightly
from bot.wiring import Installation
from scheduler import jobs

log = structlog.get_logger()

EVERY = {jobs.PLAN: 20, jobs.DISPATCH: 2, jobs.SWEEP: 30, jobs.SEAL: 5, jobs.BUDGET: 60}
"""Seconds from one tick of a job to the next."""
FINISH_WITHIN = 3.0
"""Seconds that calls under way may still take when the process is asked to stop."""


@asynccontextmanager
async def ticking(
    installation: Installation, *, sealer: Sealer | None = None
) -> AsyncIterator[None]:
    """Let the jobs tick while the block runs, the first time at once; then end what was begun.

    `sealer` is the one that seals the audit, where the caller has to know it.
    """
    scheduler = AsyncIOScheduler(
        timezone="Asia/Taipei",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    store, now = installation.store, installation.clock.now
    dispatcher = installation.dispatcher
    metered = {installation.line.name: installation.line}
    sealer = sealer or sealer_of(installation)

    async def dispatch() -> None:
        await sealer.look_back(now())
        await jobs.tick_dispatch(store, dispatcher, now())

    async def seal() -> None:
        await sealer.look_back(now())  # what is written outside now hides what was there before
        await sealer.tick()

    ticks: dict[str, Callable[[], Awaitable[object]]] = {
        jobs.PLAN: lambda: jobs.tick_plan(store, now()),
        jobs.DISPATCH: dispatch,
        jobs.SWEEP: lambda: jobs.tick_sweep(store, now()),
        jobs.SEAL: lambda: jobs.tick_seal(store, seal, now()),
        jobs.BUDGET: lambda: jobs.tick_budget(store, metered, now()),
    }
    under_way: set[asyncio.Task[None]] = set()

    async def in_time(name: str, tick: Callable[[], Awaitable[object]]) -> None:
        mine = asyncio.create_task(_calmly(name, tick))
        under_way.add(mine)
        mine.add_done_callback(under_way.discard)
        await mine

    for name, tick in ticks.items():
        scheduler.add_job(in_time, "interval", args=(name, tick), seconds=EVERY[name], id=name)
    for name, tick in ticks.items():
        if name != jobs.BUDGET:
            await _calmly(name, tick)
    backing_up = nightly(installation.settings, store, installation.vault.audit_key)
    if backing_up is not None:
        scheduler.add_job(
            in_time,
            "interval",
            args=("backup", lambda: backing_up.tick(now())),
            seconds=BACKUP_EVERY,
        )
    scheduler.start()
    # LINE is asked in the background: who does not answer must not hold up the start.
    asking = asyncio.create_task(in_time(jobs.BUDGET, ticks[jobs.BUDGET]))
    try:
        yield
    finally:
        scheduler.pause()
        await asyncio.gather(dispatcher.finish(FINISH_WITHIN), _ended(under_way))
        asking.cancel()
        scheduler.shutdown(wait=False)


def sealer_of(installation: Installation) -> Sealer:
    """Return what seals an installation's audit."""
    path = anchors.place(installation.settings)
    return Sealer(installation.store, installation.vault.audit_key, path)


async def _ended(ticks: Collection[asyncio.Task[None]]) -> None:
    if ticks:
        await asyncio.wait(ticks, timeout=FINISH_WITHIN)


async def until_stopped(installation: Installation) -> None:
    """Tick until the process is asked to stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    async with ticking(installation):
        await stopped.wait()


async def _calmly(name: str, tick: Callable[[], Awaitable[object]]) -> None:
    """Do one tick; whatever breaks is logged by kind and comes again with the next."""
    try:
        await metrics.tick(name, tick)
    except Exception as error:  # noqa: BLE001 - a tick that raises must not end the ticking
        log.error("tick_failed", job=name, kind=type(error).__name__)
