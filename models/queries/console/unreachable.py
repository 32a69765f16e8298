"""Lists the pupils whom no message can reach, class by class."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.console.sight import in_rooms, rooms, seats, sees_room
from models.queries.reachability import is_reachable
from models.rules.sight import Sight
from models.tables import ChatAccount, Person
from models.vocabulary import PersonKind

_person: sa.Table = Person.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """A pupil whom no message can reach; `blocked_at` is None where they have never joined."""

    person_id: int
    number: str
    name: str
    room: str | None
    seat: int | None
    blocked_at: datetime | None


async def pupils(
    session: AsyncSession,
    school_id: int,
    sight: Sight,
    room: str,
    *,
    limit: int,
    offset: int = 0,
) -> list[OutOfReach]:
    """Return whom no message can reach, by class and seat; `room` "" is every class."""
    blocked_at = (
        sa.select(sa.func.max(col(ChatAccount.state_at)))
        .where(col(ChatAccount.person_id) == _person.c.id)
        .correlate(_person)
        .scalar_subquery()
    )
    rows = await session.execute(
        sa.select(
            _person.c.id, _person.c.number, _person.c.name, rooms.c.name, seats.c.seat, blocked_at
        )
        .select_from(in_rooms(_person, _person.c.id, school_id))
        .where(
            _person.c.school_id == school_id,
            _person.c.kind == PersonKind.PUPIL,
            _person.c.departed.is_(False),
            ~is_reachable(_person.c.id),
            sees_room(sight),
            rooms.c.name == room if room else sa.true(),
        )
        .order_by(rooms.c.name.is_(None), rooms.c.name, seats.c.seat, _person.c.id)
        .limit(limit)
        .offset(offset)
    )
    return [OutOfReach(*row) for row in rows]
