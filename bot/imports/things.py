"""What an import would change, put together by what it is about: a person, a work, a statement.

Rows that only the program needs (counters, submissions) are about nothing that is told.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries.console import imports
from models.rules.importing.changes import ORDER, Changes, Values

Key = tuple[str, int]
Pool = dict[str, dict[int, Values]]

POINTS = {
    "person_id": "person",
    "teacher_id": "person",
    "homeroom_teacher_id": "person",
    "class_id": "school_class",
    "course_id": "course",
    "term_id": "term",
    "statement_id": "receipt_statement",
    "submission_id": "submission",
    "outcome_id": "course_outcome",
    "performance_id": "performance",
}
_BELONGS = {
    "placement": ("person_id",),
    "role": ("person_id",),
    "receipt_line": ("statement_id",),
    "selection": ("outcome_id", "performance_id"),
}
"""Rows that are told with what they belong to."""
_UNTOLD = ("pupil_year", "submission")
MOST_CHAIN = 4
"""Steps from a row to the last that it points to: line, statement, submission, term."""


class Change(StrEnum):
    """What becomes of something; what is lost is listed first."""

    GONE = "gone"
    CHANGED = "changed"
    NEW = "new"


@dataclass(slots=True)
class Part:
    """One row of the changes: as it was, as it will be; None where it is not there."""

    table: str
    row: Values
    before: Values | None
    after: Values | None


@dataclass(slots=True)
class Thing:
    """What a line is about."""

    change: Change = Change.CHANGED
    parts: list[Part] = field(default_factory=list)


async def pool_of(session: AsyncSession, school_id: int, changes: Changes) -> Pool:
    """Return every row that is changed or pointed to, by table and id; new ones are below zero."""
    pool: Pool = defaultdict(dict)
    for some in (changes.inserts, changes.deletes):
        for table, rows in some.items():
            pool[table] |= {row["id"]: row for row in rows}
    for table, updates in changes.updates.items():
        changed = [one.id for one in updates]
        pool[table] |= await imports.rows(session, school_id, table, changed)
    after = [one.after for updates in changes.updates.values() for one in updates]
    fresh = [*after, *(row for rows in pool.values() for row in rows.values())]
    for _ in range(MOST_CHAIN):
        missing = _missing(fresh, pool)
        fresh = []
        for table, ids in missing.items():
            found = await imports.rows(session, school_id, table, ids)
            pool[table] |= found
            fresh += found.values()
    return pool


def _missing(rows: Sequence[Values], pool: Pool) -> dict[str, set[int]]:
    missing: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        for column, table in POINTS.items():
            id_ = row.get(column)
            if id_ is not None and id_ not in pool[table]:
                missing[table].add(id_)
    return missing


def things_of(changes: Changes, pool: Pool) -> dict[Key, Thing]:
    """Put the changed rows together by what they are about."""
    things: dict[Key, Thing] = defaultdict(Thing)
    for table in ORDER:
        if table in _UNTOLD:
            continue
        for row in changes.inserts.get(table, ()):
            _put(things, Part(table, row, None, row), Change.NEW)
        for one in changes.updates.get(table, ()):
            row = pool[table].get(one.id, {"id": one.id})
            leaves = one.after.get("departed") is True
            part = Part(table, row, one.before, one.after)
            _put(things, part, Change.GONE if leaves else Change.CHANGED)
        for row in changes.deletes.get(table, ()):
            _put(things, Part(table, row, row, None), Change.GONE)
    return things


def _put(things: dict[Key, Thing], part: Part, change: Change) -> None:
    key = _about(part)
    thing = things[key]
    if key == (part.table, part.row["id"]):
        thing.change = change
    thing.parts.append(part)


def _about(part: Part) -> Key:
    """Return what a row is told with: itself, or what it belongs to."""
    for column in _BELONGS.get(part.table, ()):
        if part.row.get(column) is not None:
            return POINTS[column], part.row[column]
    return part.table, part.row["id"]
