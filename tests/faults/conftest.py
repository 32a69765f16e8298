"""What the simulated weeks run on: a furnished school to copy, and a shelf for its copies."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults import weeks
from tests.faults.furnishing import furnish
from tests.faults.threadless import Shelf
from tests.faults.weeks import Ended

IN_MEMORY = Path("/dev/shm")

Simulate = Callable[[int], Ended]


@pytest.fixture(scope="session")
def simulate(sqlite_template: Path) -> Iterator[Simulate]:
    """Give the function that runs one seed to its end."""
    where = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="bell-weeks-", dir=where) as name:
        template = Path(name) / "school.sqlite3"
        shutil.copyfile(sqlite_template, template)
        cast = asyncio.run(furnish(f"sqlite+aiosqlite:///{template}"))
        with closing(sqlite3.connect(template)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shelf = Shelf(Path(name) / "run.sqlite3", template)
        shelf.warm_up()
        yield lambda seed: weeks.run(seed, shelf, cast)
        shelf.close()
