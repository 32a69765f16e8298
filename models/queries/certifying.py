"""Loads the works of a teacher's courses, and writes down what the teacher decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.errors import NotYours
from models.queries import extensions, windows
from models.queries.windows import TermWindow
from models.rules.certification import STATE_AFTER, Decided, window_for
from models.tables import (
    Certification,
    Course,
    CourseOutcome,
    Notice,
    Person,
    Placement,
    SchoolClass,
    Selection,
    Term,
)
from models.vocabulary import NoticeState, OutcomeState, Silence, Stage

SHOWN_TO_TEACHERS = (OutcomeState.AWAITING, *STATE_AFTER.values())
"""A pupil's drafts and unsent works are nobody's business but theirs."""

_PLACE = (
    sa.select(
        col(Placement.person_id),
        col(Placement.seat),
        col(SchoolClass.name),
        col(SchoolClass.year),
        col(SchoolClass.grade),
        col(SchoolClass.division),
    )
    .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
    .subquery("place")
)
_WORKS: sa.Select[Any] = (
    sa.select(
        CourseOutcome,
        col(Course.name).label("course"),
        col(Person.name).label("pupil"),
        _PLACE.c.name.label("class_name"),
        _PLACE.c.seat,
        _PLACE.c.grade,
        _PLACE.c.division,
    )
    .join(Course, col(Course.id) == col(CourseOutcome.course_id))
    .join(Person, col(Person.id) == col(CourseOutcome.person_id))
    .join(Term, col(Term.id) == col(CourseOutcome.term_id))
    .outerjoin(_PLACE, (_PLACE.c.person_id == col(Person.id)) & (_PLACE.c.year == col(Term.year)))
    .where(col(Course.teacher_id) == sa.bindparam("teacher"))
    .order_by(col(CourseOutcome.id))
    .execution_options(populate_existing=True)
)
"""The works of a teacher's courses with their pupils, and the pupils' class then."""
_WAITING = _WORKS.where(col(CourseOutcome.state) == OutcomeState.AWAITING)
_SHOWN = _WORKS.where(
    col(CourseOutcome.id) == sa.bindparam("outcome"),
    col(CourseOutcome.state).in_(SHOWN_TO_TEACHERS),
)
_TAUGHT = (
    sa.select(sa.literal(1))
    .select_from(Course)
    .where(
        col(Course.id) == col(CourseOutcome.course_id),
        col(Course.teacher_id) == sa.bindparam("teacher"),
    )
    .exists()
)
_LOCKED = (
    sa.select(col(CourseOutcome.id))
    .where(col(CourseOutcome.id).in_(sa.bindparam("outcomes", expanding=True)), _TAUGHT)
    .order_by(col(CourseOutcome.id))
    .with_for_update()
)
_STANDING = (
    sa.select(Certification, col(Person.name))
    .join(Person, col(Person.id) == col(Certification.by_id))
    .where(
        col(Certification.outcome_id) == sa.bindparam("outcome"),
        col(Certification.withdrawn_at).is_(None),
    )
    .order_by(col(Certification.decided_at).desc(), col(Certification.id).desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Submitted:
    """A work that a pupil sent to this teacher, with what a card says about it.

    `class_name` and `seat` are the pupil's in the year of the work; empty and 0 where they have no
    class. `window` is the certification window for that class, with the pupil's own end where one
    was granted, or None where none is planned.
    """

    outcome: CourseOutcome
    course: str
    pupil: str
    class_name: str
    seat: int
    window: TermWindow | None

    @property
    def id(self) -> int:
        """Return the work's id."""
        return self.outcome.id

    @property
    def key(self) -> tuple[int, int]:
        """Return the id and the version: what a list's digest is made of."""
        return self.id, self.outcome.version

    def is_open(self, now: datetime) -> bool:
        """Say whether the work can be certified now."""
        return self.window is not None and self.window.is_open(now)


async def waiting(session: AsyncSession, school_id: int, teacher_id: int) -> list[Submitted]:
    """Return the works that wait for a teacher, the newest deadline first, then as they came."""
    found = await _submitted(session, school_id, _WAITING, {"teacher": teacher_id})
    return sorted(found, key=_newest_deadline_first)


async def for_certifier(
    session: AsyncSession, school_id: int, teacher_id: int, outcome_id: int
) -> Submitted:
    """Return a work of the teacher's own courses; NotYours for any other, and for unsent ones."""
    asked = {"teacher": teacher_id, "outcome": outcome_id}
    found = await _submitted(session, school_id, _SHOWN, asked)
    if not found:
        raise NotYours
    return found[0]


async def lock(session: AsyncSession, teacher_id: int, outcome_ids: Sequence[int]) -> None:
    """Hold works of the teacher's own courses until the transaction ends.

    Always in the order of their ids, so that no two taps wait for each other in a circle.
    """
    await session.execute(_LOCKED, {"teacher": teacher_id, "outcomes": outcome_ids})


async def decision_about(session: AsyncSession, outcome_id: int) -> Decided | None:
    """Return the latest decision about a work that was not taken back."""
    row = (await session.execute(_STANDING, {"outcome": outcome_id})).first()
    if row is None:
        return None
    made, name = row
    return Decided(made.decision, made.by_id, name, made.decided_at)


async def latest_certification(session: AsyncSession, outcome_id: int) -> Certification | None:
    """Return the newest decision about a work, taken back or not."""
    latest = (
        select(Certification)
        .where(col(Certification.outcome_id) == outcome_id)
        .order_by(col(Certification.id).desc())
        .limit(1)
    )
    return (await session.execute(latest)).scalar_one_or_none()


async def own_certification(
    session: AsyncSession, teacher_id: int, certification_id: int
) -> Certification:
    """Return a decision that this teacher made about a work of their own courses; else NotYours.

    The work's row is locked first, so that a decision and its withdrawal come one after the other.
    """
    outcome_id = (
        sa.select(col(Certification.outcome_id))
        .where(col(Certification.id) == certification_id, col(Certification.by_id) == teacher_id)
        .scalar_subquery()
    )
    locking = (
        sa.select(col(CourseOutcome.id))
        .where(col(CourseOutcome.id) == outcome_id, _TAUGHT)
        .with_for_update()
    )
    if (await session.execute(locking, {"teacher": teacher_id})).first() is None:
        raise NotYours
    found = select(Certification).where(col(Certification.id) == certification_id)
    fresh = found.execution_options(populate_existing=True)
    return (await session.execute(fresh)).scalar_one()


async def last_batch(session: AsyncSession, teacher_id: int) -> list[tuple[int, int]]:
    """Return (id, version before) of the works a teacher decided about last, at one instant."""
    newest = (
        sa.select(sa.func.max(col(Certification.decided_at)))
        .where(col(Certification.by_id) == teacher_id)
        .scalar_subquery()
    )
    batch = (
        sa.select(col(CourseOutcome.id), col(CourseOutcome.version))
        .join(Certification, col(Certification.outcome_id) == col(CourseOutcome.id))
        .where(col(Certification.by_id) == teacher_id, col(Certification.decided_at) == newest)
    )
    return [(outcome_id, version - 1) for outcome_id, version in (await session.execute(batch))]


async def is_selected(session: AsyncSession, outcome_id: int) -> bool:
    """Say whether the pupil selected this work for submission."""
    found = sa.select(col(Selection.id)).where(col(Selection.outcome_id) == outcome_id)
    return (await session.execute(found)).first() is not None


async def hold_back(session: AsyncSession, person_id: int, occasion: str) -> bool:
    """Take a waiting notice back, because what it says is no longer so; say whether it waited."""
    changed = await session.execute(
        sa.update(Notice)
        .where(
            col(Notice.person_id) == person_id,
            col(Notice.occasion) == occasion,
            col(Notice.state) == NoticeState.WAITING,
        )
        .values(state=NoticeState.SKIPPED, silence=Silence.SUPERSEDED)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


async def _submitted(
    session: AsyncSession, school_id: int, works: sa.Select[Any], asked: dict[str, int]
) -> list[Submitted]:
    planned = [
        window
        for window in await windows.of_school(session, school_id)
        if window.stage is Stage.CERTIFICATION
    ]
    rows = (await session.execute(works, asked)).all()
    authors = {row.CourseOutcome.person_id for row in rows}
    granted = await extensions.of_school(session, school_id, authors)
    return [
        Submitted(
            outcome=row.CourseOutcome,
            course=row.course,
            pupil=row.pupil,
            class_name=row.class_name or "",
            seat=row.seat or 0,
            window=window_for(
                [
                    window.until(granted.get((row.CourseOutcome.person_id, window.id)))
                    for window in planned
                ],
                row.CourseOutcome.term_id,
                row.grade or 0,
                row.division or "",
            ),
        )
        for row in rows
    ]


def _newest_deadline_first(work: Submitted) -> tuple[bool, float, float, int]:
    """Order by deadline, the newest first; works without a window last, in the order they came."""
    asked_at = work.outcome.requested_at
    return (
        work.window is None,
        -work.window.closes_at.timestamp() if work.window else 0.0,
        asked_at.timestamp() if asked_at else 0.0,
        work.id,
    )
