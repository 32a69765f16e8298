"""Since when and until when a school's counted messages rest because its month is used up."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.bundles import BOUND, may_have_arrived, take_apart
from models.tables import Delivery, Notice, School, Setting
from models.vocabulary import DeliveryState

_KEY = "pushes_stopped_until"
STOPPED_UNTIL = sa.select(col(Setting.value)).where(
    col(Setting.school_id) == sa.bindparam("school"), col(Setting.key) == _KEY
)
"""Asks until when a `school`'s pushes rest, as an ISO instant."""


async def stopped_until(session: AsyncSession, school_id: int) -> datetime | None:
    """Return until when the school's pushes rest, or None where they never did."""
    value = (await session.execute(STOPPED_UNTIL, {"school": school_id})).scalar_one_or_none()
    return None if value is None else datetime.fromisoformat(value)


async def resting(session: AsyncSession, now: datetime) -> list[str]:
    """Return the codes of the schools whose pushes rest at this instant."""
    rows = await session.execute(
        sa.select(col(School.code), col(Setting.value))
        .join(Setting, col(Setting.school_id) == col(School.id))
        .where(col(Setting.key) == _KEY)
        .order_by(col(School.code))
    )
    return [code for code, until in rows if datetime.fromisoformat(until) > now]


async def end(session: AsyncSession, school_id: int) -> None:
    """Let the school's pushes leave again."""
    await session.execute(
        sa.delete(Setting).where(col(Setting.school_id) == school_id, col(Setting.key) == _KEY)
    )


async def stop(
    session: AsyncSession,
    school_id: int,
    until: datetime,
    now: datetime,
    channels: Collection[str],
) -> None:
    """Let the school's pushes on these channels rest; what is queued there waits again.

    What may have arrived stays, and what is bound to its account.
    """
    await end(session, school_id)
    session.add(Setting(school_id=school_id, key=_KEY, value=until.isoformat()))
    bound = sa.select(sa.literal(1)).where(
        col(Notice.delivery_id) == col(Delivery.id), col(Notice.kind).in_(BOUND)
    )
    queued: Sequence[Any] = (
        await session.scalars(
            sa.select(col(Delivery.id)).where(
                col(Delivery.school_id) == school_id,
                col(Delivery.state) == DeliveryState.QUEUED,
                col(Delivery.channel).in_(channels),
                ~bound.exists(),
                ~may_have_arrived(col(Delivery.id)).exists(),
            )
        )
    ).all()
    await take_apart(session, queued, now, reason="quota")
