"""What rides on the free answer to a tap: told once that answer was accepted, waiting otherwise.

A ride is a delivery that costs nothing, with an attempt of its own, so that the ledger says what
was told and when. It is never sent by itself.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import outbox
from models.queries.bundles import BOUND, KNOWN
from models.queries.claiming import Claimed
from models.queries.preferences import is_done, is_muted
from models.queries.rationing import IS_HELD
from models.rules.bundling import Due
from models.tables import ChatAccount, Delivery, HeldOccasion, InboundEvent, Notice
from models.vocabulary import DeliveryState, NoticeKind, NoticeState, Silence

LEASE = timedelta(minutes=1)
"""How long an answer is on its way at most; after that nobody knows of the ride on it."""
_RIDES = uuid.UUID("8f3c9a52-8a0e-4a6b-9d59-0b8f6f3f5e42")
_delivery: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]

_CAN_RIDE = (
    _notice.c.person_id == sa.bindparam("person"),
    _notice.c.state == NoticeState.WAITING,
    _notice.c.kind.in_(KNOWN),
    _notice.c.kind.not_in((*BOUND, NoticeKind.LAST_CALL_REPEATED)),
    _notice.c.refused_id.is_(None),
    ~sa.select(sa.literal(1))
    .where(
        col(HeldOccasion.school_id) == _notice.c.school_id,
        col(HeldOccasion.occasion) == _notice.c.occasion,
    )
    .exists(),
    sa.or_(
        IS_HELD,
        sa.and_(_notice.c.due_at <= sa.bindparam("at"), _notice.c.required.is_(False)),
    ),
)
_ANY = sa.select(sa.literal(1)).where(*_CAN_RIDE).limit(1)
_WAITING = (
    sa.select(
        _notice.c.id,
        _notice.c.person_id,
        _notice.c.kind,
        _notice.c.occasion,
        _notice.c.window_id,
        _notice.c.due_at,
        _notice.c.deadline_at,
        _notice.c.required,
    )
    .where(*_CAN_RIDE)
    .order_by(_notice.c.id)
    .with_for_update(skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class Rider:
    """Whose answer it is that has room, on which account, and by which event."""

    event: InboundEvent
    account: ChatAccount
    person_id: int
    locale: str


async def waits_for(session: AsyncSession, person_id: int, now: datetime) -> bool:
    """Say whether anything waits that could ride on an answer to this person."""
    found = await session.execute(_ANY, {"person": person_id, "at": now})
    return found.first() is not None


async def waiting(
    session: AsyncSession, rider: Rider, since: datetime | None, now: datetime
) -> list[Due]:
    """Return what can ride, locked: what is optional and due, and what the month holds back.

    What the person does not want, as of the last import `since`, stays where it is.
    """
    unwanted = is_muted(rider.event.school_id) | is_done(since)
    found = await session.execute(
        _WAITING.where(sa.or_(_notice.c.required, sa.not_(unwanted))),
        {"person": rider.person_id, "at": now},
    )
    return [Due(*row) for row in found]


async def begin(
    session: AsyncSession, rider: Rider, notice_ids: Sequence[int], now: datetime
) -> Claimed:
    """Write the delivery of a ride and put its notices into it."""
    event, account = rider.event, rider.account
    delivery = Delivery(
        school_id=event.school_id,
        person_id=rider.person_id,
        account_id=account.id,
        channel=account.channel,
        retry_key=str(uuid.uuid5(_RIDES, f"{event.school_id}/{event.channel}/{event.event_key}")),
        state=DeliveryState.SENDING,
        created_at=now,
        try_at=now,
        first_tried_at=now,
        leased_until=now + LEASE,
        attempts=1,
        free=True,
    )
    session.add(delivery)
    await session.flush()
    await session.execute(
        sa.update(_notice)
        .where(_notice.c.id.in_(notice_ids))
        .values(state=NoticeState.BUNDLED, delivery_id=delivery.id, silence=None)
    )
    return Claimed(
        id=delivery.id,
        school_id=event.school_id,
        person_id=rider.person_id,
        account_id=account.id,
        channel=account.channel,
        retry_key=delivery.retry_key,
        body=None,
        attempts=1,
        first_tried_at=now,
        address=account.address,
        locale=rider.locale,
        is_theirs=True,
        leased_until=now + LEASE,
    )


async def get_off(session: AsyncSession, delivery_ids: Sequence[int], now: datetime) -> None:
    """End rides whose answer was not accepted.

    What surely did not arrive waits again. Of what may have arrived only what is required is said
    once more; of the rest it stays unknown.
    """
    aboard = (_notice.c.delivery_id.in_(delivery_ids), _notice.c.state == NoticeState.BUNDLED)
    await session.execute(sa.update(_notice).where(*aboard).values(due_at=now))
    in_doubt = sorted(await outbox.unsure(session, delivery_ids))
    await session.execute(
        sa.update(_notice)
        .where(_notice.c.delivery_id.in_(in_doubt), *aboard, _notice.c.required)
        .values(state=NoticeState.WAITING, delivery_id=None)
    )
    await outbox.skip_notices(session, in_doubt, Silence.UNKNOWN)
    await outbox.give_up(session, delivery_ids, now, reason="no ride")


async def lapsed(session: AsyncSession, now: datetime, *, limit: int) -> list[int]:
    """Return rides that a crash left on their way, locked."""
    found: Any = await session.scalars(
        sa.select(_delivery.c.id)
        .where(
            _delivery.c.state == DeliveryState.SENDING,
            _delivery.c.free,
            _delivery.c.leased_until < now,
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(found)
