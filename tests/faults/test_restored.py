"""Amid a sending a backup is made; later it is put back under a real worker, and released (B5)."""

import asyncio
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.anchors import NOBODY
from bot.backups import making, restoring
from bot.backups.restoring import Place
from models.queries import heartbeats, holds
from models.queries.holds import Hold
from models.queries.in_doubt import Telling
from scheduler import jobs
from scheduler.releasing import release
from tests.faults.siege import PATIENCE, Siege, besieged, is_set
from tests.support.stage import KEY

RECIPIENTS = 60
SIGNING = KEY.encode()
AN_HOUR = timedelta(hours=1)
TICKING = (jobs.PLAN, jobs.DISPATCH, jobs.SWEEP, jobs.SEAL)
NEVER = datetime.min.replace(tzinfo=UTC)


def taken(siege: Siege) -> Counter[str]:
    """Return how many messages LINE took for each person."""
    return Counter(one.user for one in siege.world.accepted if one.via == "push")


async def backup_amid_the_sending(siege: Siege, database: Path, folder: Path) -> Path:
    """Make a backup once LINE has taken some of the messages, while the worker sends on."""
    amid, loop = asyncio.Event(), asyncio.get_running_loop()

    def strike() -> None:
        if siege.line.points >= RECIPIENTS // 2:
            loop.call_soon_threadsafe(amid.set)

    siege.line.at_each_point = strike
    siege.worker.start()
    assert await is_set(amid, within=PATIENCE)
    at = siege.clock.now()
    return await asyncio.to_thread(making.make, database, folder, SIGNING, at, lambda *_: None)


async def ticks(siege: Siege) -> None:
    """Let an hour go by, and wait until the worker has ticked in it."""
    siege.clock.move(AN_HOUR)
    now = siege.clock.now()

    async def ticked() -> bool:
        async with siege.store.reading() as session:
            last = await heartbeats.last(session)
        return all(last.get(job, NEVER) >= now for job in TICKING)

    await siege.comes(ticked)


def copy_over(file: Path, database: Path) -> None:
    """Put a backup in the place of a database without saying so to anybody."""
    for end in ("-wal", "-shm"):
        Path(f"{database}{end}").unlink(missing_ok=True)
    shutil.copyfile(file, database)


@pytest.mark.long
async def test_whoever_was_told_after_the_backup_hears_it_once_more_and_is_told_so(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Nothing before the release; then one message to whom the backup knows nothing of."""
    database = Path(str(sa.make_url(sqlite_url).database))
    async with besieged(sqlite_url, seed=5, recipients=RECIPIENTS, fails=False) as siege:
        file = await backup_amid_the_sending(siege, database, tmp_path)
        await siege.settles()
        assert await siege.untold() == 0
        once = taken(siege)
        siege.worker.kill()
        await siege.store.close()  # its next session opens what is there by then
        hold = Hold(siege.clock.now(), "", "ops", restored=True)
        place = Place(database, None)
        await asyncio.to_thread(restoring.restore, file, place, SIGNING, hold, lambda *_: None)
        siege.worker.start()
        for _ in range(3):
            await ticks(siege)
        assert taken(siege) == once

        forgotten = await siege.untold()
        await release(siege.store, hold, Telling.REQUIRED, "ops", siege.clock.now(), via="terminal")
        await siege.settles()

        twice = taken(siege) - once
        assert forgotten > 0
        assert (len(twice), set(twice.values())) == (forgotten, {1})
        assert siege.world.violations == []
        keys = Counter(one.retry_key for one in siege.world.accepted)
        assert set(keys.values()) == {1}


@pytest.mark.long
async def test_a_database_put_back_by_other_tools_is_held_by_the_worker_itself(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Nobody typed anything: the worker that starts sees by its anchors that calls are missing."""
    database = Path(str(sa.make_url(sqlite_url).database))
    async with besieged(sqlite_url, seed=6, recipients=RECIPIENTS, fails=False) as siege:
        file = await backup_amid_the_sending(siege, database, tmp_path)
        await siege.settles()
        await ticks(siege)
        once = taken(siege)
        siege.worker.kill()
        await siege.store.close()
        await asyncio.to_thread(copy_over, file, database)
        siege.worker.start()
        for _ in range(3):
            await ticks(siege)

        assert taken(siege) == once
        async with siege.store.reading() as session:
            [held] = await holds.every(session)
        assert (held.by, held.restored) == (NOBODY, True)
