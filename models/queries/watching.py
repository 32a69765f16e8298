"""What the ledger stands at, for whoever watches: what waits, how long, and what became of it.

Only indexes over what is open or fresh are read, a school at a time, never the whole tables.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.rules.months import month_began
from models.tables import Delivery, InboundEvent, Notice, QuotaReading, School
from models.vocabulary import DeliveryState, EventState, NoticeState

MOST = 10_000
"""Where counting stops: who has so many waiting needs no exact figure."""

_delivery: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Queue:
    """What a school has to send: how many messages, and since when the first of them is due."""

    school_code: str
    channel: str
    messages: int
    due_since: datetime


_WAITING = sa.select(sa.func.count()).select_from(
    sa.select(sa.literal(1))
    .where(col(InboundEvent.state) == EventState.RECEIVED)
    .limit(MOST)
    .subquery()
)


def _queued(*columns: Any) -> sa.Select[Any]:
    """Select from a school's queue."""
    return sa.select(*columns).where(
        _delivery.c.state == DeliveryState.QUEUED, _delivery.c.school_id == col(School.id)
    )


_OLDEST = _queued(_delivery.c.id).order_by(_delivery.c.try_at).limit(1)
_QUEUES = (
    sa.select(
        col(School.code),
        _delivery.c.channel,
        sa.select(sa.func.count())
        .select_from(_queued(sa.literal(1)).correlate(School).limit(MOST).subquery())
        .scalar_subquery(),
        _delivery.c.try_at,
    )
    .join(_delivery, _delivery.c.id == _OLDEST.correlate(School).scalar_subquery())
    .order_by(col(School.code))
)
_FATES = (
    sa.select(_notice.c.kind, _notice.c.state, _notice.c.silence, sa.func.count())
    .select_from(School)
    .join(_notice, _notice.c.school_id == col(School.id))
    .where(
        _notice.c.state.in_(tuple(NoticeState)),
        _notice.c.due_at > sa.bindparam("since", type_=_notice.c.due_at.type),
        _notice.c.due_at <= sa.bindparam("until", type_=_notice.c.due_at.type),
    )
    .group_by(_notice.c.kind, _notice.c.state, _notice.c.silence)
)


_QUOTA = (
    sa.select(
        col(School.code),
        col(QuotaReading.channel),
        col(QuotaReading.limit),
        col(QuotaReading.used),
        col(QuotaReading.counted),
    )
    .join(School, col(School.id) == col(QuotaReading.school_id))
    .where(
        col(QuotaReading.read_at) >= sa.bindparam("since", type_=_notice.c.due_at.type),
        col(QuotaReading.limit).is_not(None),
    )
)


async def events_waiting(session: AsyncSession) -> int:
    """Return how many events wait to be acted upon, MOST at the most."""
    return int((await session.execute(_WAITING)).scalar_one())


async def queues(session: AsyncSession) -> list[Queue]:
    """Return each school's queue, with the channel of the message that waits longest."""
    return [Queue(*row) for row in await session.execute(_QUEUES)]


async def fates(
    session: AsyncSession, since: datetime, until: datetime
) -> dict[tuple[str, str], int]:
    """Return how many notices fell due in a span, by kind and by state, or why it is silent."""
    rows: Iterable[Any] = await session.execute(_FATES, {"since": since, "until": until})
    found: Counter[tuple[str, str]] = Counter()
    for kind, state, silence, n in rows:
        fate = silence if state is NoticeState.SKIPPED and silence is not None else state
        found[kind.value, fate.value] += n
    return found


async def quota_left(session: AsyncSession, now: datetime) -> dict[tuple[str, str], int]:
    """Return what is left of the month by school code and channel, where the plan has a limit."""
    rows: Iterable[Any] = await session.execute(_QUOTA, {"since": month_began(now)})
    return {
        (code, channel): max(limit - max(used, counted), 0)
        for code, channel, limit, used, counted in rows
    }
