"""Loads what the registrar sees of the month: how many messages it has cost."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.rules.months import month_began
from models.tables import Delivery
from models.vocabulary import DeliveryState


async def messages_this_month(session: AsyncSession, school_id: int, now: datetime) -> int:
    """Return how many counted messages of this month a channel has accepted, by our own ledger."""
    counted = (
        sa.select(sa.func.count())
        .select_from(Delivery)
        .where(
            col(Delivery.school_id) == school_id,
            col(Delivery.state) == DeliveryState.ACCEPTED,
            col(Delivery.settled_at) >= month_began(now),
        )
    )
    return int((await session.execute(counted)).scalar_one())
