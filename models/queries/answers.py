"""Pushes an answer that matters and could not leave free of charge; it enters the ledger."""

import uuid
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.tables import Delivery, InboundEvent, Notice
from models.vocabulary import DeliveryState, NoticeKind, NoticeState

_ANSWERS = uuid.UUID("5c8f1c6e-94a4-4d0a-a52c-4f1c3d3a7c11")


async def push(
    session: AsyncSession,
    event: InboundEvent,
    *,
    person_id: int,
    account_id: int,
    body: bytes,
    now: datetime,
) -> None:
    """Queue the drawn answer of an event as a counted message; its retry key comes of the event."""
    delivery = Delivery(
        school_id=event.school_id,
        person_id=person_id,
        account_id=account_id,
        channel=event.channel,
        retry_key=str(uuid.uuid5(_ANSWERS, f"{event.school_id}/{event.event_key}")),
        state=DeliveryState.QUEUED,
        body=body,
        created_at=now,
        try_at=now,
    )
    session.add(delivery)
    await session.flush()
    session.add(
        Notice(
            school_id=event.school_id,
            person_id=person_id,
            kind=NoticeKind.ANSWER_KEPT,
            occasion=f"answer/{event.event_key}",
            required=True,
            due_at=now,
            created_at=now,
            state=NoticeState.BUNDLED,
            delivery_id=delivery.id,
        )
    )
