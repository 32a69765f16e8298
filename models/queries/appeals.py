"""The office's queue of appeals: which wait, one in full, the last about a work, settling one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries import notices
from models.queries.queueing import Queue, present_seats
from models.tables import Appeal, Certification, Course, CourseOutcome, Person, Term
from models.vocabulary import AppealState, NoticeKind, OutcomeState, ReturnReason

_teacher = sa.alias(Person.__table__, "teacher")  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Appealed:
    """An appeal with whose it is and what it is about; `reason` is None where nobody decided.

    Class and seat are those of the present year, empty and 0 for who has none.
    """

    appeal: Appeal
    pupil: str
    number: str
    class_name: str
    seat: int
    title: str
    course: str
    teacher: str
    year: int
    semester: int
    reason: ReturnReason | None
    work_state: OutcomeState

    @property
    def id(self) -> int:
        """Return the appeal's id."""
        return self.appeal.id


async def last_about(session: AsyncSession, outcome_id: int) -> Appeal | None:
    """Return the last appeal about a work, None where there was none."""
    found = (
        select(Appeal)
        .where(col(Appeal.outcome_id) == outcome_id)
        .order_by(col(Appeal.raised_at).desc(), col(Appeal.id).desc())
        .limit(1)
    )
    return (await session.execute(found)).scalar_one_or_none()


async def decision_about(session: AsyncSession, outcome_id: int) -> int | None:
    """Return the decision that holds about a work, None where there is none."""
    found: int | None = await session.scalar(
        sa.select(col(Certification.id))
        .where(
            col(Certification.outcome_id) == outcome_id,
            col(Certification.withdrawn_at).is_(None),
        )
        .order_by(col(Certification.decided_at).desc(), col(Certification.id).desc())
        .limit(1)
    )
    return found


async def settle(
    session: AsyncSession,
    appeal: Appeal,
    state: AppealState,
    now: datetime,
    *,
    explanation: str,
    by_id: int | None,
) -> None:
    """Write what came of an appeal, and tell its pupil."""
    appeal.state, appeal.explanation = state, explanation
    appeal.settled_at, appeal.settled_by_id = now, by_id
    await session.flush()
    await notices.tell(
        session,
        school_id=appeal.school_id,
        person_id=appeal.person_id,
        kind=NoticeKind.APPEAL_SETTLED,
        occasion=f"appeal-settled/{appeal.id}",
        now=now,
        facts={"appeal_id": appeal.id},
    )


def _appealed(school_id: int) -> sa.Select[*tuple[Any, ...]]:
    place = present_seats(school_id)
    return (
        sa.select(
            Appeal,
            col(Person.name),
            col(Person.number),
            sa.func.coalesce(place.c.name, ""),
            sa.func.coalesce(place.c.seat, 0),
            col(CourseOutcome.title),
            col(Course.name),
            _teacher.c.name,
            col(Term.year),
            col(Term.semester),
            col(Certification.reason),
            col(CourseOutcome.state),
        )
        .join(Person, col(Person.id) == col(Appeal.person_id))
        .join(CourseOutcome, col(CourseOutcome.id) == col(Appeal.outcome_id))
        .join(Course, col(Course.id) == col(CourseOutcome.course_id))
        .join(Term, col(Term.id) == col(CourseOutcome.term_id))
        .join(_teacher, _teacher.c.id == col(Course.teacher_id))
        .outerjoin(Certification, col(Certification.id) == col(Appeal.certification_id))
        .outerjoin(place, place.c.person_id == col(Person.id))
        .where(col(Appeal.school_id) == school_id)
    )


_queue = Queue(
    kind=Appeal,
    is_open=col(Appeal.state) == AppealState.OPEN,
    since=Appeal.raised_at,
    settled=Appeal.settled_at,
    listed=_appealed,
    shown=Appealed,
)
some = _queue.some
count_waiting = _queue.count_waiting
own_of_school = _queue.own_of_school
