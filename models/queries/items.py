"""Loads a pupil's own works; an absent work and somebody else's look the same."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.errors import NotYours
from models.tables import Certification, Course, CourseOutcome, Performance, Person, Term
from models.vocabulary import OutcomeState, ReturnReason

_OF_PUPIL = (
    sa.select(CourseOutcome, Course, Term, col(Person.name))
    .join(Course, col(Course.id) == col(CourseOutcome.course_id))
    .join(Term, col(Term.id) == col(CourseOutcome.term_id))
    .join(Person, col(Person.id) == col(Course.teacher_id))
    .where(col(CourseOutcome.person_id) == sa.bindparam("pupil"))
    .execution_options(populate_existing=True)
)
_OWN = _OF_PUPIL.where(col(CourseOutcome.id) == sa.bindparam("outcome"))
_OWN_LOCKED = _OWN.with_for_update(of=CourseOutcome)
_OUTCOMES = _OF_PUPIL.order_by(
    col(Term.year).desc(),
    col(Term.semester).desc(),
    col(Course.name),
    col(CourseOutcome.title),
    col(CourseOutcome.id),
)
_PERFORMANCES = (
    select(Performance)
    .where(col(Performance.person_id) == sa.bindparam("pupil"))
    .order_by(
        col(Performance.year).desc(),
        col(Performance.happened_on),
        col(Performance.title),
        col(Performance.id),
    )
)


@dataclass(frozen=True, slots=True)
class OwnOutcome:
    """A course outcome with its course, its term and the name of the subject teacher."""

    outcome: CourseOutcome
    course: Course
    term: Term
    teacher_name: str

    @property
    def id(self) -> int:
        """Return the work's id."""
        return self.outcome.id

    @property
    def title(self) -> str:
        """Return the work's title."""
        return self.outcome.title

    @property
    def state(self) -> OutcomeState:
        """Return how far the work has come on its way to being certified."""
        return self.outcome.state

    @property
    def term_name(self) -> str:
        """Return the term as schools write it: 113-1."""
        return f"{self.term.year}-{self.term.semester}"


async def own(
    session: AsyncSession, pupil: Person, outcome_id: int, *, lock: bool = False
) -> OwnOutcome:
    """Return one of the pupil's own course outcomes, locked if `lock`; else NotYours."""
    asked = {"pupil": pupil.id, "outcome": outcome_id}
    row = (await session.execute(_OWN_LOCKED if lock else _OWN, asked)).one_or_none()
    if row is None:
        raise NotYours
    outcome, course, term, teacher_name = row
    return OwnOutcome(outcome, course, term, teacher_name)


async def outcomes_of(session: AsyncSession, pupil: Person) -> list[OwnOutcome]:
    """Return all course outcomes of a pupil, the latest term first, then by course and title."""
    rows = await session.execute(_OUTCOMES, {"pupil": pupil.id})
    return [OwnOutcome(outcome, course, term, teacher) for outcome, course, term, teacher in rows]


async def own_performance(session: AsyncSession, pupil: Person, performance_id: int) -> Performance:
    """Return one of the pupil's own diverse performances; else NotYours."""
    row = await session.get(Performance, performance_id)
    if row is None or row.person_id != pupil.id:
        raise NotYours
    return row


async def performances_of(session: AsyncSession, pupil: Person) -> list[Performance]:
    """Return all diverse performances of a pupil, the latest year first, then by day and title."""
    return list((await session.execute(_PERFORMANCES, {"pupil": pupil.id})).scalars())


async def teacher_nudged_at(
    session: AsyncSession, pupil: Person, teacher_id: int
) -> datetime | None:
    """Return when a pupil last reminded a teacher, of whichever work."""
    latest: datetime | None = await session.scalar(
        sa.select(col(CourseOutcome.nudged_at))
        .join(Course, col(Course.id) == col(CourseOutcome.course_id))
        .where(
            col(CourseOutcome.person_id) == pupil.id,
            col(Course.teacher_id) == teacher_id,
            col(CourseOutcome.nudged_at).is_not(None),
        )
        .order_by(col(CourseOutcome.nudged_at).desc())
        .limit(1)
    )
    return latest


async def return_reason(session: AsyncSession, outcome_id: int) -> ReturnReason | None:
    """Return why a work was last returned, leaving out decisions that were taken back."""
    found = await session.execute(
        select(Certification.reason)
        .where(
            col(Certification.outcome_id) == outcome_id,
            col(Certification.withdrawn_at).is_(None),
        )
        .order_by(col(Certification.decided_at).desc(), col(Certification.id).desc())
        .limit(1)
    )
    return found.scalar_one_or_none()
