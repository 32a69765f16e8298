"""What the overview of a school stands at: who has decided, what failed, who is out of reach.

Counts of people, by class in the order of their names: never a ranking, never counts of works.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import extensions, standing
from models.queries.console.sight import in_rooms, rooms, sees, sees_room
from models.queries.holding import IS_DUE
from models.queries.reachability import is_reachable
from models.queries.windows import TermWindow
from models.rules.progress import Progress
from models.rules.sight import Sight
from models.tables import ChatAccount, Delivery, ImportRun, Notice, Person
from models.vocabulary import DeliveryState, NoticeState, PersonKind, Silence

_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_delivery: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_person: sa.Table = Person.__table__  # type: ignore[attr-defined]

_ALL = 1_000_000_000
"""A limit that limits nothing: it keeps the engines from working out a condition twice a row."""
TROUBLE = (Silence.REFUSED, Silence.EXPIRED, Silence.UNKNOWN, Silence.BLOCKED, Silence.QUOTA)
"""Why something was not said that should have been: the office can do something about it."""


@dataclass(frozen=True, slots=True)
class RoomProgress:
    """How far the people of one class are in a window; without a name those who sit in none."""

    name: str | None
    division: str | None
    reached: Progress


@dataclass(frozen=True, slots=True)
class RoomReach:
    """How many pupils of a class no message can reach: not joined, or blocked."""

    name: str | None
    pupils: int
    not_joined: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a kind of data was imported last, and at which moment the file was true."""

    subject: str
    at: datetime
    data_at: datetime | None


async def progress(
    session: AsyncSession, school_id: int, sight: Sight, window: TermWindow, now: datetime
) -> list[RoomProgress]:
    """Return how far each class of this year is in a window, by name.

    Of a window that is over only those count who have time of their own.
    """
    after = now if window.own_closes_at is not None else None
    rows: Any = await session.execute(_progress(school_id, sight, window.apart(), after))
    return [RoomProgress(name, division, Progress(*counts)) for name, division, *counts in rows]


@lru_cache(maxsize=200)
def _progress(
    school_id: int, sight: Sight, window: TermWindow, after: datetime | None
) -> sa.Select[Any]:
    """Build the question once: building takes longer than asking."""
    left = standing.has_left(window.window, window.term, _person.c.id)
    concerned = (
        standing.concerned(window.window, window.term)
        .with_only_columns(
            rooms.c.name,
            rooms.c.division,
            sa.case((left, 1), else_=0).label("left"),
            sa.case((is_reachable(_person.c.id), 1), else_=0).label("reachable"),
        )
        .select_from(in_rooms(_person, _person.c.id, school_id))
        .where(sees_room(sight))
    )
    if after is not None:
        concerned = concerned.where(extensions.has_time_after(window, after, _person.c.id))
    people = concerned.limit(_ALL).subquery("people")
    return (
        sa.select(
            people.c.name,
            people.c.division,
            sa.func.count(),
            sa.func.sum(people.c.left),
            sa.func.sum(people.c.left * (1 - people.c.reachable)),
        )
        .group_by(people.c.name, people.c.division)
        .order_by(people.c.name.is_(None), people.c.name)
    )


async def reach(session: AsyncSession, school_id: int, sight: Sight) -> list[RoomReach]:
    """Return the classes with pupils whom no message can reach, by name."""
    pupils = (
        sa.select(
            rooms.c.name,
            sa.case((is_reachable(_person.c.id), 1), else_=0).label("open"),
            sa.case((_has_account(), 1), else_=0).label("joined"),
        )
        .select_from(in_rooms(_person, _person.c.id, school_id))
        .where(
            _person.c.school_id == school_id,
            _person.c.kind == PersonKind.PUPIL,
            _person.c.departed.is_(False),
            sees_room(sight),
        )
        .limit(_ALL)
        .subquery("pupils")
    )
    rows = await session.execute(
        sa.select(
            pupils.c.name,
            sa.func.count(),
            sa.func.sum(1 - pupils.c.joined),
            sa.func.sum(pupils.c.joined * (1 - pupils.c.open)),
        )
        .group_by(pupils.c.name)
        .having(sa.func.sum(1 - pupils.c.open) > 0)
        .order_by(pupils.c.name.is_(None), pupils.c.name)
    )
    return [RoomReach(*row) for row in rows]


def _has_account() -> sa.ColumnElement[bool]:
    return (
        sa.select(sa.literal(1))
        .select_from(ChatAccount)
        .where(col(ChatAccount.person_id) == _person.c.id)
        .exists()
    )


async def trouble(
    session: AsyncSession, school_id: int, sight: Sight, since: datetime
) -> dict[Silence, int]:
    """Return how many notices that fell due since then were not said although they should be."""
    rows: Any = await session.execute(
        sa.select(_notice.c.silence, sa.func.count())
        .where(
            _notice.c.state == NoticeState.SKIPPED,
            _notice.c.school_id == school_id,
            _notice.c.due_at >= since,
            _notice.c.silence.in_(TROUBLE),
            sees(sight, school_id, _notice.c.person_id),
        )
        .group_by(_notice.c.silence)
    )
    counted = dict(rows.all())
    return {each: counted[each] for each in TROUBLE if each in counted}


async def waiting(session: AsyncSession, school_id: int, now: datetime) -> int:
    """Return how much is due and has not left yet: notices, and messages that are queued."""
    due = await session.execute(
        sa.select(sa.func.count()).select_from(_notice).where(*IS_DUE),
        {"school": school_id, "at": now},
    )
    queued = await session.execute(
        sa.select(sa.func.count())
        .select_from(_delivery)
        .where(
            _delivery.c.school_id == school_id,
            _delivery.c.state.in_((DeliveryState.QUEUED, DeliveryState.SENDING)),
        )
    )
    return int(due.scalar_one()) + int(queued.scalar_one())


async def freshness(session: AsyncSession, school_id: int) -> Sequence[Freshness]:
    """Return the last import of each kind that was not undone, by kind."""
    newest = (
        sa.select(sa.func.max(col(ImportRun.id)))
        .where(col(ImportRun.school_id) == school_id, col(ImportRun.undone_at).is_(None))
        .group_by(col(ImportRun.subject))
    )
    rows = await session.execute(
        sa.select(col(ImportRun.subject), col(ImportRun.at), col(ImportRun.data_at))
        .where(col(ImportRun.id).in_(newest))
        .order_by(col(ImportRun.subject))
    )
    return [Freshness(*row) for row in rows]
