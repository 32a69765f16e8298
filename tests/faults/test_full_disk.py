"""The disk is full: a webhook hears 503, nothing is half there, and it goes on when there is room.

A disk that is full for one process is made by a limit on the size of its files, which needs no
rights. PostgreSQL stops altogether where its own log finds no room, which test_database_restarts
covers; where a table finds none it says so as is played here.
"""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

import aiohttp
import pytest
import sqlalchemy as sa
from sqlmodel import col

from models.tables import InboundEvent
from tests.faults.siege import LEFTOVERS, Siege, besieged
from tests.support.doorstep import Doorstep, at_the_door
from tests.support.mortal import HOST
from tests.support.stage import MONDAY

PEOPLE = 40
NONE = 64 * 1024
"""Bytes that every file of a database has long outgrown, other than a log of this process."""
A_LITTLE = 16 * 1024
LONG = timedelta(minutes=3)
FULL = """
CREATE FUNCTION full_disk() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER full_disk BEFORE INSERT ON inbound_event EXECUTE FUNCTION full_disk()
"""


async def complains(siege: Siege) -> list[str]:
    """Return what /healthz says is wrong."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://{HOST}:{siege.web.port}/healthz") as answer,
    ):
        problems = (await answer.json())["problems"]
        assert answer.status == (503 if problems else 200)
        return [str(problem) for problem in problems]


def room(siege: Siege, most: int) -> None:
    """Let no file of the processes grow beyond so many bytes."""
    for process in (siege.web, siege.worker):
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


async def is_well(siege: Siege) -> bool:
    """Say whether /healthz has nothing to say."""
    return not await complains(siege)


@contextmanager
def without_room() -> Iterator[None]:
    """Let no file of this process grow beyond a few pages."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (A_LITTLE, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_webhook_without_room_is_refused_and_taken_later(sqlite_url: str) -> None:
    """It hears 503 and leaves nothing behind; brought again when there is room, it is stored."""
    events = [{"type": "follow", "webhookEventId": str(number)} for number in range(3)]
    async with at_the_door(sqlite_url, MONDAY) as door:
        assert await door.delivers(events[0]) == 200
        with without_room():
            assert await door.delivers(*events) == 503
            assert await stored(door) == 1

        assert await door.delivers(*events) == 200
        assert await stored(door) == 3


async def stored(door: Doorstep) -> int:
    """Return how many events are stored."""
    async with door.installation.store.reading() as session:
        return int(await session.scalar(sa.select(sa.func.count(col(InboundEvent.id)))) or 0)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_full_disk_loses_nothing(sqlite_url: str) -> None:
    """Taps are refused until there is room, and come again; /healthz has said so meanwhile."""
    file = Path(sqlite_url.removeprefix("sqlite+aiosqlite:///"))
    async with besieged(sqlite_url, seed=15, recipients=PEOPLE, fails=False) as siege:
        dice = Random(15)
        siege.web.start()
        siege.worker.start()
        await siege.web.is_ready()
        taps = await siege.taps_of(siege.addresses, dice)
        assert set(await siege.brings(taps)) == {200}
        await siege.settles()
        await siege.comes(partial(is_well, siege))

        room(siege, NONE)
        heard: set[int | None] = set()
        while heard != {503}:
            heard = set(await siege.brings(await siege.taps_of(siege.addresses[:1], dice)))
            assert heard <= {200, 503}
        assert {each.status for each in await siege.deliveries.redeliver()} == {503}
        siege.clock.move(LONG)
        await siege.comes(partial(complains, siege))

        room(siege, resource.RLIM_INFINITY)
        await siege.settles()
        siege.clock.move(LEFTOVERS)
        await siege.comes(siege.nothing_is_left)

        await siege.check()
        assert [siege.web.lives, siege.worker.lives] == [1, 1]
        with closing(sqlite3.connect(file)) as books:
            assert books.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_a_table_without_room_is_an_outage_too(postgres_url: str) -> None:
    """PostgreSQL's word for it becomes a 503 for each webhook, and is forgotten afterwards."""
    async with at_the_door(postgres_url, MONDAY) as door:
        store = door.installation.store
        events = [{"type": "follow", "webhookEventId": str(number)} for number in range(2)]
        async with store.writing() as session:
            await session.execute(sa.text(FULL))

        assert await door.delivers(*events) == 503
        assert await stored(door) == 0

        async with store.writing() as session:
            await session.execute(sa.text("DROP FUNCTION full_disk CASCADE"))
        assert await door.delivers(*events) == 200
