"""Importing people from XLSX: read, checked, compared with what is stored, and written.

Goals: 60,000 people in under 6 s and 250 MB, 1,500 in under 0.5 s. The file is read in a process
of its own; the memory is that of the larger of the two.
"""

import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import Figure, Findings, Line, Role
from benchmarks.racing import Contestant, Setting, Turn, race
from benchmarks.sizes import ENGINES, Size

if TYPE_CHECKING:
    from benchmarks.databases import Databases


NOW = datetime(2025, 1, 20, 4, tzinfo=UTC)
TO_A_CLASS = 30
OF_OBJECTS = 3_000
"""Rows that the plain loop takes: it is slow, and no faster with more of them."""
HEADINGS = ("學號/職編", "姓名", "身分", "部別", "學年度", "年級", "班級", "座號", "導師", "職務")


def measure(databases: "Databases", size: Size, *, rounds: int) -> Findings:
    """Race on both engines; each round begins with an empty school, and ends with a second look."""
    file = databases.folder / f"people-{size.file}.xlsx"
    _write(file, size.file)
    lines: list[Line] = []
    figures: list[Figure] = []
    for engine in ENGINES:
        title = f"importing {size.file:,} people, {engine}"
        setting = Setting(size, databases.fresh(engine), file=str(file))
        found = race(
            title,
            (
                Contestant("calamine, reading alone", Role.LIMIT, alone, setting),
                Contestant("SQLModel objects", Role.TODAY, objects, setting),
                Contestant("import people", Role.OURS, imported, setting),
            ),
            rounds=max(rounds // 2, 1),
        )
        ours = found[-1]
        lines += found
        most = 6.0 if size.file > 10_000 else 0.5
        figures.append(Figure(f"{title}: time", size.file / ours.per_second, "s", most))
        figures.append(Figure(f"{title}: peak memory", ours.more["largest MB"], "MB", 250))
    return Findings(tuple(lines), tuple(figures))


@asynccontextmanager
async def alone(setting: Setting) -> AsyncIterator[Turn]:
    """Read the file's cells and keep nothing."""
    from python_calamine import CalamineWorkbook

    async def work() -> int:
        with CalamineWorkbook.from_path(setting.file) as workbook:
            return len(workbook.get_sheet_by_index(0).to_python()) - 1

    yield Turn(work)


@asynccontextmanager
async def objects(setting: Setting) -> AsyncIterator[Turn]:
    """Write an object for each row in a plain loop, without a check or a comparison."""
    from python_calamine import CalamineWorkbook

    from models.store import Store
    from models.tables import Person, Placement, SchoolClass
    from models.vocabulary import PersonKind

    store = Store(setting.url)

    async def work() -> int:
        with CalamineWorkbook.from_path(setting.file) as workbook:
            rows: list[list[Any]] = workbook.get_sheet_by_index(0).to_python()[1 : OF_OBJECTS + 1]
        rooms: dict[str, SchoolClass] = {}
        async with store.writing() as session:
            for number, name, _, division, year, _, room, seat, *_ in rows:
                if room not in rooms:
                    rooms[room] = SchoolClass(
                        school_id=1, year=int(year), grade=1, name=room, division=division
                    )
                    session.add(rooms[room])
                    await session.flush()
                person = Person(school_id=1, kind=PersonKind.PUPIL, number=number, name=name)
                session.add(person)
                await session.flush()
                session.add(
                    Placement(
                        school_id=1,
                        person_id=person.id,
                        class_id=rooms[room].id,
                        seat=int(seat),
                    )
                )
        return len(rows)

    async def prepare() -> None:
        _empty(setting.url)

    yield Turn(work, prepare)
    await store.close()


@asynccontextmanager
async def imported(setting: Setting) -> AsyncIterator[Turn]:
    """Take the file over as `bot import people` does."""
    from bot.imports import columns, reading
    from bot.imports.taking import Ending, Parcel, Subject, Terms, take
    from models.store import Store
    from models.tables import School

    store = Store(setting.url)

    async def work() -> int:
        sheets = reading.read(Path(setting.file))
        parcel = Parcel(Subject.PEOPLE, sheets, columns.load(None))
        async with store.reading() as session:
            school = await session.get_one(School, 1)
        report = await take(store, school, parcel, Terms(), now=NOW)
        if report.ending is not Ending.WRITTEN or report.problems:
            raise RuntimeError(f"{report.ending}, {len(report.problems)} problems")
        return report.rows

    async def prepare() -> None:
        _empty(setting.url)

    yield Turn(work, prepare, _largest)
    await store.close()


def _largest() -> dict[str, float]:
    """Return the peak of this process or of the one that read the file, whichever is larger."""
    from benchmarks.measuring import peak_megabytes

    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"largest MB": max(peak_megabytes(), child)}


def _empty(url: str) -> None:
    """Leave a school with nobody in it."""
    import sqlalchemy as sa
    from sqlmodel import SQLModel

    from benchmarks.crowd import study, writing
    from models.rulebooks import shipped

    with writing(url) as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(sa.delete(table))
        rulebook = shipped()["caotun"].read_text("utf-8")
        school = {"id": 1, "code": "060402", "name": "", "rulebook": rulebook}
        connection.execute(sa.insert(SQLModel.metadata.tables["school"]), [school])
    study(url)


def _write(file: Path, people: int) -> None:
    """Write a file as a school's own system exports it."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("人員")
        sheet.write_row(0, 0, HEADINGS)
        for row in range(people):
            room, seat = divmod(row, TO_A_CLASS)
            number, grade = f"{110_000_000 + row:09}", "一二三"[room % 3]
            pupil = (number, "王小明", "學生", "日間部", 113, grade, f"{room:04}", seat + 1, "", "")
            sheet.write_row(row + 1, 0, pupil)
