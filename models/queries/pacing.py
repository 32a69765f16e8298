"""How far the calls of a school's channel are given away: one row that all processes share.

`at` is the machine's time, which goes on while the school's clock is moved about; `now` is the
school's.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from models.queries.upserting import insert_new
from models.rules.pacing import LONGEST_ALONE, LONGEST_BACKLOG
from models.tables import Pace

_pace: sa.Table = Pace.__table__  # type: ignore[attr-defined]
_instant = _pace.c.free_at.type
_MINE = (
    _pace.c.school_id == sa.bindparam("school"),
    _pace.c.channel == sa.bindparam("here"),
)
_AT = sa.bindparam("at", type_=_instant)
_BEGINS = sa.case(
    (_pace.c.free_at < _AT, _AT),
    (_pace.c.free_at > sa.bindparam("latest", type_=_instant), _AT),
    else_=_pace.c.free_at,
)
_RESERVE = (
    sa.update(_pace)
    .where(*_MINE)
    .values(
        free_at=sa.type_coerce(_BEGINS, sa.BigInteger) + sa.bindparam("micros", type_=sa.BigInteger)
    )
    .returning(_pace.c.free_at)
)
_LEAVE_ALONE = (
    sa.update(_pace).where(*_MINE).values(alone_until=sa.bindparam("until", type_=_instant))
)


async def reserve(
    session: AsyncSession, school_id: int, channel: str, span: timedelta, at: datetime
) -> datetime:
    """Take the next slice of a channel, so long; return when it begins.

    Others who take one wait for this transaction: take it last.
    """
    values = {
        "school": school_id,
        "here": channel,
        "at": at,
        "latest": at + LONGEST_BACKLOG,
        "micros": span // timedelta(microseconds=1),
    }
    ends_at: datetime | None = await session.scalar(_RESERVE, values)
    if ends_at is None:
        await _begin(session, school_id, channel, at)
        ends_at = (await session.execute(_RESERVE, values)).scalar_one()
    return ends_at - span


async def leave_alone(
    session: AsyncSession, school_id: int, channel: str, wish: timedelta, now: datetime
) -> None:
    """Note that a channel wants no call for so long, of no process."""
    values: dict[str, Any] = {
        "school": school_id,
        "here": channel,
        "until": now + min(wish, LONGEST_ALONE),
    }
    if not (await session.execute(_LEAVE_ALONE, values)).rowcount:  # type: ignore[attr-defined]
        await _begin(session, school_id, channel, now)
        await session.execute(_LEAVE_ALONE, values)


async def _begin(session: AsyncSession, school_id: int, channel: str, at: datetime) -> None:
    row = {"school_id": school_id, "channel": channel, "free_at": at}
    await insert_new(session, Pace, [row])
