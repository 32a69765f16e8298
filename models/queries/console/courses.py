"""The courses of a school's terms for the console: who teaches them, and who has left."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries.reachability import is_reachable
from models.tables import Course, Enrolment, Person, Placement, SchoolClass, Term
from models.vocabulary import PersonKind

_teacher: sa.Table = Person.__table__.alias("teacher")  # type: ignore[attr-defined]


class Lack(StrEnum):
    """What keeps the works of a course from being certified by its teacher."""

    NOBODY = "nobody"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which courses are searched for; `what` is part of a name, a code, or a teacher's name."""

    term_id: int
    what: str = ""
    lack: Lack | None = None


@dataclass(frozen=True, slots=True)
class Taught:
    """A course with its teacher and how many pupils take it."""

    id: int
    name: str
    code: str
    teacher_id: int
    teacher: str
    number: str
    gone: bool
    reachable: bool
    pupils: int

    @property
    def lack(self) -> Lack | None:
        """Return what keeps its works from being certified, if anything does."""
        if self.gone:
            return Lack.NOBODY
        return None if self.reachable else Lack.OUT_OF_REACH


async def terms(session: AsyncSession, school_id: int) -> list[Term]:
    """Return the terms that have courses, the newest first."""
    found = (
        select(Term)
        .where(
            col(Term.school_id) == school_id,
            sa.select(sa.literal(1)).where(col(Course.term_id) == col(Term.id)).exists(),
        )
        .order_by(col(Term.year).desc(), col(Term.semester).desc())
    )
    return list((await session.execute(found)).scalars())


async def found(
    session: AsyncSession, school_id: int, wanted: Wanted, *, limit: int, offset: int = 0
) -> list[Taught]:
    """Return the courses of a term, by name and teacher."""
    rows: Any = await session.execute(
        _courses(school_id)
        .where(col(Course.term_id) == wanted.term_id, *_asked(wanted))
        .order_by(col(Course.name), _teacher.c.number, col(Course.id))
        .limit(limit)
        .offset(offset)
    )
    return [Taught(*row) for row in rows]


async def without_teacher(session: AsyncSession, school_id: int, term_id: int) -> int:
    """Return how many courses of a term nobody can certify for: their teacher has left."""
    counted = (
        sa.select(sa.func.count())
        .select_from(Course)
        .join(_teacher, _teacher.c.id == col(Course.teacher_id))
        .where(col(Course.school_id) == school_id, col(Course.term_id) == term_id, _gone())
    )
    return int(await session.scalar(counted) or 0)


async def one(session: AsyncSession, school_id: int, course_id: int) -> tuple[Taught, Term] | None:
    """Return a course with its term, or None."""
    row: Any = (
        await session.execute(_courses(school_id).where(col(Course.id) == course_id))
    ).one_or_none()
    if row is None:
        return None
    term = select(Term).join(Course, col(Course.term_id) == col(Term.id))
    of = (await session.execute(term.where(col(Course.id) == course_id))).scalar_one()
    return Taught(*row), of


async def rooms(
    session: AsyncSession, term: Term, course_ids: Collection[int]
) -> dict[int, list[str]]:
    """Return of which classes the pupils of courses are, by name, in the year of their term."""
    rows: Any = await session.execute(
        sa.select(col(Enrolment.course_id), col(SchoolClass.name))
        .join(Placement, col(Placement.person_id) == col(Enrolment.person_id))
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(col(Enrolment.course_id).in_(list(course_ids)), col(SchoolClass.year) == term.year)
        .distinct()
        .order_by(col(SchoolClass.name))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for course_id, name in rows:
        found[course_id].append(name)
    return dict(found)


async def hand_over(session: AsyncSession, course_id: int, teacher_id: int) -> None:
    """Let somebody else teach a course from now on, and certify what waits in it."""
    await session.execute(
        sa.update(Course).where(col(Course.id) == course_id).values(teacher_id=teacher_id)
    )


def _courses(school_id: int) -> sa.Select[Any]:
    pupils = (
        sa.select(sa.func.count())
        .select_from(Enrolment)
        .where(col(Enrolment.course_id) == col(Course.id))
        .scalar_subquery()
    )
    return (
        sa.select(
            col(Course.id),
            col(Course.name),
            col(Course.code),
            _teacher.c.id,
            _teacher.c.name,
            _teacher.c.number,
            _gone(),
            is_reachable(_teacher.c.id),
            pupils,
        )
        .join(_teacher, _teacher.c.id == col(Course.teacher_id))
        .where(col(Course.school_id) == school_id)
    )


def _gone() -> sa.ColumnElement[bool]:
    return _teacher.c.departed | (_teacher.c.kind != PersonKind.STAFF)


def _asked(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    asked: list[sa.ColumnElement[bool]] = []
    if wanted.what:
        asked.append(
            col(Course.name).contains(wanted.what, autoescape=True)
            | _teacher.c.name.contains(wanted.what, autoescape=True)
            | (col(Course.code) == wanted.what)
        )
    match wanted.lack:
        case Lack.NOBODY:
            asked.append(_gone())
        case Lack.OUT_OF_REACH:
            asked += [~_gone(), ~is_reachable(_teacher.c.id)]
    return asked
