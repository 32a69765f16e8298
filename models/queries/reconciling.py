"""Keeps what an import of works found to differ: as a report, and as a list to be worked off."""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.errors import NotYours
from models.queries import windows
from models.queries.standing import undecided
from models.queries.windows import TermWindow
from models.rules.importing.comparison import Comparison, Item, Mismatch
from models.rules.preferences import CLAIMABLE
from models.tables import Discrepancy, DoneClaim, ImportReport, ImportRun, Person
from models.vocabulary import Difference, ItemKind

_AT_ONCE = 500
Key = tuple[ItemKind, int, Difference]


@dataclass(frozen=True, slots=True)
class Met:
    """An import of works that was taken: its run where it changed something, and what it met."""

    run_id: int | None
    rows: int
    outcome: Comparison
    at: datetime
    data_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """The report of an import as it is shown again; `undone_at` is when it was taken back."""

    id: int
    at: datetime
    data_at: datetime
    rows: int
    counts: Mapping[str, Mapping[str, int]]
    mismatches: tuple[Mismatch, ...]
    undone_at: datetime | None

    @property
    def by_difference(self) -> dict[Difference, int]:
        """Return how many works differ in which way, in the order of the words."""
        counted = Counter(one.difference for one in self.mismatches)
        return {each: counted[each] for each in Difference if counted[each]}


@dataclass(frozen=True, slots=True)
class Listed:
    """A difference that somebody has to look at, with its pupil."""

    id: int
    mismatch: Mismatch
    name: str
    found_at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody said that a window's work is done, and the data since then says otherwise."""

    window: TermWindow
    number: str
    name: str
    said_at: datetime


async def keep(session: AsyncSession, school_id: int, met: Met) -> int:
    """Write the report of an import and bring the list up to date; return the report's number."""
    found = [_as_data(one) for one in met.outcome.mismatches]
    report = ImportReport(
        school_id=school_id,
        run_id=met.run_id,
        at=met.at,
        data_at=met.data_at,
        rows=met.rows,
        counts=met.outcome.changes.counts(),
        found=zlib.compress(orjson.dumps(found), 1),
    )
    session.add(report)
    await session.flush()
    await _list(session, school_id, met)
    return report.id


async def report(
    session: AsyncSession, school_id: int, report_id: int | None = None
) -> Kept | None:
    """Return a report of a school by its number, or the latest; None where there is none."""
    found = (
        sa.select(ImportReport, col(ImportRun.undone_at))
        .outerjoin(ImportRun, col(ImportRun.id) == col(ImportReport.run_id))
        .where(col(ImportReport.school_id) == school_id)
        .order_by(col(ImportReport.id).desc())
        .limit(1)
    )
    if report_id is not None:
        found = found.where(col(ImportReport.id) == report_id)
    row = (await session.execute(found)).one_or_none()
    if row is None:
        return None
    one, undone_at = row
    differences = tuple(_from_data(each) for each in orjson.loads(zlib.decompress(one.found)))
    return Kept(one.id, one.at, one.data_at, one.rows, one.counts, differences, undone_at)


async def standing(session: AsyncSession, school_id: int) -> list[Listed]:
    """Return the differences that nobody has settled, by pupil."""
    rows = await session.execute(
        sa.select(Discrepancy, col(Person.number), col(Person.name))
        .join(Person, col(Person.id) == col(Discrepancy.person_id))
        .where(col(Discrepancy.school_id) == school_id, col(Discrepancy.settled_at).is_(None))
        .order_by(col(Person.number), col(Discrepancy.id))
    )
    return [
        Listed(one.id, _mismatch(one, number), name, one.found_at) for one, number, name in rows
    ]


async def count_standing(session: AsyncSession, school_id: int) -> int:
    """Return how many differences nobody has settled."""
    counted = sa.select(sa.func.count()).where(
        col(Discrepancy.school_id) == school_id, col(Discrepancy.settled_at).is_(None)
    )
    return int((await session.execute(counted)).scalar_one())


async def settle(
    session: AsyncSession, school_id: int, discrepancy_id: int, by_id: int | None, now: datetime
) -> Discrepancy | None:
    """Note that a difference was put right; None where it was before. Raises NotYours.

    The next import that still has it opens it again.
    """
    found = (
        select(Discrepancy)
        .where(col(Discrepancy.id) == discrepancy_id, col(Discrepancy.school_id) == school_id)
        .with_for_update()
    )
    row = (await session.execute(found)).scalar_one_or_none()
    if row is None:
        raise NotYours
    if row.settled_at is not None:
        return None
    row.settled_at, row.settled_by_id = now, by_id
    await session.flush()
    return row


async def forget(session: AsyncSession, school_id: int, since: datetime) -> None:
    """Take from the list what an import found that was taken back, and those after it."""
    await session.execute(
        sa.delete(Discrepancy).where(
            col(Discrepancy.school_id) == school_id, col(Discrepancy.found_at) >= since
        )
    )


async def claims(
    session: AsyncSession, school_id: int, data_at: datetime | None, now: datetime
) -> list[Claimed]:
    """Return who said before the data was true that they are done, while it says they are not."""
    if data_at is None:
        return []
    found: list[Claimed] = []
    for window in await windows.of_school(session, school_id):
        if window.stage not in CLAIMABLE or not window.is_open(now):
            continue
        people = undecided(window.window, window.term).subquery("left")
        rows = await session.execute(
            sa.select(col(Person.number), col(Person.name), col(DoneClaim.said_at))
            .join(DoneClaim, col(DoneClaim.person_id) == col(Person.id))
            .join(people, people.c.id == col(Person.id))
            .where(col(DoneClaim.window_id) == window.id, col(DoneClaim.said_at) <= data_at)
            .order_by(col(Person.number))
        )
        found += [Claimed(window, *row) for row in rows]
    return found


async def _list(session: AsyncSession, school_id: int, met: Met) -> None:
    """Put what differs on the list, open again what was settled in vain, take off what agrees."""
    stored = (
        await session.execute(
            select(Discrepancy).where(col(Discrepancy.school_id) == school_id).with_for_update()
        )
    ).scalars()
    known: dict[Key, Discrepancy] = {_key(one): one for one in stored}
    differing: dict[Key, Mismatch] = {
        (one.item.kind, one.item.id, one.difference): one
        for one in met.outcome.mismatches
        if not one.taken
    }
    agreed = [
        one.id
        for key, one in known.items()
        if key not in differing and key[:2] in met.outcome.compared
    ]
    for start in range(0, len(agreed), _AT_ONCE):
        some = agreed[start : start + _AT_ONCE]
        await session.execute(sa.delete(Discrepancy).where(col(Discrepancy.id).in_(some)))
    for key, one in known.items():
        if key in differing:
            _bring_up_to_date(one, differing[key], met)
    new = [_row(school_id, one, met) for key, one in differing.items() if key not in known]
    if new:
        await session.execute(sa.insert(Discrepancy), new)
    await session.flush()


def _bring_up_to_date(row: Discrepancy, one: Mismatch, met: Met) -> None:
    row.title, row.ours, row.theirs = one.title, one.ours[:200], one.theirs[:200]
    if row.settled_at is not None and row.settled_at < met.data_at:
        row.settled_at = row.settled_by_id = None
        row.found_at = met.at


def _row(school_id: int, one: Mismatch, met: Met) -> dict[str, Any]:
    return {
        "school_id": school_id,
        "person_id": one.item.person_id,
        "item_kind": one.item.kind,
        "item_id": one.item.id,
        "difference": one.difference,
        "title": one.title,
        "ours": one.ours[:200],
        "theirs": one.theirs[:200],
        "found_at": met.at,
    }


def _key(row: Discrepancy) -> Key:
    return row.item_kind, row.item_id, row.difference


def _mismatch(row: Discrepancy, number: str) -> Mismatch:
    item = Item(row.item_kind, row.item_id, row.person_id)
    return Mismatch(row.difference, number, row.title, row.ours, row.theirs, None, item)


def _as_data(one: Mismatch) -> Sequence[Any]:
    item = one.item
    return (
        *(one.difference, one.pupil, one.title, one.ours, one.theirs),
        *(item.kind, item.id, item.person_id, one.taken),
    )


def _from_data(kept: Iterable[Any]) -> Mismatch:
    difference, pupil, title, ours, theirs, kind, item_id, person_id, taken = kept
    item = Item(ItemKind(kind), item_id, person_id)
    return Mismatch(Difference(difference), pupil, title, ours, theirs, None, item, taken)
