"""The classes of this year for the console: who leads them, and how many of them have joined."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries.classes import current_year
from models.queries.console.people import has_joined
from models.queries.console.sight import rooms, sees_room
from models.rules.progress import Progress
from models.rules.sight import Sight
from models.tables import Person, Placement, SchoolClass

_person: sa.Table = Person.__table__  # type: ignore[attr-defined]
_teacher: sa.Table = Person.__table__.alias("teacher")  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Room:
    """A class with who leads it and how many of its pupils are linked to a chat."""

    id: int
    name: str
    grade: int
    division: str
    year: int
    teacher_id: int | None
    teacher: str | None
    teacher_departed: bool
    pupils: int
    joined: int

    @property
    def joining(self) -> Progress:
        """Return it as a bar draws it: who has joined, and who has not."""
        return Progress(self.pupils, self.pupils - self.joined)

    @property
    def not_joined(self) -> int:
        """Return how many pupils have not joined."""
        return self.pupils - self.joined


async def listed(
    session: AsyncSession, school_id: int, sight: Sight, room_id: int | None = None
) -> list[Room]:
    """Return this year's classes that are seen, by grade and name; or only the one with an id."""
    counted = (
        sa.select(
            col(Placement.class_id).label("class_id"),
            sa.func.count().label("pupils"),
            sa.func.sum(sa.case((has_joined(_person.c.id), 1), else_=0)).label("joined"),
        )
        .join(_person, _person.c.id == col(Placement.person_id))
        .where(col(Placement.school_id) == school_id, _person.c.departed.is_(False))
        .group_by(col(Placement.class_id))
        .subquery("counted")
    )
    found = (
        sa.select(
            rooms.c.id,
            rooms.c.name,
            rooms.c.grade,
            rooms.c.division,
            rooms.c.year,
            _teacher.c.id,
            _teacher.c.name,
            sa.func.coalesce(_teacher.c.departed, sa.false()),
            sa.func.coalesce(counted.c.pupils, 0),
            sa.func.coalesce(counted.c.joined, 0),
        )
        .select_from(rooms)
        .outerjoin(_teacher, _teacher.c.id == rooms.c.homeroom_teacher_id)
        .outerjoin(counted, counted.c.class_id == rooms.c.id)
        .where(
            rooms.c.school_id == school_id,
            rooms.c.year == current_year(school_id),
            sees_room(sight),
            sa.true() if room_id is None else rooms.c.id == room_id,
        )
        .order_by(rooms.c.grade, rooms.c.name)
    )
    rows: Any = await session.execute(found)
    return [Room(*row) for row in rows]


async def locked(session: AsyncSession, school_id: int, room_id: int) -> SchoolClass | None:
    """Return a class of this year by its id, locked, or None."""
    found = (
        select(SchoolClass)
        .where(
            col(SchoolClass.id) == room_id,
            col(SchoolClass.school_id) == school_id,
            col(SchoolClass.year) == current_year(school_id),
        )
        .with_for_update()
    )
    return (await session.execute(found)).scalar_one_or_none()
