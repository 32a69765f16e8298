"""Sixty thousand people and a hundred thousand works: killed half-way, and within their memory."""

from __future__ import annotations

import asyncio
import csv
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from models.rulebooks import shipped
from models.store import Store
from models.tables import CourseOutcome, Person, School
from tests.imports.files import COURSES, OUTCOMES, PEOPLE, STAFF, Row

pytestmark = [pytest.mark.long, pytest.mark.timeout(1_200)]

PUPILS = 60_000
TO_A_CLASS = 50
MEGABYTES = 250
TAKES_AT_MOST = 300
A_LOOK = 0.005

IMPORTING = """
import sys
from pathlib import Path
from bot.cli import bot
try:
    bot(["import", *sys.argv[1:]])
finally:
    status = Path("/proc/self/status").read_text("ascii")
    print(status.split("VmHWM:")[1].split()[0], file=sys.stderr)
"""


def pupils(count: int) -> Iterator[Row]:
    """Give so many pupils in classes of fifty, and their teacher."""
    yield PEOPLE
    yield from STAFF
    for place in range(count):
        room, seat = divmod(place, TO_A_CLASS)
        yield f"1{place:06}", "王小明", "學生", "日間部", 115, "2", f"{room:04}", seat + 1, "T01"


def work(place: int) -> Row:
    """Return a certified work: every pupil has two."""
    owner = place // 2
    course, digest = f"物理{owner // TO_A_CLASS:04}", f"{place:064x}"
    said = (f"成果{place}", "簡述", f"{place}.pdf", place, digest, "認證成功")
    return f"1{owner:06}", 115, 1, course, *said


def written(file: Path, rows: Iterator[Row]) -> Path:
    """Write rows as CSV."""
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    return file


class Command:
    """`bot import` in a process of its own, on one database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._environment = {
            **os.environ,
            "BOT_DATABASE_URL": url.replace("+aiosqlite", ""),
            "BOT_SECRET_KEY": "a-key-of-more-than-thirty-two-characters",
        }

    def begun(self, *words: str | Path) -> subprocess.Popen[str]:
        """Begin an import."""
        return subprocess.Popen(
            [sys.executable, "-c", IMPORTING, *map(str, words)],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def done(self, *words: str | Path) -> tuple[str, int]:
        """Return what an import said, and the megabytes that it held at most."""
        with self.begun(*words) as process:
            said, errors = process.communicate(timeout=TAKES_AT_MOST)
        return said, int(errors.split()[-1]) // 1024

    def count(self, table: type[Person] | type[CourseOutcome]) -> int:
        """Return how many rows there are."""

        async def counted() -> int:
            store = Store(self.url)
            async with store.reading() as session:
                found = await session.scalar(sa.select(sa.func.count()).select_from(table))
            await store.close()
            return found or 0

        return asyncio.run(counted())

    def written_bytes(self) -> int:
        """Return how much the database has taken of what is not committed yet."""
        if "sqlite" in self.url:
            wal = Path(sa.make_url(self.url).database + "-wal")  # type: ignore[operator]
            return wal.stat().st_size if wal.exists() else 0
        with psycopg.connect(self.url.replace("+psycopg", "")) as connection:
            size = "SELECT pg_relation_size('person') + pg_relation_size('placement')"
            (found,) = connection.execute(size).fetchone() or (0,)
        return int(found)


@pytest.fixture
def command(database_url: str) -> Command:
    """Give the command on a database with one school."""

    async def furnish() -> None:
        store = Store(database_url)
        async with store.writing() as session:
            rulebook = shipped()["caotun"].read_text("utf-8")
            session.add(School(code="060402", name="測試高中", rulebook=rulebook))
        await store.close()

    asyncio.run(furnish())
    return Command(database_url)


def until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for a condition, or for the end of a process."""
    while not condition():
        try:
            process.wait(A_LOOK)
        except subprocess.TimeoutExpired:
            continue
        return


def test_sixty_thousand_people_are_there_or_not_whenever_the_import_is_killed(
    command: Command, tmp_path: Path
) -> None:
    """Killed after the first bytes, half-way and near the end; then written, asked, taken back."""
    file = written(tmp_path / "people.csv", pupils(PUPILS))
    fewer = written(tmp_path / "fewer.csv", pupils(PUPILS * 9 // 10))
    everybody = PUPILS + len(STAFF)
    for megabytes in (0, 1, 3, 5):
        before = command.written_bytes()
        with command.begun("people", file) as process:
            until(lambda: command.written_bytes() > before + megabytes * 2**20, process)  # noqa: B023
            process.kill()
            process.communicate()
        there = command.count(Person)
        assert there in (0, everybody), megabytes
        if there:  # it was quicker than we looked
            command.done("undo")

    _, megabytes = command.done("people", file)
    assert (command.count(Person), megabytes < MEGABYTES) == (everybody, True), megabytes
    said, megabytes = command.done("people", fewer)
    assert (str(PUPILS // 10) in said, megabytes < MEGABYTES) == (True, True), (said, megabytes)
    command.done("undo")
    assert command.count(Person) == 0


def test_a_hundred_thousand_works_come_and_go(command: Command, tmp_path: Path) -> None:
    """Twice the same is nothing new; the memory is bounded by what one work takes."""
    rooms = [f"{room:04}" for room in range(PUPILS // TO_A_CLASS)]
    works = (work(place) for place in range(100_000))
    lessons = ((115, 1, "", f"物理{room}", "T01", room, "") for room in rooms)
    command.done("people", written(tmp_path / "people.csv", pupils(PUPILS)))
    command.done("courses", written(tmp_path / "courses.csv", iter([COURSES, *lessons])))
    file = written(tmp_path / "works.csv", iter([OUTCOMES, *works]))
    for _ in range(2):
        _, megabytes = command.done("works", file)
        assert (command.count(CourseOutcome), megabytes < 2 * MEGABYTES) == (100_000, True)
    command.done("undo")
    assert command.count(CourseOutcome) == 0
