"""Occasions of the timetable that are held back one by one: nobody is told until they are let go.

What is held waits in the ledger, or is planned as ever and waits then. A deadline that passes
meanwhile ends it, as it ends everything. A deadline that moves makes new occasions: those leave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries import audit
from models.queries.bundles import BOUND, may_have_arrived, take_apart
from models.rules.reminders import is_over
from models.tables import Delivery, HeldOccasion, Notice
from models.vocabulary import DeliveryState

HELD = "held"
"""Why a message was taken apart that told something of an occasion that is held back."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds an occasion back, since when, and why."""

    occasion: str
    at: datetime
    by: str
    reason: str


_OF_SCHOOL = (
    select(HeldOccasion)
    .where(col(HeldOccasion.school_id) == sa.bindparam("school"))
    .order_by(col(HeldOccasion.id))
)


async def all_of(session: AsyncSession, school_id: int, now: datetime) -> dict[str, HeldOccasion]:
    """Return what a school holds back, by occasion, the oldest first.

    What nobody would be told any more, since its deadline has passed, is not among it.
    """
    rows = await session.execute(_OF_SCHOOL, {"school": school_id})
    return {row.occasion: row for row in rows.scalars() if not is_over(row.occasion, now)}


async def put_on(session: AsyncSession, school_id: int, holding: Holding, *, via: str) -> bool:
    """Hold an occasion back, and enter it into the audit; return False where it was held already.

    What is queued and never arrived waits again; what is on its way at this moment still arrives.
    """
    if await _held(session, school_id, holding.occasion) is not None:
        return False
    session.add(
        HeldOccasion(
            school_id=school_id,
            occasion=holding.occasion,
            at=holding.at,
            by=holding.by,
            reason=holding.reason,
        )
    )
    await session.flush()
    queued: Sequence[Any] = (
        await session.scalars(_queued(school_id, holding.occasion).with_for_update())
    ).all()
    await take_apart(session, queued, holding.at, reason=HELD)
    await _record(session, school_id, "occasion_held", holding, via=via)
    return True


async def let_go(session: AsyncSession, school_id: int, holding: Holding, *, via: str) -> bool:
    """Let an occasion leave, and enter it into the audit; return False where it was not held."""
    held = await _held(session, school_id, holding.occasion)
    if held is None:
        return False
    await session.delete(held)
    await session.flush()
    await _record(session, school_id, "occasion_released", holding, via=via)
    return True


async def _held(session: AsyncSession, school_id: int, occasion: str) -> HeldOccasion | None:
    found = await session.execute(
        _OF_SCHOOL.where(col(HeldOccasion.occasion) == occasion), {"school": school_id}
    )
    return found.scalar_one_or_none()


def _queued(school_id: int, occasion: str) -> sa.Select[Any]:
    """Select the queued messages that tell something of an occasion and have not left."""
    told = sa.select(sa.literal(1)).where(col(Notice.delivery_id) == col(Delivery.id))
    return sa.select(col(Delivery.id)).where(
        col(Delivery.school_id) == school_id,
        col(Delivery.state) == DeliveryState.QUEUED,
        told.where(col(Notice.occasion) == occasion).exists(),
        ~told.where(col(Notice.kind).in_(BOUND)).exists(),
        ~may_have_arrived(col(Delivery.id)).exists(),
    )


async def _record(
    session: AsyncSession, school_id: int, deed: str, holding: Holding, *, via: str
) -> None:
    await audit.record(
        session,
        school_id=school_id,
        at=holding.at,
        deed=deed,
        thing=f"school:{school_id}",
        via=via,
        occasion=holding.occasion,
        reason=holding.reason,
        by=holding.by,
    )
