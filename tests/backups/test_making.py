"""A backup is made while others write, and loses nothing that was committed before it (B4)."""

import asyncio
import errno
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from bot.backups import making
from bot.backups.manifest import beside
from bot.backups.refusals import Refused
from models.queries import audit
from models.store import Store
from tests.backups.house import NIGHT, House

WRITER = """
import sqlite3, sys
here = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
number = 0
for line in sys.stdin:
    number += 1
    here.execute("INSERT INTO setting (key, value) VALUES (?, '')", (f"written/{number}",))
    print(number, flush=True)
"""
"""A process that commits a row for every line that it is sent, and says so."""
A_MOMENT = 20.0


def written(file: Path) -> int:
    """Return how many rows of the other process are in a database."""
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT count(*) FROM setting WHERE key LIKE 'written/%'")
        return int(found.fetchone()[0])


def test_another_process_writes_on_while_the_backup_shows_one_instant(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two pages a row is committed: none has to wait, and none gets in half."""
    monkeypatch.setattr(making, "PAGES", 40)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(house.database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:

        def write() -> None:
            assert writer.stdin is not None
            assert writer.stdout is not None
            print(file=writer.stdin, flush=True)
            assert writer.stdout.readline()

        for _ in range(5):
            write()
        steps: list[int] = []

        def step(done: int, _of: int) -> None:
            steps.append(done)
            write()

        file = house.back_up(advance=step)

        assert len(steps) > 3
        assert written(file) == 5
        assert written(house.database) == 5 + len(steps)
        with pytest.raises(Refused, match="in use"):
            house.restore(file)
        assert writer.stdin is not None
        writer.stdin.close()


async def test_tasks_that_write_through_the_store_lose_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was committed when the backup began is in it; nobody hears of a locked database."""
    monkeypatch.setattr(making, "PAGES", 40)
    store = Store(house.url)
    committed: list[int] = []
    more = threading.Condition()
    done = False

    async def write(task: int) -> None:
        while not done:
            async with store.writing() as session:
                await audit.record(session, school_id=1, at=NIGHT, deed=f"task {task}")
            with more:
                committed.append(task)
                more.notify_all()

    def wait_for_more(_done: int, _of: int) -> None:
        with more:
            seen = len(committed)
            assert more.wait_for(lambda: len(committed) > seen, A_MOMENT)

    writers = [asyncio.create_task(write(task)) for task in range(3)]
    await asyncio.to_thread(wait_for_more, 0, 0)
    before = len(committed)
    file = await asyncio.to_thread(house.back_up, 0, wait_for_more)
    done = True
    await asyncio.gather(*writers)
    await store.close()

    with closing(sqlite3.connect(file)) as copy:
        found = copy.execute("SELECT count(*) FROM audit_entry WHERE deed LIKE 'task %'")
        assert before <= found.fetchone()[0] < len(committed)


def test_a_backup_is_one_file_that_its_owner_alone_can_read(house: House) -> None:
    """No -wal beside it that could be forgotten; a manifest; nothing half done is left."""
    file = house.back_up()

    assert sorted(each.name for each in file.parent.iterdir()) == [
        "bell-20241008T180000Z.db",
        "bell-20241008T180000Z.json",
    ]
    assert {each.stat().st_mode & 0o777 for each in (file, beside(file))} == {0o600}


def test_a_disk_that_is_full_leaves_nothing_behind(house: House) -> None:
    """The sentence says so; the earlier backups are there as before."""
    house.back_up()
    folder = house.folder / "backups"
    before = sorted(folder.iterdir())

    def full(_done: int, _of: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(Refused, match="No space left"):
        house.back_up(1, advance=full)
    assert sorted(folder.iterdir()) == before


def test_older_backups_go_with_their_manifests(house: House) -> None:
    """Kept are the newest of some days, and what is not ours; what a crash left goes as well."""
    made = [house.back_up(at=day) for day in range(4)]
    folder = made[0].parent
    (folder / "bell-note.db").touch()
    (folder / ".bell-20241001T180000Z.db.part").touch()

    assert making.prune(folder, days=2, weeks=0) == made[:2]

    left = {each.name for each in folder.iterdir()}
    assert left == {"bell-note.db", *(name for f in made[2:] for name in (f.name, beside(f).name))}
