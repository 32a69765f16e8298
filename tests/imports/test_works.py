"""Courses and works are taken over, and never undo what was done here; the same on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.imports.taking import Ending, Subject
from models.queries import audit
from models.rules.importing.comparison import Danger
from models.rules.importing.problems import Reason
from models.store import Store
from models.tables import (
    Course,
    CourseOutcome,
    Enrolment,
    Performance,
    Person,
    School,
    Selection,
    Setting,
)
from models.vocabulary import Difference, OutcomeState, PerformanceKind
from tests.imports.conftest import NOW, Take
from tests.imports.files import COURSES, OUTCOMES, Row, courses, outcome, people, xlsx_file


@pytest.fixture
async def settled(take_over: Take) -> None:
    """Have people and courses taken over."""
    assert (await take_over(Subject.PEOPLE, people(20))).ending is Ending.WRITTEN
    assert (await take_over(Subject.COURSES, courses())).ending is Ending.WRITTEN


async def states(store: Store) -> dict[str, OutcomeState]:
    """Return the state of every outcome by its title."""
    async with store.reading() as session:
        found = await session.execute(sa.select(col(CourseOutcome.title), col(CourseOutcome.state)))
        return dict(found.all())


async def act(store: Store, school: School, title: str, state: OutcomeState) -> None:
    """Do to a work what a tap does: change its state, with an audit entry."""
    async with store.writing() as session:
        work = (
            await session.execute(sa.select(CourseOutcome).where(col(CourseOutcome.title) == title))
        ).scalar_one()
        work.state, work.version = state, work.version + 1
        thing = f"course_outcome:{work.id}"
        await audit.record(session, school_id=school.id, at=NOW, deed=state, thing=thing)


@pytest.mark.usefixtures("settled")
async def test_a_class_or_named_pupils_take_a_course(store: Store, take_over: Take) -> None:
    """One course has the whole class, the other two pupils; again, nothing changes."""
    async with store.reading() as session:
        sizes = await session.execute(
            sa.select(col(Course.name), sa.func.count(col(Enrolment.id)))
            .join(Enrolment, col(Enrolment.course_id) == col(Course.id))
            .group_by(col(Course.name))
        )
        assert dict(sizes.all()) == {"物理": 20, "化學": 2}
    assert (await take_over(Subject.COURSES, courses())).ending is Ending.NOTHING_NEW


@pytest.mark.usefixtures("settled")
async def test_a_course_with_another_only_teacher_has_changed_hands(take_over: Take) -> None:
    """It stays the same course, with its pupils and works."""
    report = await take_over(
        Subject.COURSES, [COURSES, (115, 1, "PHY01", "物理", "T02", "201", "")]
    )
    assert report.counts == {"course": {"new": 0, "changed": 1, "removed": 0}}


@pytest.mark.usefixtures("settled")
async def test_leaving_a_course_asks_first_and_never_takes_a_work_along(
    store: Store, take_over: Take
) -> None:
    """Over 5 % of the enrolments is asked about; who has a work in the course stays in it."""
    await take_over(Subject.WORKS, [OUTCOMES, outcome("A", "已上傳", pupil="000020")])
    named = "、".join(f"{n:06}" for n in range(1, 19))
    rows = [COURSES, (115, 1, "PHY01", "物理", "T01", "", named)]
    report = await take_over(Subject.COURSES, rows)
    assert (report.ending, report.at_stake) == (Ending.WRITTEN, 0)
    rows = [COURSES, (115, 1, "PHY01", "物理", "T01", "", "000001")]
    report = await take_over(Subject.COURSES, rows)
    assert [alarm.danger for alarm in report.alarms] == [Danger.ENROLMENTS_REMOVED]
    assert report.at_stake == 17
    await take_over(Subject.COURSES, rows, consent=17)
    async with store.reading() as session:
        left = await session.scalars(
            sa.select(col(Person.number))
            .join(Enrolment, col(Enrolment.person_id) == col(Person.id))
            .join(Course, col(Course.id) == col(Enrolment.course_id))
            .where(col(Course.name) == "物理")
        )
        assert set(left) == {"000001", "000020"}


@pytest.mark.usefixtures("settled")
async def test_bad_rows_of_courses_and_works_say_what_is_unknown(take_over: Take) -> None:
    """Teacher, class, pupil, course, state: each with what to do about it."""
    rows = [
        COURSES,
        (115, 1, "", "國文", "沒這人", "201", ""),
        (115, 1, "", "國文", "T01", "999", ""),
        (115, 3, "", "國文", "T01", "201", ""),
        (115, 1, "", "國文", "T01", "", ""),
        (115, 1, "", "國文", "T01", "", "000001 999999"),
    ]
    report = await take_over(Subject.COURSES, rows)
    assert [(p.place.row, p.reason) for p in report.problems] == [
        (2, Reason.UNKNOWN_TEACHER),
        (3, Reason.UNKNOWN_CLASS),
        (4, Reason.UNKNOWN_TERM),
        (5, Reason.MISSING),
        (6, Reason.UNKNOWN_PUPIL),
    ]
    works = [
        OUTCOMES,
        outcome("A", "已上傳", pupil="00001"),
        outcome("B", "已上傳", course="地理"),
        outcome("C", "已上傳", course="化學", pupil="000009"),
        outcome("D", "優良"),
        outcome("E", "已上傳"),
        outcome("E", "已上傳"),
    ]
    report = await take_over(Subject.WORKS, works)
    assert [(p.place.row, p.reason, p.hint) for p in report.problems if p.place.row != 5] == [
        (2, Reason.UNKNOWN_PUPIL, "000001"),
        (3, Reason.UNKNOWN_COURSE, ""),
        (4, Reason.NOT_ENROLLED, ""),
        (7, Reason.TWICE, "6"),
    ]
    assert [p.reason for p in report.problems if p.place.row == 5] == [Reason.UNKNOWN_WORD]


@pytest.mark.usefixtures("settled")
async def test_works_carry_the_state_of_the_platform(store: Store, take_over: Take) -> None:
    """送出認證 and its kin are words of a data file; 已勾選 is certified and selected."""
    said = {
        "草稿": OutcomeState.DRAFT,
        "已上傳": OutcomeState.UPLOADED,
        "送出認證": OutcomeState.AWAITING,
        "認證中": OutcomeState.AWAITING,
        "待認證": OutcomeState.AWAITING,
        "認證成功": OutcomeState.CERTIFIED,
        "認證失敗": OutcomeState.RETURNED,
        "已勾選": OutcomeState.CERTIFIED,
    }
    rows = [OUTCOMES, *(outcome(f"{word}作品", word, digest="") for word in said)]
    report = await take_over(Subject.WORKS, rows)
    assert report.ending is Ending.WRITTEN
    assert await states(store) == {f"{word}作品": state for word, state in said.items()}
    async with store.reading() as session:
        assert await session.scalar(sa.select(sa.func.count(col(Selection.id)))) == 1
        stamp = sa.select(col(Setting.value)).where(col(Setting.key) == "imported/works")
        assert await session.scalar(stamp) == NOW.isoformat()
    assert (await take_over(Subject.WORKS, rows)).ending is Ending.NOTHING_NEW


@pytest.mark.usefixtures("settled")
async def test_a_school_can_add_its_platforms_own_words(take_over: Take, tmp_path: Path) -> None:
    """A file of columns replaces only the lists it names."""
    own = tmp_path / "mine.toml"
    own.write_text('[outcomes.words.state]\ncertified = ["過關"]\n', "utf-8")
    report = await take_over(Subject.WORKS, [OUTCOMES, outcome("A", "過關")], columns=own)
    assert report.ending is Ending.WRITTEN


@pytest.mark.usefixtures("settled")
async def test_what_was_done_here_is_not_undone_by_the_platform(
    store: Store, school: School, take_over: Take
) -> None:
    """A work certified here stays certified, with its file; the difference is told."""
    await take_over(
        Subject.WORKS, [OUTCOMES, outcome("A", "認證中"), outcome("B", "已上傳", digest="b")]
    )
    await act(store, school, "A", OutcomeState.CERTIFIED)
    await act(store, school, "B", OutcomeState.AWAITING)
    rows = [OUTCOMES, outcome("A", "認證中", digest="other"), outcome("B", "認證成功", digest="b")]
    report = await take_over(Subject.WORKS, rows)
    assert await states(store) == {"A": OutcomeState.CERTIFIED, "B": OutcomeState.CERTIFIED}
    assert {(one.difference, one.taken) for one in report.mismatches} == {
        (Difference.NOT_CERTIFIED_THERE, False),
        (Difference.FILE, False),
        (Difference.CERTIFIED_THERE, True),
    }


@pytest.mark.usefixtures("settled")
async def test_what_only_the_platform_did_follows_the_platform(
    store: Store, take_over: Take
) -> None:
    """A work that nobody touched here may go back as well, and a new title is known by its hash."""
    await take_over(Subject.WORKS, [OUTCOMES, outcome("A", "送出認證", digest="abc")])
    report = await take_over(Subject.WORKS, [OUTCOMES, outcome("A（修）", "已上傳", digest="ABC")])
    assert report.counts == {"course_outcome": {"new": 0, "changed": 1, "removed": 0}}
    assert await states(store) == {"A（修）": OutcomeState.UPLOADED}


@pytest.mark.usefixtures("settled")
async def test_works_that_the_file_lacks_stay_and_many_of_them_stop_it(
    store: Store, take_over: Take
) -> None:
    """A file cut short is noticed before anybody believes it."""
    rows = [OUTCOMES, *(outcome(f"作品{n}", "已上傳", digest=f"{n:x}") for n in range(20))]
    await take_over(Subject.WORKS, rows)
    report = await take_over(Subject.WORKS, rows[:-5])
    assert (report.ending, report.at_stake) == (Ending.NEEDS_CONSENT, 5)
    await take_over(Subject.WORKS, rows[:-5], consent=5)
    assert len(await states(store)) == 20


@pytest.mark.usefixtures("settled")
async def test_the_seventh_selected_work_has_no_room(store: Store, take_over: Take) -> None:
    """Six course outcomes a year are the law's most (要點四(二)2), whatever the platform says."""
    rows = [OUTCOMES, *(outcome(f"作品{n}", "已勾選", digest=f"{n:x}") for n in range(7))]
    report = await take_over(Subject.WORKS, rows, skip_bad=True)
    assert [(p.place.row, p.reason, p.hint) for p in report.problems] == [(8, Reason.NO_ROOM, "6")]
    async with store.reading() as session:
        assert await session.scalar(sa.select(sa.func.count(col(Selection.id)))) == 6


@pytest.mark.usefixtures("settled")
async def test_performances_keep_the_columns_of_their_kind(
    store: Store, take_over: Take, tmp_path: Path
) -> None:
    """A sheet that is called like a kind, or a column that says it; days in the ROC calendar."""
    sheets: dict[str, Sequence[Row]] = {
        "說明": [("這份檔案由平臺匯出",)],
        "競賽參與紀錄": [
            ("學號", "學年度", "競賽名稱", "項目", "結果公布日期", "內容簡述"),
            ("000001", 115, "科展", "物理", "115/10/1", "簡述"),
        ],
        "其他": [
            ("學號", "學年度", "名稱", "主辦單位", "開始日期"),
            ("000002", 115, "營隊", "大學", "2026-07-01"),
        ],
    }
    file = xlsx_file(tmp_path / "works.xlsx", sheets)
    assert (await take_over(Subject.WORKS, file)).problems == []
    async with store.reading() as session:
        found = (
            await session.execute(sa.select(Performance).order_by(col(Performance.id)))
        ).scalars()
        contest, camp = found.all()
    assert (contest.kind, contest.title) == (PerformanceKind.COMPETITION, "科展")
    assert str(contest.happened_on) == "2026-10-01"
    assert contest.details["項目"] == "物理"
    assert (camp.kind, camp.details["主辦單位"]) == (PerformanceKind.OTHER, "大學")
    assert (await take_over(Subject.WORKS, file)).ending is Ending.NOTHING_NEW
