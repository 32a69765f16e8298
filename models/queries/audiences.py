"""Whom a message to the school is for, asked of the people, classes and courses of this moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries.classes import current_year
from models.queries.console.sight import in_rooms, rooms, seats
from models.queries.planning import COLUMNS, state_case
from models.queries.reachability import is_reachable
from models.queries.upserting import ignoring_conflicts
from models.rules.announcing import Audience, Hearers
from models.tables import (
    ChatAccount,
    Course,
    Enrolment,
    Notice,
    Person,
    Placement,
    SchoolClass,
    Term,
)
from models.vocabulary import NoticeKind, PersonKind, Silence

_person: sa.Table = Person.__table__  # type: ignore[attr-defined]
_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on the list; `silence` is why no message can reach them, None where one can."""

    person_id: int
    number: str
    name: str
    kind: PersonKind
    room: str | None
    seat: int | None
    silence: Silence | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What of a list is looked for: a number or part of a name, and only who is out of reach.

    `ids` asks for some people alone.
    """

    whom: str = ""
    unreachable: bool = False
    ids: tuple[int, ...] | None = None


def members(school_id: int, audience: Audience) -> sa.ColumnElement[bool]:
    """Build the condition that a person of this school belongs to an audience."""
    meant: list[sa.ColumnElement[bool]] = []
    if Hearers.PUPILS in audience.hearers:
        here = _person.c.id.in_(_pupils(school_id, audience))
        is_pupil = _person.c.kind == PersonKind.PUPIL
        meant.append(is_pupil if audience.is_whole_school else here)
    if Hearers.HOMEROOM_TEACHERS in audience.hearers or Hearers.STAFF in audience.hearers:
        meant.append(_person.c.id.in_(_leaders(school_id, audience)))
    if Hearers.STAFF in audience.hearers:
        is_staff = _person.c.kind == PersonKind.STAFF
        teaches = _person.c.id.in_(_teachers(school_id, audience))
        meant.append(is_staff if audience.is_whole_school else teaches)
    return sa.and_(
        _person.c.school_id == school_id, _person.c.departed.is_(False), sa.or_(sa.false(), *meant)
    )


def _rooms(school_id: int, audience: Audience) -> list[sa.ColumnElement[bool]]:
    """Build the conditions of the classes of this year that an audience names."""
    found = [
        col(SchoolClass.school_id) == school_id,
        col(SchoolClass.year) == current_year(school_id),
    ]
    if audience.divisions:
        found.append(col(SchoolClass.division).in_(audience.divisions))
    if audience.grades:
        found.append(col(SchoolClass.grade).in_(audience.grades))
    if audience.class_ids:
        found.append(col(SchoolClass.id).in_(audience.class_ids))
    return found


def _pupils(school_id: int, audience: Audience) -> sa.Select[Any]:
    return (
        sa.select(col(Placement.person_id))
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(*_rooms(school_id, audience))
    )


def _leaders(school_id: int, audience: Audience) -> sa.Select[Any]:
    return sa.select(col(SchoolClass.homeroom_teacher_id)).where(
        *_rooms(school_id, audience), col(SchoolClass.homeroom_teacher_id).is_not(None)
    )


def _teachers(school_id: int, audience: Audience) -> sa.Select[Any]:
    """Select who teaches a course of this year that a pupil of these classes takes."""
    return (
        sa.select(col(Course.teacher_id))
        .join(Term, col(Term.id) == col(Course.term_id))
        .join(Enrolment, col(Enrolment.course_id) == col(Course.id))
        .where(
            col(Course.school_id) == school_id,
            col(Term.year) == current_year(school_id),
            col(Enrolment.person_id).in_(_pupils(school_id, audience)),
        )
    )


def _silence() -> sa.ColumnElement[Any]:
    kind = _notice.c.silence.type
    account = sa.select(sa.literal(1)).where(col(ChatAccount.person_id) == _person.c.id)
    return sa.case(
        (is_reachable(_person.c.id), sa.null()),
        (account.exists(), sa.literal(Silence.BLOCKED, kind)),
        else_=sa.literal(Silence.NO_ACCOUNT, kind),
    )


async def reached(
    session: AsyncSession, school_id: int, audience: Audience
) -> dict[int, tuple[PersonKind, Silence | None]]:
    """Return everybody of an audience at this moment, with why no message can reach them."""
    rows: Any = await session.execute(
        sa.select(_person.c.id, _person.c.kind, _typed(_silence()))
        .where(members(school_id, audience))
        .order_by(_person.c.id)
    )
    return {id_: (kind, silence) for id_, kind, silence in rows}


async def listed(
    session: AsyncSession,
    school_id: int,
    audience: Audience | None,
    looked: Looked,
    *,
    limit: int,
    offset: int = 0,
) -> list[Listed]:
    """Return who is on the list at this moment: pupils by class and seat, the staff last."""
    asked: list[sa.ColumnElement[bool]] = [_person.c.school_id == school_id]
    if audience is not None:
        asked.append(members(school_id, audience))
    if looked.ids is not None:
        asked.append(_person.c.id.in_(looked.ids))
    if looked.whom:
        named = _person.c.name.contains(looked.whom, autoescape=True)
        in_room = rooms.c.name == looked.whom
        asked.append((_person.c.number == looked.whom) | named | in_room)
    if looked.unreachable:
        asked.append(~is_reachable(_person.c.id))
    rows = await session.execute(
        sa.select(
            _person.c.id,
            _person.c.number,
            _person.c.name,
            _person.c.kind,
            rooms.c.name,
            seats.c.seat,
            _typed(_silence()),
        )
        .select_from(in_rooms(_person, _person.c.id, school_id))
        .where(*asked)
        .order_by(
            rooms.c.name.is_(None), rooms.c.name, seats.c.seat, _person.c.number, _person.c.id
        )
        .limit(limit)
        .offset(offset)
    )
    return [Listed(*row) for row in rows]


def _typed(silence: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.type_coerce(silence, _notice.c.silence.type)


async def classes(session: AsyncSession, school_id: int) -> list[SchoolClass]:
    """Return the classes of this year, by grade and name."""
    found = (
        select(SchoolClass)
        .where(
            col(SchoolClass.school_id) == school_id,
            col(SchoolClass.year) == current_year(school_id),
        )
        .order_by(col(SchoolClass.grade), col(SchoolClass.name))
    )
    return list((await session.execute(found)).scalars())


@dataclass(frozen=True, slots=True)
class Telling:
    """A message as the ledger gets it: one notice for everybody on the list."""

    announcement_id: int
    occasion: str
    due_at: datetime
    deadline_at: datetime


async def tell(
    session: AsyncSession, school_id: int, audience: Audience, telling: Telling, now: datetime
) -> int:
    """Write a notice for everybody of an audience who has none; return how many are new.

    Who cannot be reached gets one too, with the reason.
    """
    types = {each.name: each.type for each in _notice.c}
    chosen = (
        sa.select(_person.c.id, _typed(_silence()).label("silence"))
        .where(members(school_id, audience))
        .order_by(_person.c.id)
        .subquery("chosen")
    )
    said = {
        "school_id": sa.literal(school_id),
        "person_id": chosen.c.id,
        "kind": sa.literal(NoticeKind.SCHOOL_ANNOUNCED, types["kind"]),
        "occasion": sa.literal(telling.occasion),
        "window_id": sa.null(),
        "facts": sa.literal({"announcement_id": telling.announcement_id}, types["facts"]),
        "required": sa.false(),
        "due_at": sa.literal(telling.due_at, types["due_at"]),
        "deadline_at": sa.literal(telling.deadline_at, types["deadline_at"]),
        "created_at": sa.literal(now, types["created_at"]),
        "silence": chosen.c.silence,
        "state": state_case(chosen.c.silence),
    }
    rows = sa.select(*(said[name] for name in COLUMNS)).where(chosen.c.id > 0)
    result = await session.execute(
        ignoring_conflicts(session, Notice).from_select(list(COLUMNS), rows),
        execution_options={"preserve_rowcount": True},
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
