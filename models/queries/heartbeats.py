"""When each job of the scheduler last succeeded; one that stopped ticking is not healthy."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Setting

HEARTBEAT = "heartbeat/"
"""What the keys of these settings begin with."""


async def beat(session: AsyncSession, job: str, now: datetime) -> None:
    """Note that a job succeeded at `now`."""
    mine = (col(Setting.school_id).is_(None), col(Setting.key) == HEARTBEAT + job)
    known = await session.scalar(sa.select(sa.literal(1)).select_from(Setting).where(*mine))
    if known is None:
        session.add(Setting(key=HEARTBEAT + job, value=now.isoformat()))
    else:
        await session.execute(sa.update(Setting).where(*mine).values(value=now.isoformat()))


async def last(session: AsyncSession) -> dict[str, datetime]:
    """Return when each job last succeeded, by its name."""
    rows = await session.execute(
        sa.select(col(Setting.key), col(Setting.value))
        .where(col(Setting.school_id).is_(None), col(Setting.key).startswith(HEARTBEAT))
        .order_by(col(Setting.value))
    )
    return {key.removeprefix(HEARTBEAT): datetime.fromisoformat(value) for key, value in rows}
