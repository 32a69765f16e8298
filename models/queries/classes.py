"""Loads classes for their homeroom teachers, and how far a class or the school has come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.errors import NotYours
from models.queries import extensions, rationing, standing, windows
from models.queries.reachability import is_reachable
from models.queries.windows import TermWindow
from models.rules.progress import Progress
from models.tables import Extension, Notice, Person, Placement, SchoolClass
from models.vocabulary import Stage

_person: sa.Table = Person.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Undecided:
    """A pupil of a class who has something left, and whether a message can reach them.

    `own_closes_at` is the end that only this pupil has, None for everybody else. `untold` is who
    can be reached, and for whom the last message about it was cut.
    """

    person_id: int
    name: str
    seat: int
    reachable: bool
    own_closes_at: datetime | None = None
    untold: bool = False


def current_year(school_id: int | sa.BindParameter[Any]) -> sa.ScalarSelect[Any]:
    """Build the school's latest academic year with classes."""
    return (
        sa.select(sa.func.max(col(SchoolClass.year)))
        .where(col(SchoolClass.school_id) == school_id)
        .scalar_subquery()
    )


async def led_by(session: AsyncSession, school_id: int, person_id: int) -> list[SchoolClass]:
    """Return the classes of this year that a person leads, by name."""
    led = (
        select(SchoolClass)
        .where(
            col(SchoolClass.school_id) == school_id,
            col(SchoolClass.homeroom_teacher_id) == person_id,
            col(SchoolClass.year) == current_year(school_id),
        )
        .order_by(col(SchoolClass.name))
    )
    return list((await session.execute(led)).scalars())


async def homeroom_teachers(session: AsyncSession, school_id: int) -> set[int]:
    """Return who leads a class of this year."""
    found: Any = await session.scalars(
        sa.select(col(SchoolClass.homeroom_teacher_id)).where(
            col(SchoolClass.school_id) == school_id,
            col(SchoolClass.homeroom_teacher_id).is_not(None),
            col(SchoolClass.year) == current_year(school_id),
        )
    )
    return set(found)


async def for_homeroom(
    session: AsyncSession, school_id: int, person_id: int, class_id: int
) -> SchoolClass:
    """Return a class of this year that the person leads, 0 being the first; NotYours otherwise."""
    led = await led_by(session, school_id, person_id)
    found = next((room for room in led if class_id in {0, room.id}), None)
    if found is None:
        raise NotYours
    return found


async def progress(
    session: AsyncSession, window: TermWindow, now: datetime, class_id: int | None = None
) -> Progress:
    """Return how far a class has come in a window, or everybody whom the window concerns.

    Of a window that is over only those count who have time of their own. Who was not told is a
    class's own business.
    """
    undecided = standing.has_left(window.window, window.term, col(Person.id))
    people = standing.concerned(window.window, window.term).with_only_columns(
        sa.case((undecided, 1), else_=0).label("undecided"),
        sa.case((is_reachable(col(Person.id)), 1), else_=0).label("reachable"),
        _untold(window, class_id).label("untold"),
    )
    if class_id is not None:
        people = people.where(_sits_in(class_id))
    if window.own_closes_at is not None:
        people = people.where(extensions.has_time_after(window, now, _person.c.id))
    rows = people.subquery()
    missed = rows.c.undecided * (1 - rows.c.reachable)
    untold = rows.c.undecided * rows.c.reachable * rows.c.untold
    counted = sa.select(
        sa.func.count(),
        sa.func.sum(rows.c.undecided),
        sa.func.sum(missed),
        sa.func.sum(untold),
    )
    whole, *parts = (await session.execute(counted.select_from(rows))).one()
    return Progress(whole, *(part or 0 for part in parts))


async def open_progress(
    session: AsyncSession,
    school_id: int,
    stages: Collection[Stage],
    now: datetime,
    class_id: int | None = None,
) -> list[tuple[TermWindow, Progress]]:
    """Return how far a class or the school is in each open window that concerns anybody there.

    A window that is over is still open to pupils who were given more time.
    """
    found = []
    planned = await windows.of_school(session, school_id)
    for window in await extensions.all_open(session, planned, now):
        if window.stage in stages:
            reached = await progress(session, window, now, class_id)
            if reached.concerned:
                found.append((window, reached))
    return found


async def undecided(
    session: AsyncSession, window: TermWindow, class_id: int, now: datetime
) -> list[Undecided]:
    """Return those of a class who have something left in a window, by seat.

    Of a window that is over only those are there who have time of their own.
    """
    own = col(Extension.closes_at)
    listed = (
        standing.undecided(window.window, window.term)
        .with_only_columns(
            col(Person.id),
            col(Person.name),
            col(Placement.seat),
            is_reachable(col(Person.id)).label("reachable"),
            sa.case((own > window.window.closes_at, own), else_=sa.null()),
            rationing.is_untold(col(Person.id), window.id).label("untold"),
        )
        .join(Placement, col(Placement.person_id) == col(Person.id))
        .outerjoin(
            Extension,
            (col(Extension.person_id) == col(Person.id)) & (col(Extension.window_id) == window.id),
        )
        .where(col(Placement.class_id) == class_id)
        .order_by(col(Placement.seat), col(Person.id))
    )
    if window.own_closes_at is not None:
        listed = listed.where(extensions.has_time_after(window, now, _person.c.id))
    return [Undecided(*row) for row in (await session.execute(listed)).all()]


async def was_told(session: AsyncSession, class_id: int, occasion: str) -> bool:
    """Say whether anybody of a class has a notice for this occasion."""
    told = (
        sa.select(sa.literal(1))
        .select_from(Notice)
        .join(Placement, col(Placement.person_id) == col(Notice.person_id))
        .where(col(Placement.class_id) == class_id, col(Notice.occasion) == occasion)
        .limit(1)
    )
    return (await session.execute(told)).first() is not None


def _untold(window: TermWindow, class_id: int | None) -> sa.ColumnElement[int]:
    if class_id is None:
        return sa.literal(0)
    return sa.case((rationing.is_untold(col(Person.id), window.id), 1), else_=0)


def _sits_in(class_id: int) -> sa.ColumnElement[bool]:
    return (
        sa.select(sa.literal(1))
        .select_from(Placement)
        .where(
            col(Placement.class_id) == class_id,
            col(Placement.person_id) == col(Person.id),
        )
        .exists()
    )
