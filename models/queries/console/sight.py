"""Narrows what the console shows to the people whom somebody may see, in SQL."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import roles
from sqlmodel import col

from models.queries.classes import current_year
from models.rules.sight import Sight
from models.tables import Person, Placement, SchoolClass

rooms = sa.alias(SchoolClass.__table__, "room")  # type: ignore[attr-defined]
"""The pupils' classes of this year, as `in_rooms` joins them."""
seats = sa.alias(Placement.__table__, "seat")  # type: ignore[attr-defined]


def in_rooms(people: sa.FromClause, person_id: sa.ColumnElement[int], school_id: int) -> sa.Join:
    """Join people with their seats and classes of this year; who has none stays."""
    placed = sa.join(seats, rooms, rooms.c.id == seats.c.class_id)
    this_year = rooms.c.year == current_year(school_id)
    return sa.outerjoin(people, placed, (seats.c.person_id == person_id) & this_year)


def sees_room(sight: Sight) -> sa.ColumnElement[bool]:
    """Build the condition that a class that `in_rooms` joined is seen."""
    if sight.everybody:
        return sa.true()
    return sa.or_(rooms.c.name.in_(sight.classes), rooms.c.division.in_(sight.divisions))


def sees(
    sight: Sight, school_id: int, person_id: roles.ExpressionElementRole[int]
) -> sa.ColumnElement[bool]:
    """Build the condition that a person of this school is seen."""
    if sight.everybody:
        return sa.true()
    return (
        sa.select(sa.literal(1))
        .select_from(sa.join(seats, rooms, rooms.c.id == seats.c.class_id))
        .where(
            seats.c.person_id == person_id,
            rooms.c.school_id == school_id,
            rooms.c.year == current_year(school_id),
            sees_room(sight),
        )
        .exists()
    )


async def classes_seen(session: AsyncSession, school_id: int, sight: Sight) -> list[str]:
    """Return the names of this year's classes that are seen, in their order."""
    found = (
        sa.select(rooms.c.name)
        .where(
            rooms.c.school_id == school_id,
            rooms.c.year == current_year(school_id),
            sees_room(sight),
        )
        .order_by(rooms.c.name)
    )
    return list((await session.scalars(found)).all())


async def person_seen(
    session: AsyncSession, school_id: int, sight: Sight, person_id: int
) -> Person | None:
    """Return a person of this school whom somebody may see, or None."""
    found = sa.select(Person).where(
        col(Person.id) == person_id,
        col(Person.school_id) == school_id,
        sees(sight, school_id, col(Person.id)),
    )
    return (await session.execute(found)).scalar_one_or_none()
