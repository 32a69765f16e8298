"""Who sits in a class of this year, for what is printed; and which windows a class meets."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries import windows
from models.queries.classes import current_year
from models.queries.windows import TermWindow, grades_of
from models.rules.roc import Term
from models.rules.taipei import day_of
from models.tables import Person, Placement, SchoolClass
from models.vocabulary import Stage

_OF_A_TERM = frozenset({Stage.UPLOAD, Stage.CERTIFICATION})


@dataclass(frozen=True, slots=True)
class Seated:
    """A pupil with the seat of this year; without a class both are empty."""

    person: Person
    class_name: str
    seat: int


async def classes_of(session: AsyncSession, school_id: int) -> list[SchoolClass]:
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


async def of_class(session: AsyncSession, room: SchoolClass) -> list[Seated]:
    """Return the pupils of a class by seat, without those who have left."""
    found = (
        sa.select(Person, col(Placement.seat))
        .join(Placement, col(Placement.person_id) == col(Person.id))
        .where(col(Placement.class_id) == room.id, col(Person.departed).is_(False))
        .order_by(col(Placement.seat), col(Person.number))
    )
    return [Seated(person, room.name, seat) for person, seat in await session.execute(found)]


async def pupil(session: AsyncSession, school_id: int, number: str) -> Seated | None:
    """Return the pupil with a number (學號), also one who has left; None where there is none."""
    found = select(Person).where(col(Person.school_id) == school_id, col(Person.number) == number)
    person = (await session.execute(found)).scalar_one_or_none()
    if person is None:
        return None
    placed = (
        sa.select(col(SchoolClass.name), col(Placement.seat))
        .join(Placement, col(Placement.class_id) == col(SchoolClass.id))
        .where(col(Placement.person_id) == person.id)
        .order_by(col(SchoolClass.year).desc())
        .limit(1)
    )
    name, seat = (await session.execute(placed)).one_or_none() or ("", 0)
    return Seated(person, name, seat)


async def windows_met(
    session: AsyncSession,
    school_id: int,
    term: Term,
    *,
    grade: int | None,
    divisions: Sequence[str],
) -> list[TermWindow]:
    """Return the windows that pupils meet in a semester, the earliest end first.

    Those that begin in it (also last year's selection and receipt), and the upload and
    certification of the semester itself. `grade` is this year's; None is every grade.
    """
    return [
        window
        for window in await windows.of_school(session, school_id)
        if _is_met_in(window, term)
        and _was_meant_for(window, term, grade)
        and (window.window.division is None or window.window.division in divisions)
    ]


async def semesters_met(session: AsyncSession, school_id: int) -> list[Term]:
    """Return the semesters in which pupils meet any window, in their order."""
    met: set[tuple[int, int]] = set()
    for window in await windows.of_school(session, school_id):
        begun = Term.on(day_of(window.opens_at))
        met.add((begun.year, begun.semester))
        if window.stage in _OF_A_TERM:
            met.add((window.term.year, window.term.semester))
    return [Term.of(year, semester) for year, semester in sorted(met)]


def _is_met_in(window: TermWindow, term: Term) -> bool:
    if window.stage in _OF_A_TERM and window.term_name == str(term):
        return True
    return Term.on(day_of(window.opens_at)) == term


def _was_meant_for(window: TermWindow, term: Term, grade: int | None) -> bool:
    """Say whether a window is for those who are in a grade in the year of a term."""
    if grade is None:
        return True
    return grade - (term.year - window.term.year) in grades_of(window.window)
