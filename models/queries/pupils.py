"""Loads what surrounds a pupil (windows, division, decisions) and locks the pupil's year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.errors import NotYours, WindowNotOpen
from models.queries import standing, windows
from models.queries.upserting import insert_new
from models.queries.windows import TermWindow
from models.rules.opening import meant
from models.tables import Decision, Person, Placement, PupilYear, Role, SchoolClass, Term
from models.vocabulary import Choice, Duty, Stage

_PLACE = (
    select(SchoolClass.grade, SchoolClass.division)
    .join(Placement, col(Placement.class_id) == col(SchoolClass.id))
    .where(
        col(Placement.person_id) == sa.bindparam("pupil"),
        col(SchoolClass.year) == sa.bindparam("year"),
    )
)
_LOCKED_YEAR = (
    select(PupilYear.id)
    .where(
        col(PupilYear.person_id) == sa.bindparam("pupil"),
        col(PupilYear.year) == sa.bindparam("year"),
    )
    .with_for_update()
)
_DECISION = (
    select(Decision)
    .where(
        col(Decision.person_id) == sa.bindparam("pupil"),
        col(Decision.stage) == sa.bindparam("stage"),
        col(Decision.scope) == sa.bindparam("scope"),
    )
    .execution_options(populate_existing=True)
)


async def windows_of(session: AsyncSession, pupil: Person) -> list[TermWindow]:
    """Return the windows that concern a pupil, the earliest end first; none once departed."""
    if pupil.departed:
        return []
    return await windows.for_pupil(session, pupil.school_id, pupil.id)


async def window_of(
    session: AsyncSession, pupil: Person, stage: Stage, window_id: int, now: datetime
) -> TermWindow:
    """Return the pupil's window of a stage, whether open or not; 0 is the one that is meant now.

    Raises NotYours for an id that is absent, of another stage, or of pupils elsewhere;
    WindowNotOpen where none was named and none is planned.
    """
    own = [window for window in await windows_of(session, pupil) if window.stage is stage]
    if not window_id:
        found = meant(own, now)
        if found is None:
            raise WindowNotOpen(stage, None)
        return found
    named = next((window for window in own if window.id == window_id), None)
    if named is None:
        raise NotYours
    return named


async def term_of(session: AsyncSession, pupil: Person, term_id: int, now: datetime) -> Term:
    """Return a term of the pupil's school; 0 is the term of the upload window that is meant now."""
    if not term_id:
        return (await window_of(session, pupil, Stage.UPLOAD, 0, now)).term
    term = await session.get(Term, term_id)
    if term is None or term.school_id != pupil.school_id:
        raise NotYours
    return term


async def outstanding(
    session: AsyncSession, pupil: Person, among: Iterable[TermWindow]
) -> frozenset[int]:
    """Return the ids of those windows in which this pupil has something left to decide."""
    asked = [
        sa.select(sa.literal(window.id)).where(
            standing.has_left(window.window, window.term, sa.literal(pupil.id))
        )
        for window in among
    ]
    if not asked:
        return frozenset()
    return frozenset((await session.execute(sa.union_all(*asked))).scalars())


@dataclass(frozen=True, slots=True)
class Place:
    """The grade and division of a pupil in an academic year; None where there was no class."""

    grade: int | None = None
    division: str | None = None


async def place_in(session: AsyncSession, pupil: Person, year: int) -> Place:
    """Return the grade and division of the pupil's class in an academic year."""
    row = (await session.execute(_PLACE, {"pupil": pupil.id, "year": year})).first()
    return Place(row.grade, row.division) if row else Place()


async def lock_year(session: AsyncSession, pupil: Person, year: int) -> None:
    """Hold the pupil's year until the transaction ends, so that changes to it happen one by one.

    The row is made where it is missing; whoever makes it first, both then wait for one lock.
    """
    asked = {"pupil": pupil.id, "year": year}
    if (await session.execute(_LOCKED_YEAR, asked)).scalar_one_or_none() is not None:
        return
    row = {"school_id": pupil.school_id, "person_id": pupil.id, "year": year, "version": 0}
    await insert_new(session, PupilYear, [row])
    (await session.execute(_LOCKED_YEAR, asked)).scalar_one()


async def decision(
    session: AsyncSession, pupil: Person, stage: Stage, scope: str
) -> Decision | None:
    """Return what the pupil decided about a stage of a term ("113-1") or year ("113"), if so."""
    asked = {"pupil": pupil.id, "stage": stage, "scope": scope}
    return (await session.execute(_DECISION, asked)).scalar_one_or_none()


async def decide(
    session: AsyncSession, pupil: Person, stage: Stage, scope: str, *, choice: Choice, now: datetime
) -> bool:
    """Write the pupil's decision under the lock of their year; return whether it is another one."""
    known = await decision(session, pupil, stage, scope)
    if known is None:
        session.add(
            Decision(
                school_id=pupil.school_id,
                person_id=pupil.id,
                stage=stage,
                scope=scope,
                choice=choice,
                decided_at=now,
            )
        )
        await session.flush()
        return True
    if known.choice is choice:
        return False
    known.choice, known.decided_at = choice, now
    await session.flush()
    return True


async def registrars(session: AsyncSession, school_id: int) -> list[int]:
    """Return the ids of the people who do the registrar's work at a school."""
    found = await session.execute(
        select(Role.person_id)
        .join(Person, col(Person.id) == col(Role.person_id))
        .where(
            col(Role.school_id) == school_id,
            col(Role.duty) == Duty.REGISTRAR,
            col(Person.departed).is_(False),
        )
        .order_by(col(Role.person_id))
    )
    return list(found.scalars())
