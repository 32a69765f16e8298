"""Loads the timetable: the windows of a school, and those that concern one pupil."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.rules.extensions import latest
from models.tables import Extension, Placement, SchoolClass, Term, Window
from models.vocabulary import Stage


@dataclass(frozen=True, slots=True, eq=False)
class TermWindow:
    """A window with the term it concerns; plain values, detached from the session.

    `own_closes_at` is the later end that one pupil was granted; for everybody else it is None.
    Two are the same where a question about either is the same, so that it can be built once.
    """

    window: Window
    term: Term
    own_closes_at: datetime | None = None

    def __eq__(self, other: object) -> bool:
        """Return whether the other has the same values."""
        return isinstance(other, TermWindow) and self._values() == other._values()

    def __hash__(self) -> int:
        """Return a number that is the same for the same values."""
        return hash(self._values())

    def apart(self) -> "TermWindow":
        """Return a copy that may be kept: no session will ever expire it."""
        window, term = self.window.model_dump(), self.term.model_dump()
        return TermWindow(Window(**window), Term(**term), self.own_closes_at)

    def _values(self) -> tuple[object, ...]:
        window, term = self.window, self.term
        return (
            *(window.id, window.school_id, window.term_id, window.stage, window.division),
            *(window.grades, window.round, window.opens_at, window.closes_at),
            *(term.id, term.year, term.semester, self.own_closes_at),
        )

    @property
    def id(self) -> int:
        """Return the window's id."""
        return self.window.id

    @property
    def stage(self) -> Stage:
        """Return the stage that the window opens."""
        return self.window.stage

    @property
    def opens_at(self) -> datetime:
        """Return the first instant inside."""
        return self.window.opens_at

    @property
    def closes_at(self) -> datetime:
        """Return the first instant outside: the pupil's own, where one was granted."""
        return latest(self.window.closes_at, self.own_closes_at)

    @property
    def term_id(self) -> int:
        """Return the id of the term it concerns."""
        return self.window.term_id

    @property
    def grades(self) -> tuple[int, ...]:
        """Return the grades (1–3) it is for, in the term's year."""
        return grades_of(self.window)

    @property
    def division(self) -> str | None:
        """Return the division it is for, or None for all."""
        return self.window.division

    @property
    def term_name(self) -> str:
        """Return the term as schools write it: 113-1."""
        return f"{self.term.year}-{self.term.semester}"

    @property
    def scope(self) -> str:
        """Return what a decision in this window covers: the year for selection, else the term."""
        return str(self.term.year) if self.stage is Stage.SELECTION else self.term_name

    def is_open(self, now: datetime) -> bool:
        """Return whether `now` lies inside; the end is exclusive."""
        return self.opens_at <= now < self.closes_at

    def until(self, own_closes_at: datetime | None) -> "TermWindow":
        """Return the window as it is for somebody with this extension, or without any.

        An end that is no later than everybody's is none of one's own.
        """
        is_later = own_closes_at is not None and own_closes_at > self.window.closes_at
        return replace(self, own_closes_at=own_closes_at if is_later else None)


def grades_of(window: Window) -> tuple[int, ...]:
    """Return the grades (1–3) that a window is for."""
    return tuple(int(grade) for grade in window.grades.split(","))


_OF_SCHOOL = (
    sa.select(Window, Term)
    .join(Term, col(Term.id) == col(Window.term_id))
    .where(col(Window.retired_at).is_(None), col(Window.school_id) == sa.bindparam("school"))
    .order_by(col(Window.closes_at), col(Window.id))
)
_PLACED = (
    select(SchoolClass.year, SchoolClass.grade, SchoolClass.division)
    .join(Placement, col(Placement.class_id) == col(SchoolClass.id))
    .where(col(Placement.person_id) == sa.bindparam("pupil"))
)
_GRANTED = select(Extension.window_id, Extension.closes_at).where(
    col(Extension.person_id) == sa.bindparam("pupil")
)


async def of_school(session: AsyncSession, school_id: int) -> list[TermWindow]:
    """Return every window of a school, the earliest end first; none that was retired."""
    rows = await session.execute(_OF_SCHOOL, {"school": school_id})
    return _together(rows)


async def by_id(session: AsyncSession, school_id: int, window_id: int) -> TermWindow | None:
    """Return one window of this school, or None, also for one that was retired."""
    rows = await session.execute(
        _OF_SCHOOL.where(col(Window.id) == window_id), {"school": school_id}
    )
    return next(iter(_together(rows)), None)


async def for_pupil(session: AsyncSession, school_id: int, person_id: int) -> list[TermWindow]:
    """Return the windows that concern a pupil by the class of the window's own year.

    Each ends when it does for this pupil: an extension is in it. The earliest end comes first.
    """
    pupil = {"pupil": person_id}
    places = {row.year: row for row in (await session.execute(_PLACED, pupil)).all()}
    own = {row.window_id: row.closes_at for row in (await session.execute(_GRANTED, pupil)).all()}
    concerned = [
        found.until(own.get(found.id))
        for found in await of_school(session, school_id)
        if (place := places.get(found.term.year))
        and place.grade in found.grades
        and found.division in (None, place.division)
    ]
    return sorted(concerned, key=lambda found: (found.closes_at, found.id)) if own else concerned


def _together(rows: sa.Result[Window, Term]) -> list[TermWindow]:
    return [TermWindow(window, term) for window, term in rows]
