"""Turns due notices into deliveries: one counted message to one account, a school at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import roles
from sqlmodel import col

from models.queries.holding import is_due
from models.rules.bundling import Due
from models.rules.retrying import SERVER_ERROR
from models.tables import Attempt, ChatAccount, Delivery, Notice, Person, School
from models.vocabulary import (
    AccountState,
    AttemptOutcome,
    DeliveryState,
    NoticeKind,
    NoticeState,
    Silence,
)

PEOPLE = 500
"""How many people are bundled in one transaction; it stays short on a school of thousands."""

_delivery: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_KNOWN = tuple(NoticeKind)
"""While two builds share a database, what only the other one can say waits for it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """An account through which a person can be reached."""

    account_id: int
    channel: str


@dataclass(frozen=True, slots=True)
class Queued:
    """One delivery to be written, with the notices that it tells."""

    person_id: int
    reach: Reach
    retry_key: str
    notice_ids: tuple[int, ...]


async def schools_with_due(session: AsyncSession, now: datetime) -> list[int]:
    """Return the schools in which something waits to be bundled."""
    due = sa.select(sa.literal(1)).where(
        col(Notice.state) == NoticeState.WAITING,
        col(Notice.school_id) == col(School.id),
        col(Notice.due_at) <= now,
        col(Notice.kind).in_(_KNOWN),
    )
    found: Sequence[Any] = (
        await session.scalars(sa.select(col(School.id)).where(due.exists()))
    ).all()
    return list(found)


async def take_school(session: AsyncSession, school_id: int) -> School | None:
    """Lock a school for bundling, so that one person never gets two messages of two workers.

    None where another worker bundles it at this moment.
    """
    return (
        await session.execute(
            sa.select(School)
            .where(col(School.id) == school_id)
            .with_for_update(key_share=True, skip_locked=True)
        )
    ).scalar_one_or_none()


async def recall(session: AsyncSession, school_id: int, now: datetime) -> None:
    """Take back queued messages that never arrived, of people for whom something new is due.

    The new message then says both; the old one's key is never used again. What is bound to one
    account stays: the answer to its tap, or that another account has taken its place.
    """
    due = sa.select(sa.literal(1)).where(
        *is_due(school_id, now),
        _notice.c.kind.in_(_KNOWN),
        _notice.c.person_id == _delivery.c.person_id,
    )
    bound = sa.select(sa.literal(1)).where(
        col(Notice.delivery_id) == _delivery.c.id,
        col(Notice.kind).in_((NoticeKind.ANSWER_KEPT, NoticeKind.ACCOUNT_LINKED)),
    )
    recalled: Sequence[Any] = (
        await session.scalars(
            sa.select(_delivery.c.id)
            .where(
                _delivery.c.state == DeliveryState.QUEUED,
                _delivery.c.school_id == school_id,
                due.exists(),
                ~bound.exists(),
                ~tells_unknown(),
                ~may_have_arrived(_delivery.c.id).exists(),
            )
            .with_for_update(skip_locked=True)
        )
    ).all()
    await take_apart(session, recalled, now, reason="merged")


def tells_unknown() -> sa.Exists:
    """Build the condition that a delivery tells something that only another build can say."""
    return (
        sa.select(sa.literal(1))
        .where(_notice.c.delivery_id == _delivery.c.id, _notice.c.kind.not_in(_KNOWN))
        .exists()
    )


async def take_apart(
    session: AsyncSession, delivery_ids: Sequence[int], now: datetime, *, reason: str
) -> None:
    """Withdraw deliveries and let what they would have told wait again.

    An answer that was kept cannot be drawn anew: it is over.
    """
    if not delivery_ids:
        return
    await session.execute(
        sa.update(_delivery)
        .where(_delivery.c.id.in_(delivery_ids))
        .values(state=DeliveryState.WITHDRAWN, reason=reason, settled_at=now, leased_until=None)
    )
    bundled = (_notice.c.delivery_id.in_(delivery_ids), _notice.c.state == NoticeState.BUNDLED)
    await session.execute(
        sa.update(_notice)
        .where(*bundled, _notice.c.kind == NoticeKind.ANSWER_KEPT)
        .values(state=NoticeState.SKIPPED, silence=Silence.EXPIRED)
    )
    await session.execute(
        sa.update(_notice).where(*bundled).values(state=NoticeState.WAITING, delivery_id=None)
    )


def may_have_arrived(delivery_id: roles.ExpressionElementRole[Any]) -> sa.Select[Any]:
    """Select attempts that may have been accepted, as rules/retrying.py says it."""
    unsure = (AttemptOutcome.OPEN, AttemptOutcome.UNKNOWN, AttemptOutcome.ACCEPTED)
    return sa.select(col(Attempt.id)).where(
        col(Attempt.delivery_id) == delivery_id,
        sa.or_(
            col(Attempt.outcome).in_(unsure),
            sa.and_(
                col(Attempt.outcome) == AttemptOutcome.TRANSIENT,
                col(Attempt.status) >= SERVER_ERROR,
            ),
        ),
    )


async def due_of(
    session: AsyncSession, school_id: int, now: datetime
) -> dict[int, tuple[Reach, list[Due]]]:
    """Return what is due for the next people of a school, with the account to use for each."""
    waits = (*is_due(school_id, now), _notice.c.kind.in_(_KNOWN))
    people = (
        sa.select(_notice.c.person_id)
        .where(*waits)
        .distinct()
        .order_by(_notice.c.person_id)
        .limit(PEOPLE)
    )
    rows = await session.execute(
        sa.select(
            col(ChatAccount.id),
            col(ChatAccount.channel),
            _notice.c.id,
            _notice.c.person_id,
            _notice.c.kind,
            _notice.c.occasion,
            _notice.c.window_id,
            _notice.c.due_at,
            _notice.c.deadline_at,
            _notice.c.required,
        )
        .join(Person, col(Person.id) == _notice.c.person_id)
        .join(ChatAccount, col(ChatAccount.person_id) == _notice.c.person_id)
        .where(
            *waits,
            _notice.c.person_id.in_(people),
            col(ChatAccount.state) == AccountState.OPEN,
        )
        .order_by(col(ChatAccount.id))
    )
    found: dict[int, tuple[Reach, list[Due]]] = {}
    for account_id, channel, *rest in rows:
        due = Due(*rest)
        reach, dues = found.setdefault(due.person_id, (Reach(account_id, channel), []))
        if reach.account_id == account_id:
            dues.append(due)
    return found


async def known_keys(session: AsyncSession, keys: Iterable[str]) -> set[str]:
    """Return which of these retry keys a delivery has already."""
    found = await session.scalars(
        sa.select(_delivery.c.retry_key).where(_delivery.c.retry_key.in_(list(keys)))
    )
    return set(found)


async def add(
    session: AsyncSession, school_id: int, queued: Sequence[Queued], now: datetime
) -> None:
    """Write deliveries and put their notices into them."""
    if not queued:
        return
    rows = [
        {
            "school_id": school_id,
            "person_id": each.person_id,
            "account_id": each.reach.account_id,
            "channel": each.reach.channel,
            "retry_key": each.retry_key,
            "state": DeliveryState.QUEUED,
            "created_at": now,
            "try_at": now,
            "attempts": 0,
            "reason": "",
        }
        for each in queued
    ]
    written = await session.execute(
        sa.insert(_delivery).returning(_delivery.c.retry_key, _delivery.c.id), rows
    )
    ids: dict[str, int] = dict(written.all())
    await session.execute(
        sa.update(_notice)
        .where(_notice.c.id == sa.bindparam("notice"))
        .values(state=NoticeState.BUNDLED, delivery_id=sa.bindparam("delivery")),
        [
            {"notice": notice_id, "delivery": ids[each.retry_key]}
            for each in queued
            for notice_id in each.notice_ids
        ],
    )


async def skip(session: AsyncSession, notice_ids: Sequence[int], silence: Silence) -> None:
    """Note why these notices are not told."""
    if notice_ids:
        await session.execute(
            sa.update(_notice)
            .where(_notice.c.id.in_(notice_ids))
            .values(state=NoticeState.SKIPPED, silence=silence)
        )
