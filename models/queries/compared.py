"""Tells whether what a file was compared with is still as it was, and keeps it so.

Comparing takes longer than writing, and on SQLite whoever writes keeps everybody else from it. So a
file is compared first, and the writing transaction only asks whether anything moved since.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.import_runs import STAMP
from models.queries.importing import OUTCOME
from models.rules.importing.changes import Changes
from models.tables import AuditEntry, CourseOutcome, ImportRun, Selection, Setting, Term

_AT_ONCE = 5_000

Mark = tuple[Any, ...]
"""Equal marks mean that nothing which people, courses, works and officers are compared with moved.

People, classes, courses and enrolments are changed by imports only, which leave a run; of works the
moment of the last file counts too. What is done to a work through the bot makes its version grow
and is audited; selections come and go; the timetable may add a term.
"""


async def mark(session: AsyncSession, school_id: int) -> Mark:
    """Return the mark of a school; it is taken before anything that is compared is read."""
    count = sa.func.count()
    sought: tuple[sa.Select[Any], ...] = (
        _of(ImportRun, sa.func.max(col(ImportRun.id)), sa.func.count(col(ImportRun.undone_at))),
        _of(Setting, sa.func.max(col(Setting.value))).where(col(Setting.key) == f"{STAMP}works"),
        _of(CourseOutcome, count, sa.func.sum(col(CourseOutcome.version))),
        _of(AuditEntry, count).where(col(AuditEntry.thing).startswith(OUTCOME)),
        _of(
            Selection,
            count,
            sa.func.sum(col(Selection.id)),
            sa.func.max(col(Selection.selected_at)),
        ),
        _of(Term, count),
    )
    found: list[Any] = []
    for each in sought:
        mine = each.where(sa.column("school_id") == school_id)
        found += (await session.execute(mine)).one()
    return tuple(found)


def _of(table: Any, *figures: Any) -> sa.Select[Any]:
    return sa.select(*figures).select_from(table)


async def hold(session: AsyncSession, changes: Changes) -> None:
    """Let nobody change the stored works that the changes are about until this transaction ends."""
    ids = {one.id for one in changes.updates.get("course_outcome", ())}
    ids |= {row["outcome_id"] or 0 for row in changes.inserts.get("selection", ())}
    await _lock(session, sorted(id_ for id_ in ids if id_ > 0))


async def hold_all(session: AsyncSession, school_id: int) -> None:
    """Let nobody change any work of the school until this transaction ends."""
    of_school = sa.select(col(CourseOutcome.id)).where(col(CourseOutcome.school_id) == school_id)
    await session.execute(of_school.order_by(col(CourseOutcome.id)).with_for_update())


async def _lock(session: AsyncSession, ids: Sequence[int]) -> None:
    for first in range(0, len(ids), _AT_ONCE):
        some: Iterable[int] = ids[first : first + _AT_ONCE]
        rows = sa.select(col(CourseOutcome.id)).where(col(CourseOutcome.id).in_(some))
        await session.execute(rows.order_by(col(CourseOutcome.id)).with_for_update())
