"""A list of people is taken over, compared and guarded; the same on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.imports.taking import Ending, Subject
from models.rules.importing.comparison import Danger
from models.rules.importing.problems import Reason
from models.store import Store
from models.tables import AuditEntry, Person, Placement, Role, School, SchoolClass, Setting
from tests.imports.conftest import NOW, Take
from tests.imports.files import PEOPLE, STAFF, people, pupil, xlsx_file
from tests.rules.rulebook_texts import SMALL


async def departed(store: Store) -> set[str]:
    """Return the numbers of everybody who has left."""
    async with store.reading() as session:
        found = await session.scalars(sa.select(col(Person.number)).where(col(Person.departed)))
        return set(found)


async def test_people_with_classes_and_homeroom_teachers_are_taken_over(
    store: Store, take_over: Take
) -> None:
    """學號 keeps its zero, the division is the rulebook's, the teacher the one of the column."""
    report = await take_over(Subject.PEOPLE, people(3))
    assert report.ending is Ending.WRITTEN
    async with store.reading() as session:
        room, teacher = (
            await session.execute(
                sa.select(SchoolClass, col(Person.number)).join(
                    Person, col(Person.id) == col(SchoolClass.homeroom_teacher_id)
                )
            )
        ).one()
        numbers = set(await session.scalars(sa.select(col(Person.number))))
    assert (room.year, room.grade, room.name, room.division) == (115, 2, "201", "day")
    assert teacher == "T01"
    assert numbers == {"T01", "T02", "000001", "000002", "000003"}


async def test_the_same_file_again_changes_nothing_but_its_stamp(
    store: Store, take_over: Take
) -> None:
    """0 changes, no new audit entry, and the stamp says how fresh the data is."""
    await take_over(Subject.PEOPLE, people())
    report = await take_over(Subject.PEOPLE, people())
    assert (report.ending, report.counts) == (Ending.NOTHING_NEW, {})
    async with store.reading() as session:
        assert await session.scalar(sa.select(sa.func.count(col(AuditEntry.id)))) == 1
        stamp = await session.scalar(
            sa.select(col(Setting.value)).where(col(Setting.key) == "imported/people")
        )
    assert stamp == NOW.isoformat()


async def test_every_bad_row_is_told_with_column_value_and_reason(
    store: Store, take_over: Take
) -> None:
    """All of them, not only the first; and nothing is written."""
    rows = [
        *people(2),
        ("", "沒有學號", "學生", "日間部", 115, "2", "201", 3, ""),
        ("000004", "王?煊", "學生", "日間部", 115, "2", "201", 4, ""),
        ("000005", "小五", "外星人", "日間部", 115, "2", "201", 5, ""),
        ("000006", "小六", "學生", "夜貓部", 98, "九", "201", "五", "沒這人"),
        ("000001", "小一", "學生", "日間部", 115, "2", "201", 7, ""),
        ("000008", "小八", "學生", "日間部", 115, "1", "201", 8, ""),
        ("000009", "小九", "學生", "日間部", 115, "2", "201", 9, "沒這人"),
        ("000010", "造\ue000字", "學生", "日間部", 115, "2", "201", 10, ""),
    ]
    report = await take_over(Subject.PEOPLE, rows)
    assert report.ending is Ending.BAD_ROWS
    assert [(p.place.row, p.column, p.reason) for p in report.problems] == [
        (6, "number", Reason.MISSING),
        (7, "name", Reason.LOST_CHARACTER),
        (8, "kind", Reason.UNKNOWN_WORD),
        (9, "division", Reason.UNKNOWN_WORD),
        (9, "year", Reason.UNKNOWN_TERM),
        (9, "grade", Reason.UNKNOWN_WORD),
        (9, "seat", Reason.NOT_A_NUMBER),
        (10, "number", Reason.TWICE),
        (11, "grade", Reason.CONTRADICTS),
        (12, "homeroom_teacher", Reason.UNKNOWN_TEACHER),
        (13, "name", Reason.OWN_CHARACTER),
    ]
    async with store.reading() as session:
        assert await session.scalar(sa.select(sa.func.count(col(Person.id)))) == 0


async def test_good_rows_are_taken_over_only_when_asked(store: Store, take_over: Take) -> None:
    """Whose row is bad has not left; while a row has no number, nobody has."""
    await take_over(Subject.PEOPLE, people(30))
    rows = [*people(28), ("000029", "", "學生", "日間部", 115, "2", "201", 29, "")]
    report = await take_over(Subject.PEOPLE, rows, skip_bad=True)
    assert report.ending is Ending.WRITTEN
    assert await departed(store) == {"000030"}
    rows[-1] = ("", "沒有學號", "學生", "日間部", 115, "2", "201", 29, "")
    report = await take_over(Subject.PEOPLE, rows[:-2] + rows[-1:], skip_bad=True)
    assert report.told == {}
    assert await departed(store) == {"000030"}


async def test_a_number_cell_shorter_than_the_others_has_lost_its_zero(
    take_over: Take, tmp_path: Path
) -> None:
    """6240 among 06241 is refused with what it probably was; equally long numbers are taken."""
    rows = [*people(2), (3, "小三", "學生", "日間部", 115, "2", "201", 3, "")]
    report = await take_over(Subject.PEOPLE, xlsx_file(tmp_path / "a.xlsx", {"人員": rows}))
    (problem,) = report.problems
    assert (problem.place.row, problem.reason, problem.hint) == (6, Reason.LOST_ZERO, "000003")
    rows = [PEOPLE, *STAFF, *((110_000 + n, *pupil(n)[1:]) for n in range(1, 4))]
    report = await take_over(Subject.PEOPLE, xlsx_file(tmp_path / "b.xlsx", {"人員": rows}))
    assert report.ending is Ending.WRITTEN


@pytest.mark.parametrize(
    ("rows", "danger", "at_stake"),
    [
        (people(18), Danger.LEAVING, 2),
        (
            [*people(0), *(pupil(n, name=f"別人{n}" if n < 6 else "") for n in range(1, 21))],
            Danger.RENAMED,
            5,
        ),
        (
            [*people(0), *(pupil(n, room="202") for n in range(1, 21))],
            Danger.CLASS_EMPTIED,
            1,
        ),
    ],
)
async def test_a_dangerous_file_stops_until_its_number_is_typed(
    store: Store, take_over: Take, rows: list[object], danger: Danger, at_stake: int
) -> None:
    """Over 5 % leaving, over 20 % renamed, an emptied class: nothing is written before that."""
    await take_over(Subject.PEOPLE, people(20))
    for consent in (None, at_stake + 1):
        report = await take_over(Subject.PEOPLE, rows, consent=consent)
        assert report.ending is Ending.NEEDS_CONSENT
        assert [alarm.danger for alarm in report.alarms] == [danger]
        assert report.at_stake == at_stake
    assert await departed(store) == set()
    report = await take_over(Subject.PEOPLE, rows, consent=at_stake)
    assert report.ending is Ending.WRITTEN


async def test_who_is_gone_is_departed_and_can_come_back(store: Store, take_over: Take) -> None:
    """Nobody is deleted: the person keeps number, place and works."""
    await take_over(Subject.PEOPLE, people(30))
    report = await take_over(Subject.PEOPLE, people(29))
    assert report.told == {"left": 1}
    assert await departed(store) == {"000030"}
    report = await take_over(Subject.PEOPLE, people(30))
    assert report.told == {"returned": 1}
    assert await departed(store) == set()
    async with store.reading() as session:
        assert await session.scalar(sa.select(sa.func.count(col(Placement.id)))) == 30


async def test_a_new_year_lets_the_last_grade_graduate_without_alarm(
    store: Store, take_over: Take
) -> None:
    """Grade 3 of last year is expected to be gone; everybody else has a second place now."""
    last = [*people(0), *(pupil(n, room="301", year=114) for n in range(1, 11))]
    last += [pupil(n, room="101", year=114) for n in range(11, 21)]
    await take_over(Subject.PEOPLE, last)
    this = [*people(0), *(pupil(n, room="201") for n in range(11, 21))]
    report = await take_over(Subject.PEOPLE, this)
    assert (report.ending, report.told) == (Ending.WRITTEN, {"graduated": 10})
    async with store.reading() as session:
        assert await session.scalar(sa.select(sa.func.count(col(Placement.id)))) == 30


async def test_a_file_speaks_only_for_what_it_holds(store: Store, take_over: Take) -> None:
    """A list of one division, or of pupils only, takes nobody else for gone."""
    evening = [(f"9{n:05}", f"夜{n}", "學生", "進修部", 115, "1", "進101", n, "") for n in (1, 2)]
    await take_over(Subject.PEOPLE, [*people(20), *evening])
    report = await take_over(Subject.PEOPLE, [PEOPLE, *people(20)[3:]])
    assert report.ending is Ending.NOTHING_NEW
    report = await take_over(Subject.PEOPLE, [PEOPLE, *evening])
    assert report.ending is Ending.NOTHING_NEW
    assert await departed(store) == set()


async def test_staff_can_name_their_class_and_their_office(store: Store, take_over: Take) -> None:
    """A teacher's own row may say which class is theirs; 註冊組 is a role."""
    rows = [
        ("職編", "姓名", "身分", "班級", "職務"),
        ("T02", "王老師", "教師", "201", "註冊組長、導師"),
        ("T01", "林老師", "教師", "", ""),
    ]
    await take_over(Subject.PEOPLE, people(3))
    report = await take_over(Subject.PEOPLE, rows)
    assert report.problems == []
    async with store.reading() as session:
        teacher = await session.scalar(
            sa.select(col(Person.number)).join(
                SchoolClass, col(SchoolClass.homeroom_teacher_id) == col(Person.id)
            )
        )
        registrar = await session.scalar(
            sa.select(col(Person.number)).join(Role, col(Role.person_id) == col(Person.id))
        )
    assert (teacher, registrar) == ("T02", "T02")


async def test_a_dry_run_says_what_would_change_and_writes_nothing(
    store: Store, take_over: Take
) -> None:
    """The counts are those of the real run."""
    shown = await take_over(Subject.PEOPLE, people(3), dry_run=True)
    assert shown.ending is Ending.WOULD_WRITE
    async with store.reading() as session:
        assert await session.scalar(sa.select(sa.func.count(col(Person.id)))) == 0
    done = await take_over(Subject.PEOPLE, people(3))
    assert shown.counts == done.counts


async def test_the_audit_has_counts_and_no_names(store: Store, take_over: Take) -> None:
    """What an import did is on record without saying to whom."""
    await take_over(Subject.PEOPLE, people(3))
    async with store.reading() as session:
        entry = (await session.execute(sa.select(AuditEntry))).scalar_one()
    assert (entry.deed, entry.facts["rows"]) == ("imported", 5)
    assert entry.facts["counts"]["person"] == {"new": 5, "changed": 0, "removed": 0}
    assert "學生" not in str(entry.facts)


async def test_names_keep_what_is_seen_and_lose_what_is_not(store: Store, take_over: Take) -> None:
    """Markup characters stay as they are, marks that turn or hide text go."""
    rows = [*people(0), pupil(1, name="\u202e<b>王&_*[小]\u200b  明 ")]
    await take_over(Subject.PEOPLE, rows)
    async with store.reading() as session:
        name = await session.scalar(
            sa.select(col(Person.name)).where(col(Person.number) == "000001")
        )
    assert name == "<b>王&_*[小]  明"


async def test_a_school_without_divisions_need_not_say_any(
    store: Store, school: School, take_over: Take
) -> None:
    """Its pupils' classes have no division, whatever its system writes into the column."""
    async with store.writing() as session:
        session.add(school)
        school.rulebook = SMALL
    rows = [
        ("學號", "姓名", "身分", "部別", "學年度", "年級", "班級", "座號"),
        ("000001", "王小明", "學生", "", 115, 2, "201", 1),
        ("000002", "林小華", "學生", "日間部", 115, 2, "201", 2),
    ]
    report = await take_over(Subject.PEOPLE, rows)
    assert (report.ending, report.problems) == (Ending.WRITTEN, [])
    async with store.reading() as session:
        rooms = await session.scalars(sa.select(col(SchoolClass.division)))
        assert list(rooms) == [""]


async def test_last_years_list_after_this_years_adds_its_classes_and_nothing_else(
    store: Store, take_over: Take
) -> None:
    """It stops for a typed number; then nobody leaves, comes back or is renamed by it."""
    graduate, known = pupil(40, room="301", year=114), pupil(1, room="101", year=114, name="舊名")
    await take_over(Subject.PEOPLE, people(20))
    older = [PEOPLE, *STAFF[:1], known, graduate]
    report = await take_over(Subject.PEOPLE, older)
    assert [(alarm.danger, alarm.facts) for alarm in report.alarms] == [
        (Danger.OLDER_LIST, {"year": 114, "newest": 115})
    ]
    report = await take_over(Subject.PEOPLE, older, consent=report.at_stake)
    assert (report.ending, report.told) == (Ending.WRITTEN, {})
    assert await departed(store) == {"000040"}
    async with store.reading() as session:
        names = set(await session.scalars(sa.select(col(Person.name))))
        years = set(await session.scalars(sa.select(col(SchoolClass.year))))
    assert "舊名" not in names
    assert years == {114, 115}
    assert (await take_over(Subject.PEOPLE, older)).ending is Ending.NOTHING_NEW


async def test_the_list_of_one_division_is_not_older_than_anothers(take_over: Take) -> None:
    """進修部 may bring last year's list first, whatever is known of 日間部."""
    await take_over(Subject.PEOPLE, people(20))
    evening = [
        (*pupil(n, room="1進", year=114)[:3], "進修部", *pupil(n, room="1進", year=114)[4:])
        for n in range(41, 43)
    ]
    report = await take_over(Subject.PEOPLE, [PEOPLE, *STAFF, *evening])
    assert (report.ending, report.alarms) == (Ending.WRITTEN, [])
