"""What is known of people when it is asked whether they may be told now; asked in sets."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.classes import current_year
from models.rules.courtesy import ANSWERS
from models.rules.limits import SoFar, week_began
from models.rules.taipei import day_of, instant
from models.tables import Delivery, Notice, Person, Placement, Preference, SchoolClass
from models.vocabulary import DeliveryState, PersonKind, QuietChoice

_LONGEST_HOLD = timedelta(days=14)
"""Within this time of being written a message leaves or is given up."""

_delivery: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """Of one person: post, own quiet hours, and the division; None for the school as a whole."""

    is_staff: bool = False
    quiet: QuietChoice = QuietChoice.SCHOOL
    division: str | None = None


_PEOPLE = (
    sa.select(col(Person.id), col(Person.kind), col(Preference.quiet))
    .outerjoin(Preference, col(Preference.person_id) == col(Person.id))
    .where(col(Person.id).in_(sa.bindparam("people", expanding=True)))
)


async def known(
    session: AsyncSession, school_id: int, people: Collection[int], *, by_division: bool
) -> dict[int, Known]:
    """Return what is known of these people of a school; divisions only where they matter."""
    if not people:
        return {}
    divisions = await _divisions(session, school_id, people) if by_division else {}
    rows: Any = await session.execute(_PEOPLE, {"people": list(people)})
    return {
        person_id: Known(
            kind is PersonKind.STAFF, quiet or QuietChoice.SCHOOL, divisions.get(person_id)
        )
        for person_id, kind, quiet in rows
    }


def _in_classes() -> sa.Select[Any]:
    """Select the division of some people's classes of this year, where all are of one."""
    of_this_year = (
        col(SchoolClass.school_id) == sa.bindparam("school"),
        col(SchoolClass.year) == current_year(sa.bindparam("school")),
    )
    asked: sa.BindParameter[Any] = sa.bindparam("people", expanding=True)
    sitting: sa.Select[Any, Any] = (
        sa.select(col(Placement.person_id).label("person_id"), col(SchoolClass.division))
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(*of_this_year, col(Placement.person_id).in_(asked))
    )
    leading: sa.Select[Any, Any] = sa.select(
        col(SchoolClass.homeroom_teacher_id).label("person_id"), col(SchoolClass.division)
    ).where(*of_this_year, col(SchoolClass.homeroom_teacher_id).in_(asked))
    each = sa.union_all(sitting, leading).subquery()
    only = sa.func.min(each.c.division)
    return (
        sa.select(each.c.person_id, only)
        .group_by(each.c.person_id)
        .having(only == sa.func.max(each.c.division))
    )


_DIVISIONS = _in_classes()


async def _divisions(
    session: AsyncSession, school_id: int, people: Collection[int]
) -> dict[int, str]:
    rows: Any = await session.execute(_DIVISIONS, {"school": school_id, "people": list(people)})
    return dict(rows.all())


def _so_far() -> sa.Select[Any]:
    """Select how many messages some people have this week, and how many of them today.

    What rode free on an answer counts no more than the answer, and what was refused never came.
    """
    notice = sa.select(sa.literal(1)).where(
        col(Notice.delivery_id) == _delivery.c.id, col(Notice.kind).not_in(ANSWERS)
    )
    # Said by what it is not: what it is would lead an engine away from the index by person.
    came = sa.and_(
        _delivery.c.state != DeliveryState.WITHDRAWN,
        sa.or_(_delivery.c.state != DeliveryState.FAILED, _delivery.c.reason == "unknown"),
    )
    instants = _delivery.c.try_at.type
    left_at = sa.func.coalesce(_delivery.c.first_tried_at, _delivery.c.try_at)
    is_today = left_at >= sa.bindparam("today", type_=instants)
    today = sa.func.sum(sa.case((is_today, 1), else_=0))
    return (
        sa.select(_delivery.c.person_id, today, sa.func.count())
        .where(
            _delivery.c.person_id.in_(sa.bindparam("people", expanding=True)),
            _delivery.c.created_at >= sa.bindparam("written", type_=instants),
            left_at >= sa.bindparam("week", type_=instants),
            left_at < sa.bindparam("tomorrow", type_=instants),
            _delivery.c.free.is_(False),
            came,
            notice.exists(),
        )
        .group_by(_delivery.c.person_id)
    )


_SO_FAR = _so_far()


async def so_far(session: AsyncSession, people: Collection[int], now: datetime) -> dict[int, SoFar]:
    """Return how many messages these people have had today and this week; without any, none."""
    if not people:
        return {}
    week, today = instant(week_began(now)), instant(day_of(now))
    values = {
        "people": list(people),
        "week": week,
        "written": week - _LONGEST_HOLD,
        "today": today,
        "tomorrow": instant(day_of(now) + _DAY),
    }
    rows: Any = await session.execute(_SO_FAR, values)
    return {person_id: SoFar(int(n), int(whole)) for person_id, n, whole in rows}
