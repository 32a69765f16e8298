"""How far today's sending of a school is, from the ledger that every worker writes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.rules.taipei import day_of, instant
from models.tables import Delivery
from models.vocabulary import DeliveryState

_COUNTED = [each for each in DeliveryState if each is not DeliveryState.WITHDRAWN]
_SOON = timedelta(hours=1)
"""What is tried again later than this is not on its way now: it waits for a month or a channel."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Today's messages: which a channel has accepted, which failed, which are on their way."""

    accepted: int
    failed: int
    on_their_way: int

    @property
    def all(self) -> int:
        """Return how many there are today."""
        return self.accepted + self.failed + self.on_their_way


async def today(session: AsyncSession, school_id: int, now: datetime) -> Sending:
    """Return how far a school's sending is; what rides on answers to taps is not part of it."""
    began = instant(day_of(now))
    rows: Any = await session.execute(
        sa.select(col(Delivery.state), sa.func.count())
        .where(
            col(Delivery.school_id) == school_id,
            col(Delivery.state).in_(_COUNTED),
            col(Delivery.try_at) >= began,
            col(Delivery.try_at) < now + _SOON,
            col(Delivery.free).is_(False),
        )
        .group_by(col(Delivery.state))
    )
    counted = dict(rows.all())
    return Sending(
        accepted=counted.get(DeliveryState.ACCEPTED, 0),
        failed=counted.get(DeliveryState.FAILED, 0),
        on_their_way=counted.get(DeliveryState.QUEUED, 0) + counted.get(DeliveryState.SENDING, 0),
    )
