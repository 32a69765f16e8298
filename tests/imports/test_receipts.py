"""Receipt statements from a file: taken whole, told once, and never changed under an answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.imports.receipts import Round
from bot.imports.taking import Ending, Report, Subject
from models.queries.import_runs import BuiltUpon
from models.queries.receipt_imports import NoReceiptWindow
from models.rules.importing.comparison import Danger
from models.rules.importing.problems import Reason
from models.rules.roc import Term
from models.store import Store
from models.tables import (
    AuditEntry,
    ChatAccount,
    Confirmation,
    ImportRun,
    Letter,
    Notice,
    Person,
    ReceiptLine,
    ReceiptStatement,
    School,
    Window,
)
from models.tables import Term as TermRow
from models.vocabulary import NoticeKind, NoticeState, Stage
from scheduler import planning
from tests.imports.conftest import NOW, Take
from tests.imports.files import Row, people, pupil, xlsx_file
from tests.imports.pictures import everything
from tests.imports.test_undo import undo

RECEIPTS = ("學號", "類別", "名稱", "說明")
OF = Round(Term("115-1"))
DAY = timedelta(days=1)


def line(number: int, title: str = "斜面實驗", part: str = "課程學習成果") -> Row:
    """Return a line of a pupil's statement."""
    return f"0{number:05}", part, title, "物理"


async def window(store: Store, school: School, opens_at: datetime, closes_at: datetime) -> None:
    """Give 115-1 a receipt window for the second grade, and let the school be planned."""
    async with store.writing() as session:
        term = TermRow(school_id=school.id, year=115, semester=1)
        session.add(term)
        await session.flush()
        session.add_all(
            Window(
                school_id=school.id,
                term_id=term.id,
                stage=Stage.RECEIPT,
                grades="2",
                round=number,
                opens_at=opens_at,
                closes_at=closes_at,
            )
            for number in (1, 2)
        )
        known = await session.get_one(School, school.id)
        known.planned_until = NOW - DAY


@pytest.fixture
async def taken(store: Store, school: School, take_over: Take) -> Any:
    """Give a function that takes statements over; three pupils have a window of a week."""
    await take_over(Subject.PEOPLE, [*people(3), pupil(31, room="301")])
    await window(store, school, NOW - DAY / 2, NOW + 6 * DAY)

    async def take(*rows: Row, of: Round = OF, now: datetime = NOW, **terms: object) -> Report:
        return await take_over(Subject.RECEIPTS, [RECEIPTS, *rows], of=of, now=now, **terms)

    return take


async def rows_of(store: Store, table: Any, **wanted: object) -> list[Any]:
    """Return rows in the order they were written."""
    async with store.reading() as session:
        return list(
            (await session.execute(select(table).filter_by(**wanted).order_by(table.id))).scalars()
        )


async def confirm(store: Store) -> None:
    """Let the first statement be confirmed."""
    async with store.writing() as session:
        statement = (
            (await session.execute(select(ReceiptStatement).order_by(col(ReceiptStatement.id))))
            .scalars()
            .first()
        )
        assert statement is not None
        session.add(
            Confirmation(
                school_id=statement.school_id,
                statement_id=statement.id,
                person_id=statement.person_id,
                confirmed_at=NOW,
            )
        )


def reasons(report: Report) -> list[tuple[int, str, Reason]]:
    """Return the row, column and reason of every problem."""
    return [(each.place.row, each.column, each.reason) for each in report.problems]


async def test_statements_are_written_once_and_told_at_once_in_an_open_window(
    store: Store, taken: Any
) -> None:
    """Lines keep the file's order; the second time nothing changes and nobody is told again."""
    rows = [line(1), line(2, "光的折射"), line(1, "修課紀錄", "修課紀錄")]
    report = await taken(*rows)

    assert (report.ending, report.told) == (Ending.WRITTEN, {"without_statement": 1})
    statements = await rows_of(store, ReceiptStatement)
    assert [row.version for row in statements] == [1, 1]
    lines = await rows_of(store, ReceiptLine, statement_id=statements[0].id)
    assert [(row.number, row.title) for row in lines] == [(1, "斜面實驗"), (2, "修課紀錄")]
    told = await rows_of(store, Notice, kind=NoticeKind.RECEIPT_OPENED)
    assert {row.person_id for row in told} == {row.person_id for row in statements}
    assert all(row.required and row.due_at == NOW for row in told)
    assert (await rows_of(store, AuditEntry))[-1].facts["subject"] == "receipts"

    assert (await taken(*reversed(rows))).ending is Ending.NOTHING_NEW
    await planning.plan(store, NOW + DAY / 24)
    assert len(await rows_of(store, Notice, kind=NoticeKind.RECEIPT_OPENED)) == 2


async def test_planning_tells_of_a_window_that_opens_later(
    store: Store, school: School, take_over: Take
) -> None:
    """Before the opening nothing is said."""
    await take_over(Subject.PEOPLE, people(1))
    await window(store, school, NOW + DAY, NOW + 5 * DAY)
    await take_over(Subject.RECEIPTS, [RECEIPTS, line(1)], of=OF)
    assert not await rows_of(store, Notice)
    await planning.plan(store, NOW + DAY)
    assert len(await rows_of(store, Notice, kind=NoticeKind.RECEIPT_OPENED)) == 1


async def test_bad_rows_have_their_place_and_hold_the_whole_statement_back(
    store: Store, taken: Any
) -> None:
    """With --skip-bad a pupil with one bad row gets no statement: a line would be missing."""
    bad = [
        line(1),
        line(1, "", "多元表現"),
        line(2, part="歌唱"),
        line(77),
        line(31),
        line(3),
        line(3),
    ]
    report = await taken(*bad)
    assert report.ending is Ending.BAD_ROWS
    assert reasons(report) == [
        (3, "title", Reason.MISSING),
        (4, "part", Reason.UNKNOWN_WORD),
        (5, "pupil", Reason.UNKNOWN_PUPIL),
        (6, "pupil", Reason.NO_RECEIPT_WINDOW),
        (8, "title", Reason.TWICE),
    ]
    assert (await taken(*bad, skip_bad=True)).ending is Ending.NOTHING_NEW
    assert not await rows_of(store, ReceiptStatement)


async def test_a_round_that_the_timetable_lacks_is_named_with_those_it_has(taken: Any) -> None:
    """Nothing is compared."""
    with pytest.raises(NoReceiptWindow) as refusal:
        await taken(line(1), of=Round(Term("114-2")))
    assert refusal.value.known == (("115-1", 1), ("115-1", 2))


async def test_nobody_gets_a_statement_whose_window_is_over(store: Store, taken: Any) -> None:
    """Silence would count as agreement to what nobody has seen."""
    report = await taken(line(1), now=NOW + 6 * DAY)
    assert reasons(report) == [(2, "pupil", Reason.RECEIPT_OVER)]
    assert not await rows_of(store, ReceiptStatement)


async def test_a_statement_that_comes_late_in_its_window_needs_a_word(taken: Any) -> None:
    """The law wants three days, the first and the last included."""
    (alarm,) = (await taken(line(1), now=NOW + 5 * DAY)).alarms
    assert (alarm.danger, alarm.count) == (Danger.SHORT_NOTICE, 1)
    assert not (await taken(line(1), now=NOW + 4 * DAY)).alarms


async def test_a_round_in_which_nobody_answered_can_be_written_over(
    store: Store, school: School, taken: Any
) -> None:
    """Its version grows, so that an old card is outdated; undoing brings every line back."""
    await taken(line(1, "甲"), line(1, "乙"), line(1, "丙"), line(2), line(3))
    before = await everything(store)
    for rows in ([line(1, "丁")], [line(1, letter) for letter in "戊己庚辛"]):
        report = await taken(*rows)
        assert report.ending is Ending.NEEDS_CONSENT
        assert report.alarms[0].danger is Danger.STATEMENTS_CHANGED
        assert (await taken(*rows, consent=1)).ending is Ending.WRITTEN
    changed = (await rows_of(store, ReceiptStatement))[0]
    assert changed.version == 3
    lines = await rows_of(store, ReceiptLine, statement_id=changed.id)
    assert [(row.number, row.title) for row in lines] == list(enumerate("戊己庚辛", start=1))
    for _ in range(2):
        await undo(store, school)
    assert await everything(store) == before


async def test_a_round_that_has_begun_stays_and_grows_only_by_new_pupils(
    store: Store, taken: Any
) -> None:
    """The corrected statement comes as the next round."""
    await taken(line(1), line(2))
    await confirm(store)

    report = await taken(line(2, "光的折射"), line(3))
    assert [(*each, report.problems[0].hint) for each in reasons(report)] == [
        (2, "pupil", Reason.ROUND_BEGUN, "2")
    ]
    assert (await taken(line(1), line(2), line(3))).ending is Ending.WRITTEN
    second = await taken(line(2, "光的折射"), of=Round(OF.term, 2))
    assert second.ending is Ending.WRITTEN
    assert len(await rows_of(store, ReceiptStatement)) == 4


async def test_what_was_answered_is_not_taken_back(
    store: Store, school: School, taken: Any
) -> None:
    """Neither a new statement nor one that was written over."""
    await taken(line(1))
    await taken(line(1, "光的折射"), consent=1)
    await confirm(store)
    for _ in range(2):
        with pytest.raises(BuiltUpon):
            await undo(store, school)
        async with store.writing() as session:  # then as if it had been the only import
            await session.execute(
                sa.delete(ImportRun).where(
                    col(ImportRun.id) == sa.select(sa.func.max(ImportRun.id)).scalar_subquery()
                )
            )


async def test_what_a_letter_was_printed_about_is_not_taken_back(
    store: Store, school: School, taken: Any
) -> None:
    """Its version would come again with other lines, and the letter would count as having told."""
    await taken(line(1))
    await taken(line(1, "光的折射"), consent=1)
    async with store.writing() as session:
        about = (await session.scalars(select(ReceiptStatement))).one()
        window_id: Any = await session.scalar(sa.select(sa.func.min(Window.id)))
        session.add(
            Letter(
                school_id=school.id,
                person_id=about.person_id,
                statement_id=about.id,
                window_id=window_id,
                version=about.version,
                code="7KQ2MXWC",
                deadline_at=NOW + 5 * DAY,
                printed_at=NOW,
            )
        )
    with pytest.raises(BuiltUpon):
        await undo(store, school)


async def test_who_was_not_told_of_a_statement_taken_back_is_told_when_it_returns(
    store: Store, school: School, taken: Any
) -> None:
    """The dropped notice waits again, one for the pupil in all."""
    await taken(line(1))
    await undo(store, school)
    async with store.writing() as session:
        await session.execute(
            sa.update(Notice).values(state=NoticeState.SKIPPED, silence="decided")
        )
        person = await session.scalar(
            sa.select(col(Person.id)).where(col(Person.number) == "000001")
        )
        account = ChatAccount(
            school_id=school.id, person_id=person, channel="line", address="U", state_at=NOW
        )
        session.add(account)
    await taken(line(1))
    (notice,) = await rows_of(store, Notice)
    assert (notice.state, notice.silence) == (NoticeState.WAITING, None)


async def test_sheets_called_like_the_parts_need_no_column(
    tmp_path: Any, take_over: Take, store: Store, school: School
) -> None:
    """Each part on its own sheet, with the names that a platform gives its columns."""
    await take_over(Subject.PEOPLE, people(1))
    await window(store, school, NOW, NOW + 4 * DAY)
    file = xlsx_file(
        tmp_path / "statements.xlsx",
        {
            "課程學習成果": [("學號", "成果名稱", "科目名稱"), ("000001", "斜面實驗", "物理")],
            "校內幹部經歷": [("學號", "名稱", "說明"), ("000001", "班長", "115-1")],
        },
    )
    assert (await take_over(Subject.RECEIPTS, file, of=OF)).ending is Ending.WRITTEN
    lines = await rows_of(store, ReceiptLine)
    assert [(row.part, row.detail) for row in lines] == [
        ("outcome", "物理"),
        ("officer_record", "115-1"),
    ]
