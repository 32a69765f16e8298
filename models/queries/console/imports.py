"""What the console shows of imports: the rows that changes point to, and the runs there were."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from models.queries.import_runs import STAMP
from models.rules.importing.changes import Values
from models.tables import AuditEntry, ImportRun, Setting

_AT_ONCE = 500
_RUN = "import_run:"
COUNTS = ("new", "changed", "removed")
_SHOWN: tuple[Any, ...] = (
    ImportRun.id,
    ImportRun.subject,
    ImportRun.at,
    ImportRun.data_at,
    ImportRun.rows,
    ImportRun.counts,
    ImportRun.undone_at,
)


@dataclass(frozen=True, slots=True)
class Run:
    """An import that changed something; `by` is the account of the console, None at a terminal."""

    id: int
    subject: str
    at: datetime
    data_at: datetime | None
    rows: int
    counts: dict[str, dict[str, int]]
    undone_at: datetime | None
    can_be_undone: bool
    by: int | None = None

    @property
    def totals(self) -> dict[str, int]:
        """Return how many rows of all tables were new, changed and removed."""
        return {
            each: sum(numbers.get(each, 0) for numbers in self.counts.values()) for each in COUNTS
        }


async def rows(
    session: AsyncSession, school_id: int, table: str, ids: Collection[int]
) -> dict[int, Values]:
    """Return stored rows of a school by their ids."""
    target = SQLModel.metadata.tables[table]
    found: dict[int, Values] = {}
    for some in _batches(ids):
        stored = await session.execute(
            sa.select(target).where(target.c.id.in_(some), target.c.school_id == school_id)
        )
        found |= {row["id"]: dict(row) for row in stored.mappings()}
    return found


async def history(
    session: AsyncSession, school_id: int, subjects: Collection[str], *, limit: int, offset: int = 0
) -> list[Run]:
    """Return the school's imports of some subjects, the latest first, with who made them."""
    asked = (
        sa.select(*_SHOWN, col(ImportRun.inverse).is_not(None).label("can_be_undone"))
        .where(col(ImportRun.school_id) == school_id, col(ImportRun.subject).in_(list(subjects)))
        .order_by(col(ImportRun.id).desc())
        .limit(limit)
        .offset(offset)
    )
    found: Any = (await session.execute(asked)).all()
    by = await _accounts(session, school_id, [row.id for row in found])
    return [Run(**row._mapping, by=by.get(row.id)) for row in found]


async def latest(session: AsyncSession, school_id: int) -> Run | None:
    """Return the school's latest import that was not undone, of whatever it was."""
    asked = (
        sa.select(*_SHOWN, col(ImportRun.inverse).is_not(None).label("can_be_undone"))
        .where(col(ImportRun.school_id) == school_id, col(ImportRun.undone_at).is_(None))
        .order_by(col(ImportRun.id).desc())
        .limit(1)
    )
    row: Any = (await session.execute(asked)).one_or_none()
    if row is None:
        return None
    by = await _accounts(session, school_id, [row.id])
    return Run(**row._mapping, by=by.get(row.id))


async def stamps(session: AsyncSession, school_id: int) -> dict[str, datetime]:
    """Return how fresh each subject's rows are: the moment of which the last file was."""
    asked = sa.select(col(Setting.key), col(Setting.value)).where(
        col(Setting.school_id) == school_id, col(Setting.key).startswith(STAMP, autoescape=True)
    )
    found: Any = await session.execute(asked)
    return {key.removeprefix(STAMP): datetime.fromisoformat(value) for key, value in found}


async def happened(session: AsyncSession, school_id: int, at: datetime, *, undone: bool) -> bool:
    """Tell whether an import of the school was written, or undone, at exactly this moment."""
    moment = col(ImportRun.undone_at) if undone else col(ImportRun.at)
    asked = sa.select(col(ImportRun.id)).where(col(ImportRun.school_id) == school_id, moment == at)
    return (await session.execute(asked.limit(1))).first() is not None


async def _accounts(session: AsyncSession, school_id: int, runs: Sequence[int]) -> dict[int, int]:
    """Return which account of the console made each run, as the audit has it."""
    asked = sa.select(col(AuditEntry.thing), col(AuditEntry.facts)).where(
        col(AuditEntry.school_id) == school_id,
        col(AuditEntry.deed) == "imported",
        col(AuditEntry.thing).in_([f"{_RUN}{each}" for each in runs]),
    )
    found: Any = await session.execute(asked)
    return {
        int(thing.removeprefix(_RUN)): facts["console_user"]
        for thing, facts in found
        if "console_user" in facts
    }


def _batches(ids: Collection[int]) -> Iterator[list[int]]:
    left = iter(ids)
    while some := list(islice(left, _AT_ONCE)):
        yield some
