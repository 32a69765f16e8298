"""The power fails: whatever was acknowledged before is there afterwards (B2).

A small library, preloaded into a real `bot web`, writes down what reaches the disk and what is
synced; the files are then put together as they may be found after a cut at any moment. It needs a
C compiler (`cc`), which only these tests do.
"""

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from models.store import Store
from tests.faults.rig.disk import Disk, changes
from tests.faults.siege import a_moment, let_in
from tests.support.cast import settle
from tests.support.doorstep import signature, written
from tests.support.missing import missing
from tests.support.mortal import HOST, a_port, answers
from tests.support.stage import KEY

WEBHOOKS = 600
AT_ONCE = 8
CUTS = 400
STARTS_WITHIN = 60.0
SOURCE = Path(__file__).parent / "rig" / "journal.c"
LAUNCH = """
import sys
from models import store
store.SQLITE_PRAGMAS = tuple(
    f"PRAGMA synchronous={sys.argv[1]}" if "synchronous" in each else each
    for each in store.SQLITE_PRAGMAS
)
sys.argv = ["bot", "web"]
from bot.cli import main
main()
"""


@dataclass(frozen=True, slots=True)
class Told:
    """Which event was acknowledged, and how long the journal was then."""

    at: int
    event: str


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Build the library."""
    compiler = shutil.which("cc")
    if compiler is None:
        missing("a C compiler", "cc is not installed")
    built = tmp_path / "journal.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", built, SOURCE, "-ldl"], check=True)
    return built


@contextmanager
def running(
    file: Path, journal: Path, library: Path, port: int, synchronous: str
) -> Iterator[None]:
    """Run the web process on a database under the library."""
    environment = os.environ | {
        "LD_PRELOAD": str(library),
        "RIG_DATABASE": str(file),
        "RIG_JOURNAL": str(journal),
        "BOT_DATABASE_URL": f"sqlite:///{file}",
        "BOT_SECRET_KEY": KEY,
        "BOT_PORT": str(port),
        "BOT_LINE_API_URL": "http://127.0.0.1:1",
        "BOT_LINE_DATA_API_URL": "http://127.0.0.1:1",
        "BOT_LOG_LEVEL": "ERROR",
    }
    web = subprocess.Popen([sys.executable, "-c", LAUNCH, synchronous], env=environment)
    try:
        yield
    finally:
        web.kill()
        web.wait()


def length(journal: Path) -> int:
    """Return how much was written down so far."""
    return journal.stat().st_size


async def deliver(url: str, journal: Path) -> list[Told]:
    """Bring webhooks, some at a time; note how long the journal was when each was acknowledged."""
    told: list[Told] = []
    numbers = iter(range(WEBHOOKS))

    async def bring(http: aiohttp.ClientSession) -> None:
        for number in numbers:
            event = {
                "type": "follow",
                "webhookEventId": f"event{number}",
                "source": {"type": "user", "userId": f"U{number:032x}"},
            }
            body = written({"destination": "U", "events": [event]})
            headers = {"x-line-signature": signature(body).decode()}
            async with http.post(url, data=body, headers=headers) as answer:
                assert answer.status == 200
            told.append(Told(length(journal), f"event{number}"))

    async with aiohttp.ClientSession() as http:
        await asyncio.gather(*(bring(http) for _ in range(AT_ONCE)))
    return sorted(told, key=lambda each: each.at)


def lost(database: bytes, journal: bytes, told: list[Told], place: Path) -> list[str]:
    """Return what was acknowledged and is gone after one of the cuts, or what is broken."""
    dice = random.Random(16)
    entries = list(changes(journal))
    moments = set(dice.sample(range(len(entries)), min(CUTS, len(entries))))
    disk, found = Disk(database), []
    for number, entry in enumerate(entries):
        disk.follow(entry)
        if number not in moments:
            continue
        disk.cut(place, dice)
        promised = bisect_right([each.at for each in told], entry.ends)
        kept, state = read(place)
        found += [each.event for each in told[:promised] if each.event not in kept]
        found += [state] if state != "ok" else []
    return found


def read(place: Path) -> tuple[set[str], str]:
    """Return the events that are there, and what SQLite says of the file."""
    with closing(sqlite3.connect(place)) as books:
        try:
            kept = {key for (key,) in books.execute("SELECT event_key FROM inbound_event")}
            (state,) = books.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.DatabaseError as error:
            return set(), str(error)
    return kept, str(state)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL", "OFF"])
async def test_what_was_acknowledged_outlives_a_power_cut(
    sqlite_template: Path, tmp_path: Path, library: Path, synchronous: str
) -> None:
    """With FULL, as the product has it, nothing is lost; with less the rig finds what is."""
    file, journal, port = tmp_path / "bell.sqlite3", tmp_path / "journal", a_port()
    shutil.copyfile(sqlite_template, file)
    store = Store(f"sqlite+aiosqlite:///{file}")
    cast = await settle(store)
    await let_in(store, cast)
    await store.close()
    before = file.read_bytes()
    with running(file, journal, library, port, synchronous):
        async with asyncio.timeout(STARTS_WITHIN):
            while not await answers(port):
                await a_moment()
        told = await deliver(f"http://{HOST}:{port}/line/{cast.school.code}", journal)

    assert len(told) == WEBHOOKS
    gone = lost(before, journal.read_bytes(), told, tmp_path / "after.sqlite3")
    assert bool(gone) == (synchronous != "FULL"), gone[:5]
