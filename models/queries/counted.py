"""Counts the messages that cost: what left in a month, what is about to, by our own ledger.

What may have arrived counts as well: nobody will ever know, and the channel may have charged it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.rules.months import month_began
from models.tables import Delivery
from models.vocabulary import DeliveryState

_LONGEST_QUEUED = timedelta(days=31)
"""How long before a message left it was queued at most: it lets an index find the month."""

_COSTS = (
    col(Delivery.school_id) == sa.bindparam("school"),
    col(Delivery.channel).in_(sa.bindparam("channels", expanding=True)),
    col(Delivery.free).is_(False),
)
_LEFT_SINCE = (
    sa.select(sa.func.count())
    .select_from(Delivery)
    .where(
        *_COSTS,
        sa.or_(
            col(Delivery.state) == DeliveryState.ACCEPTED,
            sa.and_(col(Delivery.state) == DeliveryState.FAILED, col(Delivery.reason) == "unknown"),
        ),
        col(Delivery.try_at) >= sa.bindparam("queued"),
        col(Delivery.settled_at) >= sa.bindparam("began"),
    )
)
_UNDER_WAY = (
    sa.select(sa.func.count())
    .select_from(Delivery)
    .where(*_COSTS, col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.SENDING)))
)


async def in_month(
    session: AsyncSession, school_id: int, channels: Collection[str], now: datetime
) -> int:
    """Return how many counted messages of a school left in the month of `now`."""
    began = month_began(now)
    values = {
        "school": school_id,
        "channels": list(channels),
        "began": began,
        "queued": began - _LONGEST_QUEUED,
    }
    return int((await session.execute(_LEFT_SINCE, values)).scalar_one())


async def under_way(session: AsyncSession, school_id: int, channels: Collection[str]) -> int:
    """Return how many counted messages of a school are bundled and have not left."""
    values = {"school": school_id, "channels": list(channels)}
    return int((await session.execute(_UNDER_WAY, values)).scalar_one())
