"""The durable inbox: events that came in, until each was acted upon once and answered."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.tables import InboundEvent, Pace, School
from models.vocabulary import EventState

_NOTHING = b""

_RECEIVED = (
    sa.select(
        col(InboundEvent.id),
        col(InboundEvent.school_id),
        col(School.code),
        col(InboundEvent.channel),
        col(InboundEvent.event_key),
        col(InboundEvent.received_at),
        col(InboundEvent.raw),
        col(Pace.alone_until),
    )
    .join(School, col(School.id) == col(InboundEvent.school_id))
    .outerjoin(
        Pace,
        sa.and_(
            col(Pace.school_id) == col(InboundEvent.school_id),
            col(Pace.channel) == col(InboundEvent.channel),
        ),
    )
    .where(col(InboundEvent.state) == EventState.RECEIVED)
    .order_by(col(InboundEvent.happened_at), col(InboundEvent.id))
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_TAKEN = (
    select(InboundEvent)
    .where(
        col(InboundEvent.id) == sa.bindparam("event"),
        col(InboundEvent.state) == EventState.RECEIVED,
    )
    .with_for_update(skip_locked=True)
)
_NEWEST_KEPT = (
    select(InboundEvent.answer)
    .where(
        col(InboundEvent.account_id) == sa.bindparam("account"),
        col(InboundEvent.state) == EventState.KEPT,
    )
    .order_by(col(InboundEvent.id).desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as it was stored; `raw` is what the channel sent.

    `alone_until` is until when the channel wants no call of the school.
    """

    id: int
    school_id: int
    school_code: str
    channel: str
    event_key: str
    received_at: datetime
    raw: bytes
    alone_until: datetime | None


async def received(session: AsyncSession, *, limit: int) -> list[Stored]:
    """Return events that nobody acted upon yet, in the order in which they happened."""
    return [Stored(*row) for row in await session.execute(_RECEIVED, {"limit": limit})]


async def waiting_since(session: AsyncSession) -> datetime | None:
    """Return when the event came in that has waited longest to be acted upon; None without any."""
    oldest = (
        select(InboundEvent.received_at)
        .where(col(InboundEvent.state) == EventState.RECEIVED)
        .order_by(col(InboundEvent.received_at))
        .limit(1)
    )
    return (await session.execute(oldest)).scalar_one_or_none()


async def take(session: AsyncSession, event_id: int) -> InboundEvent | None:
    """Lock an event that nobody acted upon; None where another process has it or had it."""
    return (await session.execute(_TAKEN, {"event": event_id})).scalar_one_or_none()


def acted(
    event: InboundEvent, *, account_id: int | None, answer: bytes | None, now: datetime
) -> None:
    """Note in the acting transaction that the event had its effect; what was said is forgotten."""
    event.state = EventState.ACTED if answer else EventState.DONE
    event.account_id = account_id
    event.answer = answer
    event.raw = _NOTHING
    event.done_at = now


async def settle(session: AsyncSession, event_ids: list[int]) -> None:
    """Note that the answers of these events have left."""
    await session.execute(
        sa.update(InboundEvent)
        .where(col(InboundEvent.id).in_(event_ids))
        .values(state=EventState.DONE, answer=None)
    )


async def fail(session: AsyncSession, event_id: int, problem: str, now: datetime) -> None:
    """Note that acting upon an event broke; `problem` names the place, never the contents."""
    await session.execute(
        sa.update(InboundEvent)
        .where(col(InboundEvent.id) == event_id)
        .values(state=EventState.FAILED, problem=problem, done_at=now, raw=_NOTHING)
    )


async def keep(session: AsyncSession, event_id: int) -> None:
    """Keep an answer that could not leave free of charge for the next free one."""
    await session.execute(
        sa.update(InboundEvent)
        .where(col(InboundEvent.id) == event_id, col(InboundEvent.state) == EventState.ACTED)
        .values(state=EventState.KEPT)
    )


async def keep_leftovers(session: AsyncSession, before: datetime) -> int:
    """Keep the answers that a crash left on their way before an instant; return how many."""
    changed = await session.execute(
        sa.update(InboundEvent)
        .where(col(InboundEvent.state) == EventState.ACTED, col(InboundEvent.done_at) < before)
        .values(state=EventState.KEPT)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


async def take_kept_answer(session: AsyncSession, account_id: int) -> bytes | None:
    """Return the newest kept answer of an account, if any, and count all of them as told."""
    answer = (await session.execute(_NEWEST_KEPT, {"account": account_id})).scalar_one_or_none()
    if answer is not None:
        await session.execute(
            sa.update(InboundEvent)
            .where(
                col(InboundEvent.account_id) == account_id,
                col(InboundEvent.state) == EventState.KEPT,
            )
            .values(state=EventState.DONE, answer=None)
        )
    return answer
