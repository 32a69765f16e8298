"""Finds the people of a school for the console: who they are, and whether a message reaches."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.classes import current_year
from models.queries.console.sight import in_rooms, rooms, seats, sees_room
from models.queries.reachability import is_reachable
from models.rules.sight import Sight
from models.tables import (
    ChatAccount,
    Course,
    Enrolment,
    LinkCode,
    Person,
    Role,
    SchoolClass,
    Term,
)
from models.vocabulary import Duty, PersonKind

_person: sa.Table = Person.__table__  # type: ignore[attr-defined]


class Presence(StrEnum):
    """Whether somebody belongs to the school, and whether a message reaches them."""

    JOINED = "joined"
    NOT_JOINED = "not_joined"
    BLOCKED = "blocked"
    DEPARTED = "departed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is searched for; empty is everybody who belongs to the school.

    `whom` is a number or part of a name.
    """

    whom: str = ""
    room: str = ""
    duty: Duty | None = None
    presence: Presence | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A person as a list shows them; staff and pupils without a class have no room and no seat."""

    person_id: int
    kind: PersonKind
    number: str
    name: str
    room_id: int | None
    room: str | None
    seat: int | None
    division: str | None
    departed: bool
    joined: bool
    reachable: bool
    teaches: bool
    leads: bool
    registrar: bool

    @property
    def presence(self) -> Presence:
        """Return the first that holds of: has left, can be reached, blocked, never joined."""
        if self.departed:
            return Presence.DEPARTED
        if self.reachable:
            return Presence.JOINED
        return Presence.BLOCKED if self.joined else Presence.NOT_JOINED

    @property
    def duties(self) -> tuple[Duty, ...]:
        """Return what they are to the school."""
        if self.kind is PersonKind.PUPIL:
            return (Duty.PUPIL,)
        held = (
            (self.registrar, Duty.REGISTRAR),
            (self.leads, Duty.HOMEROOM_TEACHER),
            (self.teaches, Duty.SUBJECT_TEACHER),
        )
        return tuple(duty for has, duty in held if has)


@dataclass(frozen=True, slots=True)
class Courses:
    """How many courses of a term somebody teaches or takes."""

    year: int
    semester: int
    count: int


async def found(
    session: AsyncSession,
    school_id: int,
    sight: Sight,
    wanted: Wanted,
    *,
    limit: int,
    offset: int = 0,
) -> list[Found]:
    """Return who is found and seen: pupils by class and seat, then all others by number."""
    rows = await session.execute(
        _people(school_id)
        .where(sees_room(sight), *_asked(school_id, wanted))
        .order_by(rooms.c.name.is_(None), rooms.c.name, seats.c.seat, _person.c.number)
        .limit(limit)
        .offset(offset)
    )
    return [Found(*row) for row in rows]


async def one(session: AsyncSession, school_id: int, sight: Sight, person_id: int) -> Found | None:
    """Return a person who is seen, also one who has left; None for all others."""
    row = (
        await session.execute(_people(school_id).where(sees_room(sight), _person.c.id == person_id))
    ).first()
    return None if row is None else Found(*row)


async def courses_of(session: AsyncSession, school_id: int, person: Found) -> Courses | None:
    """Return how many courses a person teaches or takes in the newest term that has any."""
    newest = (
        sa.select(col(Term.id))
        .join(Course, col(Course.term_id) == col(Term.id))
        .where(col(Term.school_id) == school_id)
        .order_by(col(Term.year).desc(), col(Term.semester).desc())
        .limit(1)
        .scalar_subquery()
    )
    theirs: sa.ColumnElement[bool] = col(Course.teacher_id) == person.person_id
    if person.kind is PersonKind.PUPIL:
        theirs = col(Course.id).in_(
            sa.select(col(Enrolment.course_id)).where(col(Enrolment.person_id) == person.person_id)
        )
    counted = sa.select(sa.func.count()).where(col(Course.term_id) == newest, theirs)
    row = (
        await session.execute(
            sa.select(col(Term.year), col(Term.semester), counted.scalar_subquery()).where(
                col(Term.id) == newest
            )
        )
    ).one_or_none()
    return None if row is None else Courses(*row)


async def code_until(session: AsyncSession, person_id: int, now: datetime) -> datetime | None:
    """Return until when somebody's joining code can be used; None where there is none."""
    return await session.scalar(
        sa.select(sa.func.max(col(LinkCode.expires_at))).where(
            col(LinkCode.person_id) == person_id,
            col(LinkCode.used_at).is_(None),
            col(LinkCode.expires_at) > now,
        )
    )


async def leads(session: AsyncSession, school_id: int, person_id: int) -> list[tuple[int, str]]:
    """Return the classes of this year that somebody leads: their ids and names."""
    rows: Any = await session.execute(
        sa.select(col(SchoolClass.id), col(SchoolClass.name))
        .where(
            col(SchoolClass.homeroom_teacher_id) == person_id,
            col(SchoolClass.year) == current_year(school_id),
        )
        .order_by(col(SchoolClass.name))
    )
    return [(id_, name) for id_, name in rows]


async def give_duty(session: AsyncSession, person: Person, duty: Duty) -> bool:
    """Give a person an office role; return whether they did not have it."""
    if await session.scalar(sa.select(sa.literal(1)).where(*_role(person.id, duty))):
        return False
    session.add(Role(school_id=person.school_id, person_id=person.id, duty=duty))
    await session.flush()
    return True


async def take_duty(session: AsyncSession, person: Person, duty: Duty) -> bool:
    """Take an office role away; return whether the person had it."""
    taken: Any = await session.execute(sa.delete(Role).where(*_role(person.id, duty)))
    return bool(taken.rowcount)


async def staff(session: AsyncSession, school_id: int) -> list[tuple[int, str, str]]:
    """Return who works at the school now: ids, numbers and names, by number."""
    rows: Any = await session.execute(
        sa.select(_person.c.id, _person.c.number, _person.c.name)
        .where(
            _person.c.school_id == school_id,
            _person.c.kind == PersonKind.STAFF,
            _person.c.departed.is_(False),
        )
        .order_by(_person.c.number)
    )
    return [(id_, number, name) for id_, number, name in rows]


def has_joined(person_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Build the condition that a person is linked to a chat, blocked or not."""
    return sa.select(sa.literal(1)).where(col(ChatAccount.person_id) == person_id).exists()


def _role(person_id: int, duty: Duty) -> tuple[sa.ColumnElement[bool], ...]:
    return col(Role.person_id) == person_id, col(Role.duty) == duty


def _teaches() -> sa.ColumnElement[bool]:
    return sa.select(sa.literal(1)).where(col(Course.teacher_id) == _person.c.id).exists()


def _leads(school_id: int) -> sa.ColumnElement[bool]:
    led = sa.select(sa.literal(1)).where(
        col(SchoolClass.homeroom_teacher_id) == _person.c.id,
        col(SchoolClass.year) == current_year(school_id),
    )
    return led.exists()


def _is_registrar() -> sa.ColumnElement[bool]:
    held = sa.select(sa.literal(1)).where(
        col(Role.person_id) == _person.c.id, col(Role.duty) == Duty.REGISTRAR
    )
    return held.exists()


def _people(school_id: int) -> sa.Select[Any]:
    return (
        sa.select(
            _person.c.id,
            _person.c.kind,
            _person.c.number,
            _person.c.name,
            rooms.c.id,
            rooms.c.name,
            seats.c.seat,
            rooms.c.division,
            _person.c.departed,
            has_joined(_person.c.id),
            is_reachable(_person.c.id),
            _teaches(),
            _leads(school_id),
            _is_registrar(),
        )
        .select_from(in_rooms(_person, _person.c.id, school_id))
        .where(_person.c.school_id == school_id)
    )


def _asked(school_id: int, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    asked: list[sa.ColumnElement[bool]] = [
        _person.c.departed.is_(wanted.presence is Presence.DEPARTED)
    ]
    if wanted.whom:
        named = _person.c.name.contains(wanted.whom, autoescape=True)
        asked.append(_person.c.number.startswith(wanted.whom, autoescape=True) | named)
    if wanted.room:
        asked.append(rooms.c.name == wanted.room)
    if wanted.duty is not None:
        asked.append(_has(school_id, wanted.duty))
    match wanted.presence:
        case Presence.JOINED:
            asked.append(is_reachable(_person.c.id))
        case Presence.BLOCKED:
            asked += [has_joined(_person.c.id), ~is_reachable(_person.c.id)]
        case Presence.NOT_JOINED:
            asked.append(~has_joined(_person.c.id))
    return asked


def _has(school_id: int, duty: Duty) -> sa.ColumnElement[bool]:
    match duty:
        case Duty.PUPIL:
            return _person.c.kind == PersonKind.PUPIL
        case Duty.SUBJECT_TEACHER:
            return _teaches()
        case Duty.HOMEROOM_TEACHER:
            return _leads(school_id)
        case Duty.REGISTRAR:
            return _is_registrar()
