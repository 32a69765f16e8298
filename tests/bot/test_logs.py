"""What a log says of an error: where and of what kind, never the row that a database quotes."""

from __future__ import annotations

import asyncio
import gc
import logging
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
from sqlalchemy.exc import IntegrityError

from bot import logs
from models.store import Store
from models.tables import School

PLANTED = "王小明"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """Give what all loggers write as the product formats it."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.KindsOnly("%(message)s"))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


async def refused(store: Store) -> None:
    """Write the same unique value twice, in one transaction."""
    async with store.writing() as session:
        session.add(School(code=PLANTED, name="", rulebook=""))
        await session.flush()
        session.add(School(code=PLANTED, name="", rulebook=""))


async def test_an_uncaught_error_of_the_database_is_logged_without_its_row(
    database_url: str, written: StringIO
) -> None:
    """As a web server logs it, and as asyncio does for a task that nobody waits for."""
    store = Store(database_url)
    with pytest.raises(IntegrityError) as refusal:
        await refused(store)
    assert store.is_sqlite or PLANTED in str(refusal.value)  # PostgreSQL quotes the row
    logging.getLogger("a.web.server").error("Exception in ASGI", exc_info=refusal.value)
    task = asyncio.create_task(refused(store))
    await asyncio.wait([task])
    del task
    gc.collect()
    await store.close()

    said = written.getvalue()
    assert PLANTED not in said
    assert "never retrieved" in said
    assert said.count("sqlalchemy.exc.IntegrityError") == 2
    assert "in refused" in said


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [("int({})", 1), ("import threading as t; t.Thread(target=int, args=({},)).start()", 0)],
)
def test_what_ends_a_process_is_logged_without_what_it_says(code: str, exit_code: int) -> None:
    """Standard error is a log as soon as nobody sits before it; a thread is no other."""
    program = f"from bot import logs; logs.configure('INFO'); {code.format(repr(PLANTED))}"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "ValueError" in done.stderr) == (exit_code, True)
    assert PLANTED not in done.stderr
