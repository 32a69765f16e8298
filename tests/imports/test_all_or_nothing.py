"""A file is taken over altogether or not at all, whatever happens on the way; both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from itertools import count
from typing import Any
from unittest.mock import AsyncMock

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.imports.columns import load
from bot.imports.sheets import TO_A_CHUNK, Cell, PackedRows, Sheet, packed
from bot.imports.taking import Ending, Parcel, Report, Subject, Terms, take
from models.queries import import_runs
from models.queries.pouring import pour
from models.store import Store
from models.tables import CourseOutcome, Person, School
from models.vocabulary import OutcomeState, PersonKind
from tests.imports.conftest import NOW
from tests.imports.files import OUTCOMES, Row, courses, outcome, people, pupil
from tests.imports.pictures import everything

WORKS = [
    OUTCOMES,
    outcome("A", "已勾選"),
    outcome("B", "送出認證", digest="b"),
    outcome("C", "已上傳", pupil="000002", digest="c"),
]
AUDITED = ("import_run", "audit_entry", "import_report", "discrepancy")
"""What an import writes besides; a run that is broken off must not be in it either."""


class PowerCut(Exception):
    """The process ends here."""


async def taken(store: Store, school: School, subject: Subject, rows: Sequence[Row]) -> Report:
    """Take rows over without a file."""
    parcel = Parcel(subject, [Sheet("", [list(row) for row in rows])], load(None))
    return await take(store, school, parcel, Terms(consent=3), now=NOW)


@contextmanager
def before_changes(store: Store, call: Callable[[], None]) -> Iterator[None]:
    """Have something called before every statement that changes rows, and before each commit."""
    engine = store.engine.sync_engine

    def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            call()

    def commit(_connection: Any) -> None:
        call()

    sa.event.listen(engine, "before_cursor_execute", before)
    sa.event.listen(engine, "commit", commit)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", before)
        sa.event.remove(engine, "commit", commit)


async def cut_off_everywhere(store: Store, work: Callable[[], Awaitable[Any]], most: int) -> None:
    """Let the power fail before the first change, the second, … and the last of `most`."""
    for change in range(1, most + 1):
        left = count(1 - change)

        def fail(left: Iterator[int] = left) -> None:
            if next(left) == 0:
                raise PowerCut

        with before_changes(store, fail), pytest.raises(PowerCut):
            await work()


async def test_a_file_or_an_undo_that_is_cut_off_at_any_change_leaves_nothing(
    store: Store, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New, changed and removed rows, the run, the stamp, the audit: no part of it is left."""
    monkeypatch.setattr(store, "study", AsyncMock())  # comes after all of it is there
    for subject, rows in (
        (Subject.PEOPLE, people(5)),
        (Subject.COURSES, courses()[:2]),
        (Subject.WORKS, WORKS[:3]),
    ):
        assert (await taken(store, school, subject, rows)).ending is Ending.WRITTEN
    for subject, rows in (
        (Subject.PEOPLE, [*people(4), pupil(5, name="改名", room="202"), pupil(6)]),
        (Subject.COURSES, courses()),
        (Subject.WORKS, [*WORKS[:2], outcome("B", "認證成功", digest="b"), WORKS[3]]),
    ):

        async def import_it(subject: Subject = subject, rows: Sequence[Row] = rows) -> None:
            ending = (await taken(store, school, subject, rows)).ending
            assert ending is Ending.WRITTEN

        async def undo_it() -> None:
            async with store.writing() as session:
                await import_runs.undo(session, school.id, NOW)

        for work, back in ((import_it, undo_it), (undo_it, import_it)):
            changes: list[None] = []
            with before_changes(store, lambda seen=changes: seen.append(None)):  # type: ignore[misc]
                await work()
            await back()
            before = await everything(store, *AUDITED)
            await cut_off_everywhere(store, work, len(changes))
            assert (len(changes) > 5, await everything(store, *AUDITED)) == (True, before)
            await work()


class _Meddled:
    """A store whose first writing finds that somebody else was there just before."""

    def __init__(self, store: Store, meddle: Callable[[], Any]) -> None:
        self._store = store
        self._meddle = meddle
        self._met = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def writing(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self._writing()

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncSession]:
        if not self._met:
            self._met = True
            await self._meddle()
        async with self._store.writing() as session:
            yield session


async def test_what_was_done_between_comparing_and_writing_is_compared_again(
    store: Store, school: School
) -> None:
    """A teacher's word in that moment stays; the same file twice at once is written once."""
    await taken(store, school, Subject.PEOPLE, people(3))
    await taken(store, school, Subject.COURSES, courses()[:2])

    async def the_same() -> None:
        assert (await taken(store, school, Subject.WORKS, WORKS[:3])).ending is Ending.WRITTEN

    meddled: Any = _Meddled(store, the_same)
    assert (await taken(meddled, school, Subject.WORKS, WORKS[:3])).ending is Ending.NOTHING_NEW

    async def certify() -> None:
        async with store.writing() as session:
            change = sa.update(CourseOutcome).where(col(CourseOutcome.title) == "B")
            await session.execute(change.values(state=OutcomeState.CERTIFIED, version=9))

    changed = [*WORKS[:2], outcome("B", "認證成功", digest="b2"), WORKS[3]]
    meddled = _Meddled(store, certify)
    assert (await taken(meddled, school, Subject.WORKS, changed)).ending is Ending.WRITTEN
    async with store.reading() as session:
        version = await session.scalar(
            sa.select(col(CourseOutcome.version)).where(col(CourseOutcome.title) == "B")
        )
    assert version == 10

    async def many_more() -> None:
        await taken(store, school, Subject.PEOPLE, people(9))

    meddled = _Meddled(store, many_more)
    before = await taken(meddled, school, Subject.PEOPLE, [*people(3), pupil(99)])
    assert (before.ending, before.at_stake) == (Ending.NEEDS_CONSENT, 6)


async def test_rows_that_the_database_refuses_are_not_poured(store: Store, school: School) -> None:
    """The same error on both engines, and what was poured before it goes too."""
    table: Any = Person.__table__  # type: ignore[attr-defined]
    rows = [
        {"school_id": school.id, "kind": PersonKind.PUPIL, "number": number, "name": "王"}
        | {"departed": False}
        for number in ("1", "2", "1")
    ]

    async def write() -> None:
        async with store.writing() as session:
            await pour(session, table, rows[:1])
            await pour(session, table, rows[1:])

    with pytest.raises(IntegrityError):
        await write()
    async with store.reading() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0


cells = st.one_of(st.text(max_size=6), st.integers(-(10**15), 10**15))


@examples(max_examples=30)
@given(
    rows=st.lists(st.lists(cells, max_size=3), max_size=12),
    times=st.integers(1, TO_A_CHUNK // 4),
)
def test_packed_rows_are_the_rows(rows: list[list[Cell]], times: int) -> None:
    """One by one, in slices, in any order; also where a chunk ends."""
    many = rows * times
    chunks = list(packed(many))
    assert not any(b"\n" in chunk for chunk in chunks)
    kept = PackedRows(chunks, len(many))
    assert [*kept] == many
    assert kept[:10] == many[:10]
    assert [kept[place] for place in reversed(range(len(kept)))] == many[::-1]
