"""Who stands behind the figures of the outbox: people by name, and what waits in the ledger now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from models.queries.console.sight import in_rooms, rooms, seats, sees, sees_room
from models.rules.sight import Sight
from models.tables import Notice, Person
from models.vocabulary import NoticeKind, NoticeState, Silence

_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_person: sa.Table = Person.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told, or would be; `room` is None for who sits in no class."""

    person_id: int
    number: str
    name: str
    room: str | None
    seat: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Notices of one kind that are due or held back, and have not left."""

    kind: NoticeKind
    occasion: str
    window_id: int | None
    silence: Silence | None
    since: datetime
    people: int


async def seen_of(
    session: AsyncSession, school_id: int, sight: Sight, people: Collection[int]
) -> frozenset[int]:
    """Return which of these people are seen."""
    if sight.everybody:
        return frozenset(people)
    whom = sa.select(_person.c.id).where(
        _person.c.school_id == school_id,
        _person.c.id.in_(list(people)),
        sees(sight, school_id, _person.c.id),
    )
    return frozenset((await session.scalars(whom)).all())


async def recipients(
    session: AsyncSession,
    school_id: int,
    sight: Sight,
    people: Collection[int],
    *,
    limit: int,
    offset: int,
) -> list[Recipient]:
    """Return a page of these people as far as they are seen, by class and seat."""
    rows: Any = await session.execute(
        sa.select(_person.c.id, _person.c.number, _person.c.name, rooms.c.name, seats.c.seat)
        .select_from(in_rooms(_person, _person.c.id, school_id))
        .where(_person.c.school_id == school_id, _person.c.id.in_(list(people)), sees_room(sight))
        .order_by(rooms.c.name, seats.c.seat, _person.c.number)
        .limit(limit)
        .offset(offset)
    )
    return [Recipient(*row) for row in rows]


async def waiting(
    session: AsyncSession, school_id: int, sight: Sight, now: datetime, *, limit: int
) -> list[Waiting]:
    """Return what is due and has not left, or is held back, by kind and occasion.

    What is due for one person alone, such as an answer, is one line with others of its kind.
    """
    shared = sa.case((_notice.c.window_id.is_not(None), _notice.c.occasion), else_="")
    rows: Any = await session.execute(
        sa.select(
            _notice.c.kind,
            shared.label("occasion"),
            _notice.c.window_id,
            _notice.c.silence,
            sa.func.min(_notice.c.due_at),
            sa.func.count(),
        )
        .where(
            _notice.c.school_id == school_id,
            _notice.c.state.in_((NoticeState.WAITING, NoticeState.BUNDLED)),
            sa.or_(_notice.c.due_at <= now, _notice.c.silence.is_not(None)),
            sees(sight, school_id, _notice.c.person_id),
        )
        .group_by(_notice.c.kind, shared, _notice.c.window_id, _notice.c.silence)
        .order_by(sa.func.min(_notice.c.due_at), _notice.c.kind, shared)
        .limit(limit)
    )
    return [Waiting(*row) for row in rows]
