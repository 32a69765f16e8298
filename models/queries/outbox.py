"""The outbox: what becomes of deliveries and their notices once calls have ended, or never did."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.bundles import BOUND, may_have_arrived, skip, take_apart
from models.tables import Attempt, ChatAccount, Delivery, Notice
from models.vocabulary import (
    AccountState,
    AttemptOutcome,
    DeliveryState,
    NoticeState,
    Silence,
)

_delivery: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_attempt: sa.Table = Attempt.__table__  # type: ignore[attr-defined]

_HOLD = (
    sa.select(_delivery.c.id)
    .where(_delivery.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_delivery.c.id)
    .with_for_update()
)


# What is asked again and again is built once: building takes longer than asking.
_THESE: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_ACCEPT = (
    sa.update(_delivery)
    .where(_delivery.c.id.in_(_THESE))
    .values(
        state=DeliveryState.ACCEPTED,
        settled_at=sa.bindparam("at"),
        leased_until=None,
        body=None,
        reason="",
    )
)
_END_ATTEMPT = (
    sa.update(_attempt)
    .where(_attempt.c.id == sa.bindparam("attempt"))
    .values(
        ended_at=sa.bindparam("at"),
        outcome=sa.bindparam("how"),
        status=sa.bindparam("code"),
        request_id=sa.bindparam("request"),
    )
)


def _telling() -> sa.Update:
    given_up = sa.select(_delivery.c.id).where(
        _delivery.c.id == _notice.c.delivery_id, _delivery.c.state == DeliveryState.FAILED
    )
    left_out = sa.and_(_notice.c.silence.is_not(None), ~given_up.exists())
    return (
        sa.update(_notice)
        .where(_notice.c.delivery_id.in_(_THESE), ~left_out)
        .values(state=NoticeState.TOLD, silence=None)
    )


_TELL = _telling()


@dataclass(frozen=True, slots=True)
class Result:
    """How one call ended, with what follows from it; `try_at` is None where nothing more comes."""

    delivery_id: int
    attempt_id: int
    attempts: int
    outcome: AttemptOutcome
    status: int | None
    request_id: str
    state: DeliveryState
    reason: str = ""
    try_at: datetime | None = None
    silence: Silence | None = None
    blocked_account_id: int | None = None


async def settle(session: AsyncSession, results: Sequence[Result], now: datetime) -> None:
    """Write how calls ended, and what became of their deliveries and notices.

    *Accepted* is the truth whoever holds the row by now; anything else counts only for the worker
    that still holds it.
    """
    if not results:
        return
    await _hold(session, [each.delivery_id for each in results])
    await _end_attempts(session, results, now)
    accepted = [each for each in results if each.state is DeliveryState.ACCEPTED]
    if accepted:
        ids = [each.delivery_id for each in accepted]
        await _tell(session, ids)
        await session.execute(_ACCEPT, {"ids": ids, "at": now})
    for each in results:
        if each.state is not DeliveryState.ACCEPTED:
            await _settle_failure(session, each, now)


async def _hold(session: AsyncSession, delivery_ids: Sequence[int]) -> None:
    """Lock deliveries before their attempts, in the order in which the sweep locks them.

    On SQLite, where writers take turns, there is nothing to lock.
    """
    if session.get_bind().dialect.name != "sqlite":
        await session.execute(_HOLD, {"ids": delivery_ids})


async def _tell(session: AsyncSession, delivery_ids: Sequence[int]) -> None:
    """Note that the notices of these deliveries were told, but for what was left out of them.

    A delivery that was given up, and arrived after all, said everything.
    """
    await session.execute(_TELL, {"ids": delivery_ids})


async def _end_attempts(session: AsyncSession, results: Sequence[Result], now: datetime) -> None:
    await session.execute(
        _END_ATTEMPT,
        [
            {
                "attempt": each.attempt_id,
                "at": now,
                "how": each.outcome,
                "code": each.status,
                "request": each.request_id,
            }
            for each in results
        ],
    )


async def _settle_failure(session: AsyncSession, result: Result, now: datetime) -> None:
    retried = result.state is DeliveryState.QUEUED
    held: Any = await session.execute(
        sa.update(_delivery)
        .where(
            _delivery.c.id == result.delivery_id,
            _delivery.c.state == DeliveryState.SENDING,
            _delivery.c.attempts == result.attempts,
        )
        .values(
            state=result.state,
            reason=result.reason,
            leased_until=None,
            try_at=result.try_at if retried else _delivery.c.try_at,
            settled_at=None if retried else now,
        )
    )
    if held.rowcount and result.silence is not None:
        await _send_elsewhere(session, result.delivery_id)
        await skip_notices(session, [result.delivery_id], result.silence)


async def _send_elsewhere(session: AsyncSession, delivery_id: int) -> None:
    """Let what was refused for good wait for another chat of its person, once."""
    used = sa.select(_delivery.c.account_id).where(_delivery.c.id == delivery_id)
    other = sa.select(sa.literal(1)).where(
        col(ChatAccount.person_id) == _notice.c.person_id,
        col(ChatAccount.state) == AccountState.OPEN,
        col(ChatAccount.id) != used.scalar_subquery(),
    )
    await session.execute(
        sa.update(_notice)
        .where(
            _notice.c.delivery_id == delivery_id,
            _notice.c.state == NoticeState.BUNDLED,
            _notice.c.kind.not_in(BOUND),
            _notice.c.refused_id.is_(None),
            other.exists(),
        )
        .values(state=NoticeState.WAITING, delivery_id=None, refused_id=delivery_id)
    )


async def silence(session: AsyncSession, reasons: Mapping[int, Silence]) -> None:
    """Note by notice why it is not told."""
    by_reason: dict[Silence, list[int]] = defaultdict(list)
    for notice_id, reason in reasons.items():
        by_reason[reason].append(notice_id)
    for reason, notice_ids in by_reason.items():
        await skip(session, notice_ids, reason)


async def end(
    session: AsyncSession,
    delivery_ids: Sequence[int],
    state: DeliveryState,
    now: datetime,
    *,
    reason: str,
) -> None:
    """Close deliveries of which nothing is to be sent any more."""
    if delivery_ids:
        await session.execute(
            sa.update(_delivery)
            .where(_delivery.c.id.in_(delivery_ids))
            .values(state=state, reason=reason, settled_at=now, leased_until=None, body=None)
        )


async def skip_notices(
    session: AsyncSession, delivery_ids: Sequence[int], silence: Silence
) -> None:
    """Note why the notices of these deliveries were not told."""
    await session.execute(
        sa.update(_notice)
        .where(_notice.c.delivery_id.in_(delivery_ids), _notice.c.state == NoticeState.BUNDLED)
        .values(state=NoticeState.SKIPPED, silence=silence)
    )


async def unsure(session: AsyncSession, delivery_ids: Sequence[int]) -> set[int]:
    """Return which of these deliveries may have arrived without our knowing."""
    if not delivery_ids:
        return set()
    found = await session.scalars(
        sa.select(_delivery.c.id).where(
            _delivery.c.id.in_(delivery_ids), may_have_arrived(_delivery.c.id).exists()
        )
    )
    return set(found)


async def give_up(
    session: AsyncSession, delivery_ids: Sequence[int], now: datetime, *, reason: str
) -> None:
    """Say no more under these keys.

    What certainly never arrived waits again and gets a new key; of the rest it stays unknown.
    """
    if not delivery_ids:
        return
    in_doubt = await unsure(session, delivery_ids)
    await take_apart(
        session, [id_ for id_ in delivery_ids if id_ not in in_doubt], now, reason=reason
    )
    if not in_doubt:
        return
    doubtful = list(in_doubt)
    await leave_unknown(session, doubtful, now)
    await skip_notices(session, doubtful, Silence.EXPIRED)


async def withdraw(session: AsyncSession, delivery_ids: Sequence[int], now: datetime) -> None:
    """Close deliveries whose notices nobody wants any more; what may have arrived is unknown."""
    in_doubt = await unsure(session, delivery_ids)
    never = [id_ for id_ in delivery_ids if id_ not in in_doubt]
    await end(session, never, DeliveryState.WITHDRAWN, now, reason="not wanted any more")
    await leave_unknown(session, list(in_doubt), now)


async def leave_unknown(session: AsyncSession, delivery_ids: Sequence[int], now: datetime) -> None:
    """Close deliveries of which nobody will ever know whether they arrived."""
    if delivery_ids:
        await _end_open_attempts(session, delivery_ids, now)
        await end(session, delivery_ids, DeliveryState.FAILED, now, reason="unknown")


async def _end_open_attempts(
    session: AsyncSession, delivery_ids: Sequence[int], now: datetime
) -> None:
    """Note that nobody saw how these deliveries' calls ended; who still does may correct it."""
    await session.execute(
        sa.update(_attempt)
        .where(
            _attempt.c.delivery_id.in_(delivery_ids),
            _attempt.c.outcome == AttemptOutcome.OPEN,
        )
        .values(outcome=AttemptOutcome.UNKNOWN, ended_at=now)
    )


async def lapsed(session: AsyncSession, now: datetime, *, limit: int) -> list[Any]:
    """Return deliveries whose lease ran out while they were being sent, and lock them.

    What rode on an answer is not sent by itself: rides.py ends it.
    """
    found = await session.execute(
        sa.select(_delivery.c.id, _delivery.c.first_tried_at)
        .where(
            _delivery.c.state == DeliveryState.SENDING,
            _delivery.c.free.is_(False),
            _delivery.c.leased_until < now,
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(found.all())


async def take_up_again(session: AsyncSession, delivery_ids: Sequence[int], now: datetime) -> None:
    """Queue deliveries that a crash left behind, with the same key; open calls become unknown."""
    if not delivery_ids:
        return
    await _end_open_attempts(session, delivery_ids, now)
    await session.execute(
        sa.update(_delivery)
        .where(_delivery.c.id.in_(delivery_ids))
        .values(state=DeliveryState.QUEUED, try_at=now, leased_until=None)
    )


async def note_blocked(session: AsyncSession, account_ids: Sequence[int], now: datetime) -> None:
    """Note that these accounts have shut us out."""
    if account_ids:
        await session.execute(
            sa.update(ChatAccount)
            .where(col(ChatAccount.id).in_(account_ids))
            .values(state=AccountState.BLOCKED, state_at=now)
        )
