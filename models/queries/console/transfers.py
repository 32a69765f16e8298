"""Loads what a transfer needs to know, a number's person and the seats taken, and gives a seat."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.tables import Person, Placement, SchoolClass

_placement: sa.Table = Placement.__table__  # type: ignore[attr-defined]


async def locked(session: AsyncSession, school_id: int, ids: list[int]) -> dict[int, Person]:
    """Return people of a school by id, locked in one order; others are absent."""
    found = (
        select(Person)
        .where(col(Person.school_id) == school_id, col(Person.id).in_(ids))
        .order_by(col(Person.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {each.id: each for each in (await session.execute(found)).scalars()}


async def numbered(session: AsyncSession, school_id: int, number: str) -> Person | None:
    """Return who has a school number, also somebody who has left; None where nobody has it."""
    found = select(Person).where(col(Person.school_id) == school_id, col(Person.number) == number)
    return (await session.execute(found)).scalar_one_or_none()


async def seats_taken(session: AsyncSession, class_id: int, besides: int) -> set[int]:
    """Return the seats of a class that others than one person sit on."""
    found = (
        sa.select(col(Placement.seat))
        .join(Person, col(Person.id) == col(Placement.person_id))
        .where(
            col(Placement.class_id) == class_id,
            col(Placement.person_id) != besides,
            col(Person.departed).is_(False),
        )
    )
    return set((await session.scalars(found)).all())


async def seat(session: AsyncSession, person: Person, room: SchoolClass, number: int) -> None:
    """Give a pupil a seat in a class: in place of the one they have in that class's year."""
    old = (
        sa.select(_placement.c.id)
        .join(SchoolClass, col(SchoolClass.id) == _placement.c.class_id)
        .where(_placement.c.person_id == person.id, col(SchoolClass.year) == room.year)
    )
    moved: Any = await session.execute(
        sa.update(_placement).where(_placement.c.id.in_(old)).values(class_id=room.id, seat=number)
    )
    if not moved.rowcount:
        session.add(
            Placement(
                school_id=person.school_id, person_id=person.id, class_id=room.id, seat=number
            )
        )
    await session.flush()
