"""Applies the changes of an import in the caller's transaction, keeps what undoes them, undoes.

An import is undone exactly or not at all: rows that were changed or built upon since stop it.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select

from models.errors import DomainError
from models.queries import audit, letters, receipt_imports, reconciling
from models.queries.pouring import pour
from models.rules.importing.changes import ORDER, Changes, Values
from models.tables import ImportRun, Setting
from models.tables.base import Instant

CAN_BE_UNDONE = 5
"""How many imports of a school can be undone, one after another, the latest first."""

STAMP = "imported/"
_AT_ONCE = 500


@dataclass(eq=False)
class NothingToUndo(DomainError):
    """No import of the school is left that can be undone."""


@dataclass(eq=False)
class BuiltUpon(DomainError):
    """Rows of the import were changed or used since, so it cannot be undone exactly."""

    table: str


async def write(
    session: AsyncSession,
    changes: Changes,
    *,
    school_id: int,
    subject: str,
    rows: int,
    now: datetime,
    data_at: datetime | None = None,
    by: int | None = None,
) -> int | None:
    """Apply the changes, audit them, and keep what undoes them; no change leaves only the stamp.

    `data_at` is when the file was true, `now` if not given; `by` is the account of the console that
    imports. Returns the run's id, None without one.
    """
    run_id = None
    if changes:
        await _settle_ids(session, changes)
        for table in ORDER:
            await pour(session, _table(table), changes.inserts.get(table, ()))
            await _update(session, table, [(one.id, one.after) for one in _updates(changes, table)])
            await _delete(session, table, [row["id"] for row in changes.deletes.get(table, ())])
        run = ImportRun(
            school_id=school_id,
            subject=subject,
            at=now,
            data_at=data_at or now,
            rows=rows,
            counts=changes.counts(),
            inverse=zlib.compress(orjson.dumps(_inverse(changes)), 1),
        )
        run_id = await _keep(session, run, by)
    await _stamp(session, school_id, subject, data_at or now)
    return run_id


async def undo(
    session: AsyncSession,
    school_id: int,
    now: datetime,
    *,
    meant: int | None = None,
    by: int | None = None,
) -> ImportRun:
    """Undo the school's latest import and return it; `by` is the account of the console that does.

    Raises NothingToUndo, also where another run than the one that is `meant` is the latest, and
    BuiltUpon where somebody has changed or used its rows since.
    """
    run = await _latest(session, school_id)
    if run is None or run.inverse is None or meant not in (None, run.id):
        raise NothingToUndo
    inverse = orjson.loads(zlib.decompress(run.inverse))
    await _require_untouched(session, inverse)
    for table in reversed(ORDER):
        await pour(session, _table(table), _typed(table, inverse["deletes"].get(table, ())))
        befores = [(id_, before) for id_, before, _ in inverse["updates"].get(table, ())]
        await _update(session, table, [(id_, _typed(table, [row])[0]) for id_, row in befores])
        try:
            await _delete(session, table, inverse["inserts"].get(table, ()))
        except IntegrityError:
            raise BuiltUpon(table) from None
    run.undone_at, run.inverse = now, None
    await session.flush()
    await reconciling.forget(session, school_id, run.at)
    await _stamp(session, school_id, run.subject, await _last_at(session, school_id, run.subject))
    await audit.record(
        session,
        school_id=school_id,
        at=now,
        deed="import undone",
        thing=f"import_run:{run.id}",
        subject=run.subject,
        counts=run.counts,
        **audit.entered_by(by),
    )
    return run


async def _settle_ids(session: AsyncSession, changes: Changes) -> None:
    """Give new rows the ids they will have, and let other rows point to them by those."""
    real: dict[int, int] = {}
    for table in ORDER:
        new = changes.inserts.get(table, ())
        provisional = [row["id"] for row in new]
        real.update(zip(provisional, await _free_ids(session, table, len(new)), strict=True))
    pointing = [row for rows in changes.inserts.values() for row in rows]
    pointing += [one.after for updates in changes.updates.values() for one in updates]
    for row in pointing:
        for name, value in row.items():
            if value.__class__ is int and value < 0 and name.endswith("id"):
                row[name] = real[value]


async def _free_ids(session: AsyncSession, table: str, count: int) -> list[int]:
    if not count:
        return []
    if session.get_bind().dialect.name == "sqlite":
        top = await session.scalar(sa.select(sa.func.max(_table(table).c.id)))
        return list(range((top or 0) + 1, (top or 0) + 1 + count))
    sequence = sa.func.pg_get_serial_sequence(table, "id")
    series = sa.func.generate_series(1, count).table_valued()
    found = await session.scalars(sa.select(sa.func.nextval(sequence)).select_from(series))
    return list(found)


async def _keep(session: AsyncSession, run: ImportRun, by: int | None) -> int:
    """Write the run with its inverse, empty the inverse of old runs, and audit the counts."""
    school_id = run.school_id
    session.add(run)
    await session.flush()
    latest = (
        sa.select(col(ImportRun.id))
        .where(col(ImportRun.school_id) == school_id, col(ImportRun.undone_at).is_(None))
        .order_by(col(ImportRun.id).desc())
        .limit(CAN_BE_UNDONE)
    )
    await session.execute(
        sa.update(ImportRun)
        .where(col(ImportRun.school_id) == school_id, col(ImportRun.id).not_in(latest))
        .values(inverse=None)
    )
    await audit.record(
        session,
        school_id=school_id,
        at=run.at,
        deed="imported",
        thing=f"import_run:{run.id}",
        subject=run.subject,
        rows=run.rows,
        counts=run.counts,
        **audit.entered_by(by),
    )
    return run.id


def _inverse(changes: Changes) -> dict[str, Any]:
    return {
        "inserts": {table: [row["id"] for row in rows] for table, rows in changes.inserts.items()},
        "updates": {
            table: [(one.id, one.before, one.after) for one in updates]
            for table, updates in changes.updates.items()
        },
        "deletes": changes.deletes,
    }


async def _require_untouched(session: AsyncSession, inverse: dict[str, Any]) -> None:
    """Raise BuiltUpon where a row is no longer as the import left it."""
    for table, updates in inverse["updates"].items():
        after = {id_: values for id_, _, values in updates}
        async for row in _stored(session, table, list(after)):
            left = _typed(table, [after.pop(row.id)])[0]
            if any(row._mapping[name] != value for name, value in left.items()):
                raise BuiltUpon(table)
        if after:
            raise BuiltUpon(table)
    changed = [id_ for id_, _, _ in inverse["updates"].get("receipt_statement", ())]
    for some in _batches(changed):
        used = receipt_imports.answered(some) | letters.were_written(some)
        if await session.scalar(sa.select(used)):
            raise BuiltUpon("receipt_statement")
    new_works = inverse["inserts"].get("course_outcome", [])
    async for row in _stored(session, "course_outcome", new_works):
        if row.version != 1:
            raise BuiltUpon("course_outcome")


async def _stored(session: AsyncSession, table: str, ids: Sequence[int]) -> Any:
    target = _table(table)
    for some in _batches(ids):
        for row in await session.execute(sa.select(target).where(target.c.id.in_(some))):
            yield row


async def _update(session: AsyncSession, table: str, updates: Sequence[tuple[int, Values]]) -> None:
    """Update rows by id: those that change the same columns go together."""
    target = _table(table)
    by_columns: dict[tuple[str, ...], list[Values]] = {}
    for id_, values in updates:
        by_columns.setdefault(tuple(values), []).append({**values, "row_id": id_})
    for names, rows in by_columns.items():
        change = sa.update(target).where(target.c.id == sa.bindparam("row_id"))
        await session.execute(change.values({name: sa.bindparam(name) for name in names}), rows)


async def _delete(session: AsyncSession, table: str, ids: Sequence[int]) -> None:
    target = _table(table)
    for some in _batches(ids):
        await session.execute(sa.delete(target).where(target.c.id.in_(some)))


async def _latest(session: AsyncSession, school_id: int) -> ImportRun | None:
    runs = (
        select(ImportRun)
        .where(col(ImportRun.school_id) == school_id, col(ImportRun.undone_at).is_(None))
        .order_by(col(ImportRun.id).desc())
        .limit(1)
        .with_for_update()
    )
    return (await session.execute(runs)).scalar_one_or_none()


async def _last_at(session: AsyncSession, school_id: int, subject: str) -> datetime | None:
    return await session.scalar(
        sa.select(sa.func.max(sa.func.coalesce(col(ImportRun.data_at), col(ImportRun.at)))).where(
            col(ImportRun.school_id) == school_id,
            col(ImportRun.subject) == subject,
            col(ImportRun.undone_at).is_(None),
        )
    )


async def _stamp(session: AsyncSession, school_id: int, subject: str, at: datetime | None) -> None:
    """Say how fresh a subject's rows are; None says that they never came from a file."""
    mine = (col(Setting.school_id) == school_id, col(Setting.key) == STAMP + subject)
    await session.execute(sa.delete(Setting).where(*mine))
    if at is not None:
        session.add(Setting(school_id=school_id, key=STAMP + subject, value=at.isoformat()))
        await session.flush()


def _table(name: str) -> sa.Table:
    return SQLModel.metadata.tables[name]


def _updates(changes: Changes, table: str) -> Sequence[Any]:
    return changes.updates.get(table, ())


def _typed(table: str, rows: Sequence[Values]) -> list[Values]:
    """Return rows as they were before they became JSON: instants and days again."""
    columns = _table(table).c
    return [{name: _value(columns[name], value) for name, value in row.items()} for row in rows]


def _value(column: "sa.Column[Any]", value: Any) -> Any:
    if isinstance(value, str) and isinstance(column.type, Instant):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    return value


def _batches(rows: Sequence[Any], size: int = _AT_ONCE) -> Iterator[list[Any]]:
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
