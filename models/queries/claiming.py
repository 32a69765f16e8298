"""Claims deliveries with a lease, and freezes what they say before their call.

Whoever holds the lease sends. A claim is a compare-and-set: on PostgreSQL rows that another worker
is claiming are passed over, on SQLite writers take turns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.bundles import tells_unknown
from models.tables import Attempt, ChatAccount, Delivery, Notice, Person, School
from models.vocabulary import AccountState, AttemptOutcome, DeliveryState, NoticeKind, NoticeState

_delivery: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_attempt: sa.Table = Attempt.__table__  # type: ignore[attr-defined]
_FAREWELL = NoticeKind.ACCOUNT_LINKED


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker holds; `attempts` counts the one that is about to begin."""

    id: int
    school_id: int
    person_id: int
    account_id: int
    channel: str
    retry_key: str
    body: bytes | None
    attempts: int
    first_tried_at: datetime | None
    address: str
    locale: str
    is_theirs: bool
    """Whether the account is still open and this person's; one that was replaced is told that."""
    leased_until: datetime
    """Until when this worker may begin the call; later it may be another's, or wanted no more."""


def _tells(kind: NoticeKind) -> sa.ColumnElement[bool]:
    return (
        sa.select(sa.literal(1))
        .where(_notice.c.delivery_id == _delivery.c.id, _notice.c.kind == kind)
        .exists()
    )


def _tells_only(kind: NoticeKind) -> sa.ColumnElement[bool]:
    """Build the condition that a delivery says this and nothing that was meant for its person."""
    other = sa.select(sa.literal(1)).where(
        _notice.c.delivery_id == _delivery.c.id, _notice.c.kind != kind
    )
    return sa.and_(_tells(kind), ~other.exists())


def _claimable(*more: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select what a worker may claim of a channel `here` of a `school` at the instant `at`."""
    is_theirs = sa.and_(
        col(ChatAccount.state) == AccountState.OPEN,
        sa.or_(
            col(ChatAccount.person_id) == _delivery.c.person_id,
            sa.and_(col(ChatAccount.person_id).is_(None), _tells_only(_FAREWELL)),
        ),
        col(Person.departed).is_(False),
    )
    return (
        sa.select(
            _delivery.c.id,
            _delivery.c.school_id,
            _delivery.c.person_id,
            _delivery.c.account_id,
            _delivery.c.channel,
            _delivery.c.retry_key,
            _delivery.c.body,
            _delivery.c.attempts + 1,
            _delivery.c.first_tried_at,
            col(ChatAccount.address),
            col(Person.locale),
            is_theirs,
            sa.bindparam("until", type_=_delivery.c.leased_until.type),
        )
        .join(ChatAccount, col(ChatAccount.id) == _delivery.c.account_id)
        .join(Person, col(Person.id) == _delivery.c.person_id)
        .where(
            _delivery.c.state == DeliveryState.QUEUED,
            _delivery.c.school_id == sa.bindparam("school"),
            _delivery.c.channel == sa.bindparam("here"),
            _delivery.c.try_at <= sa.bindparam("at"),
            ~tells_unknown(),
            *more,
        )
        .order_by(_delivery.c.try_at)
        .limit(sa.bindparam("most", type_=sa.Integer()))
        .with_for_update(of=_delivery, skip_locked=True, key_share=True)
    )


# What is asked again and again is built once: building takes longer than asking.
_CLAIMABLE = _claimable()
# Asked by itself and in words, not values: so the engines use the index on answers, however long
# the queue is.
_ANSWERS = sa.select(_notice.c.delivery_id).where(
    _notice.c.school_id == sa.bindparam("school"),
    _notice.c.kind == sa.literal_column(f"'{NoticeKind.ANSWER_KEPT}'"),
    _notice.c.state == sa.literal_column(f"'{NoticeState.BUNDLED}'"),
)
_CLAIMABLE_ANSWERS = _claimable(_delivery.c.id.in_(sa.bindparam("answers", expanding=True)))
_LEASE = (
    sa.update(_delivery)
    .where(_delivery.c.id.in_(sa.bindparam("claimed", expanding=True)))
    .values(
        state=DeliveryState.SENDING,
        leased_until=sa.bindparam("until"),
        attempts=_delivery.c.attempts + 1,
        first_tried_at=sa.func.coalesce(
            _delivery.c.first_tried_at, sa.bindparam("at", type_=_delivery.c.first_tried_at.type)
        ),
    )
)
_FREEZE = (
    sa.update(_delivery)
    .where(_delivery.c.id == sa.bindparam("delivery"))
    .values(body=sa.bindparam("drawn"))
)
_BEGIN = sa.insert(_attempt).returning(_attempt.c.delivery_id, _attempt.c.id)
_SCHOOLS_WITH_QUEUED = (
    sa.select(col(School.id), col(School.code))
    .where(
        sa.select(sa.literal(1))
        .where(
            col(Delivery.state) == DeliveryState.QUEUED,
            col(Delivery.school_id) == col(School.id),
            col(Delivery.try_at) <= sa.bindparam("at"),
        )
        .exists()
    )
    .order_by(col(School.id))
)
_CHANNELS_WITH_QUEUED = (
    sa.select(_delivery.c.channel)
    .where(
        _delivery.c.state == DeliveryState.QUEUED,
        _delivery.c.school_id == sa.bindparam("school"),
        _delivery.c.try_at <= sa.bindparam("at"),
    )
    .distinct()
    .order_by(_delivery.c.channel)
)


async def schools_with_queued(session: AsyncSession, now: datetime) -> list[tuple[int, str]]:
    """Return the id and code of the schools in which a message waits to be sent."""
    found: Sequence[Any] = (await session.execute(_SCHOOLS_WITH_QUEUED, {"at": now})).all()
    return list(found)


async def channels_with_queued(session: AsyncSession, school_id: int, now: datetime) -> list[str]:
    """Return the names of the channels on which a message of the school waits to be sent."""
    found = await session.scalars(_CHANNELS_WITH_QUEUED, {"school": school_id, "at": now})
    return list(found)


async def claim(
    session: AsyncSession,
    school_id: int,
    channel: str,
    now: datetime,
    *,
    limit: int,
    lease: timedelta,
    answers_only: bool = False,
) -> list[Claimed]:
    """Take up to `limit` messages that are due; they are this worker's for the time of the lease.

    `answers_only` leaves all but what answers a tap.
    """
    until = now + lease
    asked = {"school": school_id, "here": channel, "at": now, "until": until, "most": limit}
    claimable = _CLAIMABLE
    if answers_only:
        answers = (await session.scalars(_ANSWERS, {"school": school_id})).all()
        if not answers:
            return []
        claimable, asked = _CLAIMABLE_ANSWERS, asked | {"answers": answers}
    claimed = [Claimed(*row) for row in await session.execute(claimable, asked)]
    if claimed:
        ids = [each.id for each in claimed]
        await session.execute(_LEASE, {"claimed": ids, "at": now, "until": until})
    return claimed


async def freeze(session: AsyncSession, bodies: Sequence[tuple[int, bytes]]) -> None:
    """Fix what deliveries say, at their first try."""
    if bodies:
        await session.execute(
            _FREEZE,
            [{"delivery": id_, "drawn": body} for id_, body in bodies],
        )


async def begin_attempts(
    session: AsyncSession, delivery_ids: Sequence[int], now: datetime
) -> dict[int, int]:
    """Write an attempt for each call before it is made; return its id by delivery."""
    if not delivery_ids:
        return {}
    rows = [
        {
            "delivery_id": id_,
            "started_at": now,
            "outcome": AttemptOutcome.OPEN,
            "request_id": "",
        }
        for id_ in delivery_ids
    ]
    written = await session.execute(_BEGIN, rows)
    return dict(written.all())


async def newest_attempt(session: AsyncSession) -> int:
    """Return the id of the newest attempt, 0 where no call was ever begun."""
    return int(await session.scalar(sa.select(sa.func.max(_attempt.c.id))) or 0)
