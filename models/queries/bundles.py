"""Turns due notices into deliveries: one counted message to one account, a school at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import roles
from sqlmodel import col

from models.queries.holding import IS_DUE
from models.queries.reachability import is_reachable
from models.rules.bundling import Due
from models.rules.reaching import Reach
from models.rules.retrying import SERVER_ERROR
from models.tables import Attempt, Delivery, Notice, School
from models.vocabulary import (
    AttemptOutcome,
    DeliveryState,
    NoticeKind,
    NoticeState,
    Silence,
)

PEOPLE = 400
"""How many people are bundled in one transaction; it stays short on a school of thousands."""

BOUND = (NoticeKind.ANSWER_KEPT, NoticeKind.ACCOUNT_LINKED)
"""What is for one account alone: the answer to its tap, or that another was linked beside it."""

_delivery: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_AGAIN = NoticeKind.LAST_CALL_REPEATED
KNOWN = tuple(NoticeKind)
"""While two builds share a database, what only the other one can say waits for it."""


@dataclass(frozen=True, slots=True)
class Queued:
    """One delivery to be written, with the notices that it tells."""

    person_id: int
    reach: Reach
    retry_key: str
    notice_ids: tuple[int, ...]


_SCHOOLS_WITH_DUE = sa.select(col(School.id)).where(
    sa.select(sa.literal(1))
    .where(
        col(Notice.state) == NoticeState.WAITING,
        col(Notice.school_id) == col(School.id),
        col(Notice.due_at) <= sa.bindparam("at"),
        col(Notice.kind).in_(KNOWN),
    )
    .exists()
)


async def schools_with_due(session: AsyncSession, now: datetime) -> list[int]:
    """Return the schools in which something waits to be bundled."""
    found: Sequence[Any] = (await session.scalars(_SCHOOLS_WITH_DUE, {"at": now})).all()
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


def tells_unknown() -> sa.Exists:
    """Build the condition that a delivery tells something that only another build can say."""
    return (
        sa.select(sa.literal(1))
        .where(_notice.c.delivery_id == _delivery.c.id, _notice.c.kind.not_in(KNOWN))
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


def _due_of(resting: Collection[str]) -> sa.Select[Any]:
    """Select what is due `at` an instant for the next people of a `school` who can be reached."""
    waits = (
        *IS_DUE,
        _notice.c.kind.in_(KNOWN),
        is_reachable(_notice.c.person_id, besides=resting),
    )
    people = (
        sa.select(_notice.c.person_id)
        .where(*waits)
        .distinct()
        .order_by(_notice.c.person_id)
        .limit(PEOPLE)
    )
    refused = _delivery.alias("refused")
    return (
        sa.select(
            _notice.c.id,
            _notice.c.person_id,
            _notice.c.kind,
            _notice.c.occasion,
            _notice.c.window_id,
            _notice.c.due_at,
            _notice.c.deadline_at,
            _notice.c.required,
            refused.c.account_id,
            _notice.c.facts,
            _notice.c.silence,
        )
        .outerjoin(refused, refused.c.id == _notice.c.refused_id)
        .where(*waits, _notice.c.person_id.in_(people))
        .order_by(_notice.c.id)
    )


_DUE = _due_of(())


async def due_of(
    session: AsyncSession, school_id: int, now: datetime, *, resting: Collection[str] = ()
) -> dict[int, list[Due]]:
    """Return what is due for the next people of a school who can be reached.

    Who has open accounts on `resting` channels alone is left waiting.
    """
    asked = _due_of(resting) if resting else _DUE
    rows: Any = await session.execute(asked, {"school": school_id, "at": now})
    dues = [
        Due(
            id=row.id,
            person_id=row.person_id,
            kind=row.kind,
            occasion=row.occasion,
            window_id=row.window_id,
            due_at=row.due_at,
            deadline_at=row.deadline_at,
            required=row.required,
            shuns=_one(row.account_id),
            bound_to=row.facts.get("account_id"),
            is_held=row.silence is Silence.QUOTA,
        )
        for row in rows
    ]
    told = await _told_last(session, [e.id for e in dues if e.kind is _AGAIN])
    found: dict[int, list[Due]] = defaultdict(list)
    for due in dues:
        shuns = due.shuns | _one(told.get(due.id))
        found[due.person_id].append(replace(due, shuns=shuns))
    return found


def _one(account_id: int | None) -> frozenset[int]:
    return frozenset() if account_id is None else frozenset({account_id})


async def _told_last(session: AsyncSession, notice_ids: Sequence[int]) -> dict[int, int]:
    """Return by id of last calls that are due again the account that the window's last went to."""
    if not notice_ids:
        return {}
    first = _notice.alias("first")
    rows = await session.execute(
        sa.select(_notice.c.id, _delivery.c.account_id)
        .join(
            first,
            sa.and_(
                first.c.person_id == _notice.c.person_id,
                first.c.window_id == _notice.c.window_id,
                first.c.state.in_((NoticeState.BUNDLED, NoticeState.TOLD)),
            ),
        )
        .join(_delivery, _delivery.c.id == first.c.delivery_id)
        .where(_notice.c.id.in_(notice_ids), _delivery.c.account_id.is_not(None))
        .order_by(first.c.due_at, first.c.id)
    )
    return dict(rows.all())


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
        .values(state=NoticeState.BUNDLED, delivery_id=sa.bindparam("delivery"), silence=None),
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
