"""Ticking: what it costs the worker that notices wait, and that nothing is to be done.

Goals: a tick over 100,000 waiting notices in under 25 ms. What people write today is a job for each
reminder in APScheduler's store: there 1,000 come due at once.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import crowd
from benchmarks.measuring import Figure, Findings, Line, Role
from benchmarks.racing import Contestant, Setting, Turn, race
from benchmarks.sizes import ENGINES, Size

if TYPE_CHECKING:
    from benchmarks.databases import Databases


DUE = 1_000
TICKS = 5
LATER = crowd.AFTER + timedelta(days=1)


def measure(databases: "Databases", size: Size, *, rounds: int) -> Findings:
    """Tick on both engines, beside APScheduler's own store."""
    lines: list[Line] = []
    figures: list[Figure] = []
    for engine in ENGINES:
        title = f"ticking, {size.name}, {engine}"
        setting = Setting(size, databases.crowded(engine, size))
        own = Setting(size, databases.fresh(engine))
        found = race(
            title,
            (
                Contestant("APScheduler, 1,000 jobs due", Role.TODAY, jobs, own),
                Contestant("dispatch, 100,000 waiting", Role.OURS, dispatch, setting),
                Contestant("plan", Role.OURS, plan, setting),
                Contestant("sweep", Role.OURS, sweep, setting),
            ),
            rounds=rounds,
        )
        lines += found
        whole = sum(1000 / one.per_second for one in found[1:])
        figures.append(Figure(f"{title}: a tick of all jobs", whole, "ms", 25))
    return Findings(tuple(lines), tuple(figures))


@asynccontextmanager
async def dispatch(setting: Setting) -> AsyncIterator[Turn]:
    """Look for what is due and for what is queued."""
    from bot.i18n import words
    from models.store import Store
    from scheduler.dispatch import Dispatcher
    from scheduler.jobs import tick_dispatch

    store = Store(setting.url)
    dispatcher = Dispatcher(store, {}, words, lambda: crowd.AFTER)

    async def tick() -> None:
        await tick_dispatch(store, dispatcher, crowd.AFTER)

    yield Turn(partial(_some, tick), partial(_let_wait, setting, tick))
    await store.close()


@asynccontextmanager
async def plan(setting: Setting) -> AsyncIterator[Turn]:
    """Look for what fell due since the last time, 20 seconds before."""
    from models.store import Store
    from scheduler.jobs import tick_plan

    store = Store(setting.url)
    now = crowd.AFTER

    async def tick() -> None:
        nonlocal now
        now += timedelta(seconds=20)
        await tick_plan(store, now)

    yield Turn(partial(_some, tick), partial(_let_wait, setting, tick))
    await store.close()


@asynccontextmanager
async def sweep(setting: Setting) -> AsyncIterator[Turn]:
    """Look for what a crash left behind."""
    from models.store import Store
    from scheduler.jobs import tick_sweep

    store = Store(setting.url)

    async def tick() -> None:
        await tick_sweep(store, crowd.AFTER)

    yield Turn(partial(_some, tick), partial(_let_wait, setting, tick))
    await store.close()


@asynccontextmanager
async def jobs(setting: Setting) -> AsyncIterator[Turn]:
    """Let APScheduler find the jobs that are due and note when each is due again."""
    import logging

    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.base import BaseScheduler

    from models.migrations import synchronous

    class Unstarted(BaseScheduler):  # type: ignore[misc]
        def wakeup(self) -> None:
            """Sleep on: only the store is measured."""

        def shutdown(self, wait: bool = True) -> None:
            """Stop nothing."""

    logging.disable(logging.WARNING)
    scheduler = Unstarted(timezone="UTC")
    store = SQLAlchemyJobStore(synchronous(setting.url))
    scheduler.add_jobstore(store)
    scheduler.start(paused=True)

    async def prepare() -> None:
        scheduler.remove_all_jobs()
        for _ in range(min(DUE, setting.size.waiting)):
            scheduler.add_job(remind, "date", run_date=crowd.AFTER)

    async def work() -> int:
        for job in store.get_due_jobs(crowd.AFTER):
            job._modify(next_run_time=LATER)
            store.update_job(job)
        return 1

    yield Turn(work, prepare)


def remind() -> None:
    """Stand for what a job would do."""


async def _some(tick: object) -> int:
    for _ in range(TICKS):
        await tick()  # type: ignore[operator]
    return TICKS


async def _let_wait(setting: Setting, tick: object) -> None:
    """Let notices wait that are due tomorrow, in schools that were planned; tick once before."""
    import sqlalchemy as sa

    from models.tables import School

    crowd.forget(setting.url)
    crowd.let_wait(setting.url, due_at=LATER, most=setting.size.waiting)
    with crowd.writing(setting.url) as connection:
        connection.execute(sa.update(School).values(planned_until=crowd.AFTER))
    await tick()  # type: ignore[operator]
