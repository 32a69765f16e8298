"""Whether a school's channel may send now, asked before each batch: all of it in one question."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import holds, pauses
from models.tables import Pace, School


@dataclass(frozen=True, slots=True)
class Leave:
    """A school, and what its channel may do: nothing while its messages are held up.

    `free_at` is when the next slice of the channel's rate begins, by the machine's clock;
    `alone_until` until when the channel wants no call; `stopped_until` until when what costs rests.
    """

    school: School
    is_held: bool
    free_at: datetime | None
    alone_until: datetime | None
    stopped_until: datetime | None


_LEAVE = (
    sa.select(
        School,
        holds.IS_ON,
        col(Pace.free_at),
        col(Pace.alone_until),
        pauses.STOPPED_UNTIL.scalar_subquery(),
    )
    .outerjoin(
        Pace,
        sa.and_(col(Pace.school_id) == col(School.id), col(Pace.channel) == sa.bindparam("here")),
    )
    .where(col(School.id) == sa.bindparam("school"))
)


async def asked(session: AsyncSession, school_id: int, channel: str) -> Leave:
    """Return what a school's channel may do now."""
    rows = await session.execute(_LEAVE, {"school": school_id, "here": channel})
    school, is_held, free_at, alone_until, until = rows.one()
    stopped_until = None if until is None else datetime.fromisoformat(until)
    return Leave(school, is_held, free_at, alone_until, stopped_until)
