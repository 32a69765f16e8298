"""What an import of works finds to differ: kept as a report, worked off as a list, gone with it."""

from __future__ import annotations

import os
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.clock import SystemClock
from bot.imports.dating import data_at, read_moment, stamp_of
from bot.imports.taking import Ending, Subject
from models.errors import NotYours
from models.queries import import_runs, preferences, reconciling
from models.rules.importing.comparison import Danger
from models.store import Store
from models.tables import Discrepancy, School
from models.vocabulary import Difference, OutcomeState
from tests.imports.conftest import NOW, Take
from tests.imports.files import OUTCOMES, courses, outcome, people, xlsx_file
from tests.imports.test_works import act, states

DAY = timedelta(days=1)


async def test_a_report_is_kept_and_a_list_is_worked_off(
    store: Store, school: School, take_over: Take
) -> None:
    """What agrees leaves the list; what was settled in vain comes back; what is new is added."""
    await take_over(Subject.PEOPLE, people(20))
    await take_over(Subject.COURSES, courses())
    works = [outcome(title, "認證中", digest=title) for title in ("A", "B", "C")]
    await take_over(Subject.WORKS, [OUTCOMES, *works], now=NOW, data_at=NOW - DAY)
    await act(store, school, "A", OutcomeState.CERTIFIED)
    await act(store, school, "B", OutcomeState.CERTIFIED)

    old = await take_over(Subject.WORKS, [OUTCOMES, *works], now=NOW, data_at=NOW - DAY)
    assert old.mismatches == []
    report = await take_over(Subject.WORKS, [OUTCOMES, *works], now=NOW + DAY)
    assert report.ending is Ending.NOTHING_NEW
    async with store.writing() as session:
        kept = await reconciling.report(session, school.id)
        assert kept is not None
        assert (kept.rows, kept.data_at) == (3, NOW + DAY)
        assert kept.by_difference == {Difference.NOT_CERTIFIED_THERE: 2}
        assert await preferences.imported_at(session, school.id) == NOW + DAY
        listed = await reconciling.standing(session, school.id)
        assert [one.mismatch.title for one in listed] == ["A", "B"]
        for one in listed:
            assert await reconciling.settle(session, school.id, one.id, None, NOW + DAY)
        assert await reconciling.settle(session, school.id, listed[0].id, None, NOW) is None
        with pytest.raises(NotYours):
            await reconciling.settle(session, school.id + 1, listed[0].id, None, NOW)
        assert await reconciling.standing(session, school.id) == []

    corrected = [outcome("A", "認證成功", digest="A"), *works[1:]]
    await take_over(Subject.WORKS, [OUTCOMES, *corrected], now=NOW + 2 * DAY)
    async with store.reading() as session:
        (left,) = await reconciling.standing(session, school.id)
        assert (left.mismatch.title, left.mismatch.theirs) == ("B", OutcomeState.AWAITING)
        stored = sa.select(sa.func.count()).select_from(Discrepancy)
        assert await session.scalar(stored) == 1
        first = await reconciling.report(session, school.id, kept.id)
        assert first is not None
        assert first.mismatches == kept.mismatches
        assert await reconciling.report(session, school.id + 1, kept.id) is None


async def test_an_import_that_is_undone_takes_its_differences_with_it(
    store: Store, school: School, take_over: Take
) -> None:
    """And the moment of the data is that of the import before."""
    await take_over(Subject.PEOPLE, people(20))
    await take_over(Subject.COURSES, courses())
    rows = [outcome("A", "認證中", digest="a")]
    await take_over(Subject.WORKS, [OUTCOMES, *rows], data_at=NOW - DAY)
    await act(store, school, "A", OutcomeState.CERTIFIED)
    more = [*rows, outcome("B", "已上傳", digest="b")]
    await take_over(Subject.WORKS, [OUTCOMES, *more], now=NOW + DAY)
    async with store.writing() as session:
        assert await reconciling.count_standing(session, school.id) == 1
        await import_runs.undo(session, school.id, NOW + DAY)
        assert await reconciling.count_standing(session, school.id) == 0
        assert await preferences.imported_at(session, school.id) == NOW - DAY
        kept = await reconciling.report(session, school.id)
        assert kept is not None
        assert kept.undone_at == NOW + DAY
    assert await states(store) == {"A": OutcomeState.CERTIFIED}


async def test_an_older_file_needs_a_persons_word(take_over: Take) -> None:
    """Last month's list by mistake would say of everybody what they had not done by then."""
    await take_over(Subject.PEOPLE, people(20))
    await take_over(Subject.COURSES, courses())
    rows = [OUTCOMES, outcome("A", "認證中", digest="a")]
    await take_over(Subject.WORKS, rows)
    report = await take_over(Subject.WORKS, rows, data_at=NOW - DAY)
    assert (report.ending, [one.danger for one in report.alarms]) == (
        Ending.NEEDS_CONSENT,
        [Danger.OLDER_DATA],
    )


def test_a_file_says_of_what_moment_it_is(tmp_path: Path) -> None:
    """What is typed counts first, then what a workbook says, then the file's time; never later."""
    workbook = xlsx_file(tmp_path / "works.xlsx", {"成果": [OUTCOMES]})
    stamped = stamp_of(workbook)
    assert stamped is not None
    plain = tmp_path / "works.csv"
    plain.write_text("學號", "utf-8")
    os.utime(plain, (NOW.timestamp(), NOW.timestamp()))
    later = SystemClock().now() + DAY

    assert stamp_of(plain) is None
    assert data_at(workbook, None, later) == stamped
    assert data_at(workbook, NOW, later) == NOW
    assert data_at(plain, None, NOW + DAY) == NOW
    assert data_at(plain, NOW + 9 * DAY, NOW + DAY) == NOW + DAY
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(broken, "w") as parts:
        parts.writestr("docProps/core.xml", "<dcterms:modified>9999-99-99T99:99:99Z<")
    assert stamp_of(broken) is None


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("113/5/20 08:00", "2024-05-20T08:00+08:00"),
        ("2024/5/20 8:05", "2024-05-20T08:05+08:00"),
        ("1130520", "2024-05-20T00:00+08:00"),
        ("yesterday", None),
        ("113/5/20 25:00", None),
        ("", None),
    ],
)
def test_a_moment_is_typed_as_people_write_it(typed: str, moment: str | None) -> None:
    """In either calendar, with an hour or without."""
    if moment is None:
        with pytest.raises(ValueError, match=r".*"):
            read_moment(typed)
    else:
        assert read_moment(typed) == datetime.fromisoformat(moment)
