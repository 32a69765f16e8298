"""Proofs: messages that somebody of the office sends to their own chat, to see how they look.

A proof is a delivery that tells no notice: it costs what it costs, and stands in nobody's ledger as
told. Who sent it stands in the audit.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries import claiming
from models.queries.claiming import Claimed
from models.tables import AuditEntry, ChatAccount, Delivery, Person
from models.vocabulary import AccountState, DeliveryState, PersonKind

SENT = "sent a proof"
"""What the audit calls it; its thing is the delivery."""
LEASE = timedelta(minutes=1)
"""How long a proof is on its way at most; after that nobody knows of it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that was sent, of which message, and what became of it."""

    at: datetime
    kind: str
    channel: str
    state: DeliveryState
    reason: str


async def chats(session: AsyncSession, school_id: int, person_id: int) -> list[ChatAccount]:
    """Return the open chats of a person of this school."""
    found = (
        select(ChatAccount)
        .where(
            col(ChatAccount.school_id) == school_id,
            col(ChatAccount.person_id) == person_id,
            col(ChatAccount.state) == AccountState.OPEN,
        )
        .order_by(col(ChatAccount.id))
    )
    return list((await session.execute(found)).scalars())


async def staff_by_number(session: AsyncSession, school_id: int, number: str) -> Person | None:
    """Return who of the staff has this number, or None."""
    found = select(Person).where(
        col(Person.school_id) == school_id,
        col(Person.number) == number,
        col(Person.kind) == PersonKind.STAFF,
        col(Person.departed).is_(False),
    )
    return (await session.execute(found)).scalar_one_or_none()


async def begin(
    session: AsyncSession, account: ChatAccount, body: bytes, now: datetime
) -> tuple[Claimed, int]:
    """Write a proof that is about to be sent, with its attempt; return it and the attempt's id."""
    if account.person_id is None:
        raise LookupError("a proof goes to somebody")
    delivery = Delivery(
        school_id=account.school_id,
        person_id=account.person_id,
        account_id=account.id,
        channel=account.channel,
        retry_key=str(uuid.uuid4()),
        state=DeliveryState.SENDING,
        body=body,
        created_at=now,
        try_at=now,
        first_tried_at=now,
        leased_until=now + LEASE,
        attempts=1,
    )
    session.add(delivery)
    await session.flush()
    attempts = await claiming.begin_attempts(session, [delivery.id], now)
    claimed = Claimed(
        id=delivery.id,
        school_id=account.school_id,
        person_id=account.person_id,
        account_id=account.id,
        channel=account.channel,
        retry_key=delivery.retry_key,
        body=body,
        attempts=1,
        first_tried_at=now,
        address=account.address,
        locale="",
        is_theirs=True,
        leased_until=now + LEASE,
    )
    return claimed, attempts[delivery.id]


async def latest(
    session: AsyncSession, school_id: int, person_id: int, *, limit: int
) -> Sequence[Proof]:
    """Return the proofs that somebody sent last, the newest first."""
    rows: Any = await session.execute(
        sa.select(
            col(AuditEntry.at),
            col(AuditEntry.facts),
            col(Delivery.channel),
            col(Delivery.state),
            col(Delivery.reason),
        )
        .join(Delivery, col(AuditEntry.thing) == _named(col(Delivery.id)))
        .where(
            col(AuditEntry.school_id) == school_id,
            col(AuditEntry.deed) == SENT,
            col(Delivery.person_id) == person_id,
        )
        .order_by(col(AuditEntry.id).desc())
        .limit(limit)
    )
    return [Proof(at, facts["kind"], *rest) for at, facts, *rest in rows]


def _named(delivery_id: Any) -> sa.ColumnElement[str]:
    return sa.literal("delivery:") + sa.cast(delivery_id, sa.String)
