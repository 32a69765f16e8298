"""APScheduler only ticks: two at once, one that is stopped, a clock that jumps change nothing."""

import asyncio
import contextlib
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import SQLModel

from bot import worker
from bot.settings import load
from bot.vault import Vault
from models.queries import heartbeats
from scheduler import jobs
from tests.support import crowd
from tests.support.cast import taipei
from tests.support.stage import KEY
from tests.support.ticking import Bell, ringing

BEFORE = taipei(2024, 10, 9, 7)
MORNING = taipei(2024, 10, 9, 7, 30)
OFTEN: Any = 0.05
"""Seconds from tick to tick."""
PATIENCE = 20.0
AN_HOUR, THREE_DAYS = timedelta(hours=1), timedelta(days=3)


def installation(bell: Bell) -> Any:
    """Return what one process of the worker runs on."""
    url = bell.store.engine.url.render_as_string(hide_password=False)
    return SimpleNamespace(
        settings=load(database_url=url, secret_key=KEY),
        vault=Vault(KEY),
        store=bell.store,
        clock=SimpleNamespace(now=lambda: bell.now),
        dispatcher=bell.worker(),
        line=SimpleNamespace(name="line"),
    )


async def moves(bell: Bell, at: datetime) -> None:
    """Move the clock, and wait until every job has ticked by it and nothing is left."""
    bell.now = at
    async with asyncio.timeout(PATIENCE):
        while not await _has_ticked(bell, at) or await bell.unfinished():
            await _a_moment()


async def _a_moment() -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(OFTEN):
            await asyncio.Event().wait()


async def _has_ticked(bell: Bell, at: datetime) -> bool:
    async with bell.store.reading() as session:
        last = await heartbeats.last(session)
    return all(last.get(job) == at for job in (jobs.PLAN, jobs.DISPATCH, jobs.SWEEP))


async def test_two_schedulers_over_one_store_tell_everybody_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started twice, stopped, and on again; the clock jumps on and back: none lost, none added."""
    monkeypatch.setattr(worker, "EVERY", dict.fromkeys(worker.EVERY, OFTEN))
    async with ringing(database_url, BEFORE) as bell:
        addresses = [bell.cast.address("小美"), *await crowd.join(bell.store, bell.cast, 20)]
        bell.now = MORNING
        async with worker.ticking(installation(bell)), worker.ticking(installation(bell)):
            for jump in (AN_HOUR, -AN_HOUR, AN_HOUR):
                await moves(bell, bell.now + jump)
        async with worker.ticking(installation(bell)):
            for jump in (THREE_DAYS, -THREE_DAYS, THREE_DAYS - AN_HOUR):
                await moves(bell, bell.now + jump)

        for address in addresses:
            told = [push.summary for push in bell.channel.to(address) if "eceipt" in push.summary]
            assert len(told) == len(set(told)) == 2
        assert bell.channel.broken_rules == []


async def test_no_job_is_stored(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    """Jobs live in memory; the database has no table for them, so no pickled code."""
    made: list[AsyncIOScheduler] = []
    start = AsyncIOScheduler.start

    def watched(scheduler: AsyncIOScheduler, *given: Any) -> None:
        made.append(scheduler)
        start(scheduler, *given)

    monkeypatch.setattr(AsyncIOScheduler, "start", watched)
    async with ringing(sqlite_url, BEFORE) as bell, worker.ticking(installation(bell)):
        (scheduler,) = made
        assert {job._jobstore_alias for job in scheduler.get_jobs()} == {"default"}
        assert isinstance(scheduler._jobstores["default"], MemoryJobStore)
    assert not [name for name in SQLModel.metadata.tables if "job" in name]
