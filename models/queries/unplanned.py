"""The schools that were not planned until now, and when their windows open and close."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Extension, School, Term, Window
from models.tables.base import Instant
from models.vocabulary import Stage


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A school that has a timetable, with the text of its rulebook."""

    id: int
    code: str
    rulebook: str
    planned_until: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A window as rules/reminders.py asks for it; equal ones of other schools are equal."""

    stage: Stage
    term: str
    round: int
    division: str | None
    opens_at: datetime
    closes_at: datetime


_SCHOOLS = (
    sa.select(col(School.id), col(School.code), col(School.rulebook), col(School.planned_until))
    .where(col(School.planned_until) < sa.bindparam("at", type_=Instant))
    .order_by(col(School.id))
)
_WINDOWS = (
    sa.select(
        col(Window.school_id),
        col(Window.stage),
        col(Term.year),
        col(Term.semester),
        col(Window.round),
        col(Window.division),
        col(Window.opens_at),
        col(Window.closes_at),
    )
    .join(Term, col(Term.id) == col(Window.term_id))
    .where(
        col(Window.retired_at).is_(None),
        col(Window.stage) != Stage.SUBMISSION,  # a task of the office: nobody is told
        col(Window.opens_at) <= sa.bindparam("at", type_=Instant),
        col(Window.closes_at) > sa.bindparam("since", type_=Instant),
    )
)


async def schools(session: AsyncSession, now: datetime) -> list[Unplanned]:
    """Return the schools that have a timetable and were not planned until `now`."""
    rows: Sequence[Any] = (await session.execute(_SCHOOLS, {"at": now})).all()
    return [Unplanned(*row) for row in rows]


async def windows(session: AsyncSession, since: datetime, now: datetime) -> dict[int, list[Span]]:
    """Return by school the windows that have opened by `now` and close after `since`."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows: Any = await session.execute(_WINDOWS, {"at": now, "since": since})
    for school_id, stage, year, semester, *rest in rows:
        found[school_id].append(Span(stage, f"{year}-{semester}", *rest))
    return found


async def extended(session: AsyncSession, since: datetime) -> set[int]:
    """Return the schools in which somebody has time of their own that ends after `since`."""
    ids = sa.select(col(Extension.school_id)).where(col(Extension.closes_at) > since).distinct()
    return set(await session.scalars(ids))
