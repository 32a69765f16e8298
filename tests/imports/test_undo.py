"""Any import can be taken back exactly, or not at all; the same on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col

from bot.imports.taking import Ending, Subject
from models.queries import import_runs
from models.queries.import_runs import BuiltUpon, NothingToUndo
from models.store import Store
from models.tables import AuditEntry, CourseOutcome, ImportRun, School, Setting
from tests.imports.conftest import NOW, Take
from tests.imports.files import COURSES, OUTCOMES, courses, outcome, people, pupil
from tests.imports.pictures import everything

LATER = NOW + timedelta(hours=1)


async def undo(store: Store, school: School) -> ImportRun:
    """Take the latest import back."""
    async with store.writing() as session:
        return await import_runs.undo(session, school.id, LATER)


async def test_three_imports_are_taken_back_one_after_another(
    store: Store, school: School, take_over: Take
) -> None:
    """New, changed, departed, removed: every row is again what it was, the stamps as well."""
    steps = [
        (Subject.PEOPLE, people(20), None),
        (Subject.COURSES, courses(), None),
        (
            Subject.WORKS,
            [OUTCOMES, outcome("A", "已勾選"), outcome("B", "送出認證", digest="b")],
            None,
        ),
        (
            Subject.PEOPLE,
            [*people(0), *(pupil(n, name=f"改名{n}", room="202") for n in range(1, 18))],
            17,
        ),
        (Subject.COURSES, [COURSES, (115, 1, "PHY01", "物理", "T02", "", "000001")], 19),
        (
            Subject.WORKS,
            [OUTCOMES, outcome("A", "認證成功"), outcome("B", "認證成功", digest="b")],
            None,
        ),
    ]
    pictures = []
    for number, (subject, rows, consent) in enumerate(steps):
        pictures.append(await everything(store))
        at = NOW + timedelta(minutes=number)
        report = await take_over(subject, rows, consent=consent, now=at)
        assert report.ending is Ending.WRITTEN, (number, report.at_stake, report.problems)
    for picture in reversed(pictures[1:]):
        await undo(store, school)
        assert await everything(store) == picture
    with pytest.raises(NothingToUndo):
        await undo(store, school)


async def test_an_import_that_was_built_upon_stays(
    store: Store, school: School, take_over: Take
) -> None:
    """A work that was certified since, or a person with a work, holds the import in place."""
    await take_over(Subject.PEOPLE, people(20))
    await take_over(Subject.COURSES, courses())
    await take_over(Subject.WORKS, [OUTCOMES, outcome("A", "送出認證")])
    async with store.writing() as session:
        await session.execute(sa.update(CourseOutcome).values(version=CourseOutcome.version + 1))
    before = await everything(store)
    with pytest.raises(BuiltUpon):
        await undo(store, school)
    assert await everything(store) == before


async def test_a_changed_row_that_changed_again_stays(
    store: Store, school: School, take_over: Take
) -> None:
    """Taking back would lose what came after."""
    await take_over(Subject.PEOPLE, people(20))
    await take_over(Subject.PEOPLE, [*people(19), pupil(20, name="改名")])
    async with store.writing() as session:
        person = SQLModel.metadata.tables["person"]
        await session.execute(
            sa.update(person).where(person.c.number == "000020").values(name="又改")
        )
    with pytest.raises(BuiltUpon):
        await undo(store, school)


async def test_rows_that_others_point_to_stay(
    store: Store, school: School, take_over: Take
) -> None:
    """A person whom something else in the store speaks of is not deleted."""
    await take_over(Subject.PEOPLE, people(3))
    async with store.writing() as session:
        person = SQLModel.metadata.tables["person"]
        id_ = await session.scalar(sa.select(person.c.id).where(person.c.number == "000001"))
        session.add(AuditEntry(school_id=school.id, at=NOW, deed="linked", person_id=id_))
    with pytest.raises(BuiltUpon):
        await undo(store, school)


async def test_only_the_latest_imports_can_be_taken_back(
    store: Store, school: School, take_over: Take
) -> None:
    """What undoes older ones is emptied: names are not kept longer than they serve."""
    for count in range(1, 9):
        await take_over(Subject.PEOPLE, people(count))
    async with store.reading() as session:
        kept = await session.scalars(
            sa.select(col(ImportRun.id)).where(col(ImportRun.inverse).is_not(None))
        )
        assert len(kept.all()) == import_runs.CAN_BE_UNDONE
        stamps = await session.scalars(sa.select(col(Setting.key)))
        assert stamps.all() == ["imported/people"]
    for _ in range(import_runs.CAN_BE_UNDONE):
        await undo(store, school)
    with pytest.raises(NothingToUndo):
        await undo(store, school)
