"""Loads what waits for the registrar: open queries, and how many messages the month has cost."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.classes import current_year
from models.rules.months import month_began
from models.tables import Delivery, Person, Placement, Query, ReceiptLine, SchoolClass
from models.vocabulary import DeliveryState, QueryReason, QueryState


@dataclass(frozen=True, slots=True)
class OpenQuery:
    """A pupil's doubt that waits for an answer; `title` is empty for a work that is missing."""

    pupil: str
    class_name: str
    seat: int
    reason: QueryReason
    title: str
    raised_at: datetime


async def open_queries(session: AsyncSession, school_id: int) -> list[OpenQuery]:
    """Return the queries that nobody has answered yet, the oldest first."""
    place = (
        sa.select(col(Placement.person_id), col(Placement.seat), col(SchoolClass.name))
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(
            col(SchoolClass.school_id) == school_id,
            col(SchoolClass.year) == current_year(school_id),
        )
        .subquery("place")
    )
    asked = (
        sa.select(
            col(Person.name),
            sa.func.coalesce(place.c.name, ""),
            sa.func.coalesce(place.c.seat, 0),
            col(Query.reason),
            sa.func.coalesce(col(ReceiptLine.title), ""),
            col(Query.raised_at),
        )
        .select_from(Query)
        .join(Person, col(Person.id) == col(Query.person_id))
        .outerjoin(ReceiptLine, col(ReceiptLine.id) == col(Query.line_id))
        .outerjoin(place, place.c.person_id == col(Person.id))
        .where(col(Query.school_id) == school_id, col(Query.state) == QueryState.OPEN)
        .order_by(col(Query.raised_at), col(Query.id))
    )
    return [OpenQuery(*row) for row in (await session.execute(asked)).all()]


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
