"""Officer records come from a file that is all there is of a term; works bring what lists need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.imports.taking import Ending, Subject
from models.queries import import_runs
from models.rules.importing.comparison import Danger
from models.rules.importing.problems import Reason
from models.store import Store
from models.tables import CourseOutcome, OfficerRecord, School
from models.vocabulary import CourseTaking
from tests.imports.conftest import NOW, Take
from tests.imports.files import OUTCOMES, Row, courses, outcome, people, xlsx_file

OFFICERS = ("學號", "學年度", "學期", "單位名稱", "擔任職務", "幹部等級", "開始日期", "結束日期")


def officer(pupil: str = "000001", position: str = "班長", *, rank: str = "班級幹部") -> Row:
    """Return a row of a list of officers."""
    return pupil, 115, 1, "201 班", position, rank, "115/9/2", "1160120"


@pytest.fixture
async def settled(take_over: Take) -> None:
    """Have people and courses taken over; the courses bring the term."""
    assert (await take_over(Subject.PEOPLE, people(20))).ending is Ending.WRITTEN
    assert (await take_over(Subject.COURSES, courses())).ending is Ending.WRITTEN


async def _records(store: Store) -> list[tuple[str, str, date | None]]:
    columns = (OfficerRecord.position, OfficerRecord.rank, OfficerRecord.begins_on)
    async with store.reading() as session:
        found = await session.execute(
            sa.select(*map(col, columns)).order_by(OfficerRecord.position)
        )
        return [tuple(row) for row in found]


@pytest.mark.usefixtures("settled")
async def test_officers_follow_their_file_and_an_import_can_be_taken_back(
    store: Store, school: School, take_over: Take
) -> None:
    """New, changed, gone (after a number was typed), nothing new; then all of it undone."""
    begins = date(2026, 9, 2)
    first = [OFFICERS, officer(), officer("000002", "學藝股長")]
    assert (await take_over(Subject.OFFICERS, first)).ending is Ending.WRITTEN
    assert (await take_over(Subject.OFFICERS, first)).ending is Ending.NOTHING_NEW
    second = [OFFICERS, officer(rank="全校幹部")]

    asked = await take_over(Subject.OFFICERS, second)
    assert (asked.ending, asked.at_stake) == (Ending.NEEDS_CONSENT, 1)
    assert [alarm.danger for alarm in asked.alarms] == [Danger.OFFICERS_REMOVED]
    written = await take_over(Subject.OFFICERS, second, consent=1)
    assert written.counts == {"officer_record": {"new": 0, "changed": 1, "removed": 1}}
    assert await _records(store) == [("班長", "全校幹部", begins)]

    async with store.writing() as session:
        await import_runs.undo(session, school.id, NOW)
    assert await _records(store) == [
        ("學藝股長", "班級幹部", begins),
        ("班長", "班級幹部", begins),
    ]


@pytest.mark.usefixtures("settled")
async def test_bad_rows_of_officers_say_what_is_wrong(take_over: Take) -> None:
    """Nobody we know, a term that is not there, an office twice, a day that is none."""
    day = (*officer("000003")[:6], "9 月", "")
    rows = [
        OFFICERS,
        officer("1"),
        ("000001", 115, 2, "201 班", "班長", "", "", ""),
        officer("000002"),
        officer("000002"),
        day,
    ]
    report = await take_over(Subject.OFFICERS, rows)
    assert report.ending is Ending.BAD_ROWS
    assert [(each.place.row, each.column, each.reason) for each in report.problems] == [
        (2, "pupil", Reason.UNKNOWN_PUPIL),
        (3, "semester", Reason.UNKNOWN_TERM),
        (5, "position", Reason.TWICE),
        (6, "begins_on", Reason.NOT_A_DAY),
    ]


@pytest.mark.usefixtures("settled")
async def test_works_bring_how_their_course_was_taken_and_columns_for_the_lists(
    store: Store, take_over: Take, tmp_path: Path
) -> None:
    """By the sheet's name or a column; a later file that says nothing of it changes nothing."""
    sheets: dict[str, Sequence[Row]] = {
        "重修課程學習成果": [
            (*OUTCOMES, "修課學分", "重修方式", "備註"),
            (*outcome("A", "已上傳"), 4, "專班", "別的"),
        ],
        "清單": [(*OUTCOMES, "修課類別"), (*outcome("B", "已上傳", digest="b"), "補修")],
    }
    await take_over(Subject.WORKS, xlsx_file(tmp_path / "works.xlsx", sheets))
    again = [OUTCOMES, outcome("A", "已上傳"), outcome("B", "已上傳", digest="b")]
    assert (await take_over(Subject.WORKS, again)).ending is Ending.NOTHING_NEW

    async with store.reading() as session:
        found = await session.execute(
            sa.select(col(CourseOutcome.taking), col(CourseOutcome.details)).order_by(
                col(CourseOutcome.title)
            )
        )
        assert [tuple(row) for row in found] == [
            (CourseTaking.RETAKEN, {"修課學分": "4", "重修方式": "專班"}),
            (CourseTaking.MAKE_UP, {}),
        ]
