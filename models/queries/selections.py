"""Loads what a pupil can select and has selected in a year, and writes selections into slots."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from models.errors import AlreadyDone, TooManySelected
from models.queries import items
from models.tables import Person, Selection
from models.vocabulary import ItemKind, OutcomeState, PerformanceKind

_CHOSEN = (
    select(Selection)
    .where(col(Selection.person_id) == sa.bindparam("pupil"))
    .order_by(col(Selection.year), col(Selection.kind), col(Selection.slot))
)
_CHOSEN_IN_YEAR = _CHOSEN.where(col(Selection.year) == sa.bindparam("year"))


@dataclass(frozen=True, slots=True)
class Selectable:
    """A work that can be selected, and whether it is; `about` is a course or a kind."""

    kind: ItemKind
    id: int
    title: str
    about: str | PerformanceKind
    term_name: str
    selected: bool


async def chosen(session: AsyncSession, pupil: Person, year: int | None = None) -> list[Selection]:
    """Return the pupil's selections of one academic year, or of all years."""
    asked = {"pupil": pupil.id} if year is None else {"pupil": pupil.id, "year": year}
    found = await session.execute(_CHOSEN if year is None else _CHOSEN_IN_YEAR, asked)
    return list(found.scalars())


async def selectable(
    session: AsyncSession, pupil: Person, year: int, kind: ItemKind
) -> list[Selectable]:
    """Return the certified course outcomes, or the performances, of a year in a steady order."""
    selected = {
        selection.outcome_id or selection.performance_id
        for selection in await chosen(session, pupil, year)
        if selection.kind is kind
    }
    if kind is ItemKind.PERFORMANCE:
        return [
            Selectable(kind, row.id, row.title, row.kind, str(row.year), row.id in selected)
            for row in await items.performances_of(session, pupil)
            if row.year == year
        ]
    return [
        Selectable(kind, own.id, own.title, own.course.name, own.term_name, own.id in selected)
        for own in await items.outcomes_of(session, pupil)
        if own.term.year == year and (own.state is OutcomeState.CERTIFIED or own.id in selected)
    ]


async def add(
    session: AsyncSession,
    pupil: Person,
    *,
    year: int,
    kind: ItemKind,
    item_id: int,
    slot: int,
    cap: int,
    now: datetime,
) -> None:
    """Write a selection into a slot.

    The lock on the pupil's year makes slots exact; where something wrote past it, the database
    refuses, and that is AlreadyDone for the same work and TooManySelected otherwise.
    """
    row = Selection(
        school_id=pupil.school_id,
        person_id=pupil.id,
        year=year,
        kind=kind,
        slot=slot,
        outcome_id=item_id if kind is ItemKind.OUTCOME else None,
        performance_id=item_id if kind is ItemKind.PERFORMANCE else None,
        selected_at=now,
    )
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError:
        if await _of_item(session, kind, item_id) is not None:
            raise AlreadyDone from None
        raise TooManySelected(kind, cap) from None


async def remove(session: AsyncSession, pupil: Person, kind: ItemKind, item_id: int) -> bool:
    """Free the slot of a work; return whether the work was selected."""
    removed = await session.execute(
        sa.delete(Selection).where(col(Selection.person_id) == pupil.id, _column(kind) == item_id)
    )
    return bool(removed.rowcount)  # type: ignore[attr-defined]


async def _of_item(session: AsyncSession, kind: ItemKind, item_id: int) -> int | None:
    found = await session.execute(select(Selection.id).where(_column(kind) == item_id))
    return found.scalar_one_or_none()


def _column(kind: ItemKind) -> Mapped[int | None]:
    of = Selection.outcome_id if kind is ItemKind.OUTCOME else Selection.performance_id
    return col(of)
