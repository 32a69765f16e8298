"""Holds due notices back for a better moment, or keeps silent about them, with the reason."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import ChatAccount, HeldOccasion, Notice
from models.vocabulary import AccountState, NoticeKind, NoticeState, Silence

_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]


# What is asked again and again is built once: building takes longer than asking.
_HELD = sa.select(col(HeldOccasion.occasion)).where(
    col(HeldOccasion.school_id) == sa.bindparam("school")
)
_WAITS_SINCE: tuple[sa.ColumnElement[bool], ...] = (
    _notice.c.state == NoticeState.WAITING,
    _notice.c.school_id == sa.bindparam("school"),
    _notice.c.due_at <= sa.bindparam("at"),
)
IS_DUE: tuple[sa.ColumnElement[bool], ...] = (*_WAITS_SINCE, _notice.c.occasion.not_in(_HELD))
"""The conditions of a `school`'s notices that are due `at` an instant and wait to be told.

Of an occasion that somebody holds back nothing is due.
"""

_POSTPONE_REQUESTS = (
    sa.update(_notice)
    .where(
        *IS_DUE,
        sa.or_(_notice.c.deadline_at.is_(None), _notice.c.deadline_at > sa.bindparam("until")),
        _notice.c.kind == NoticeKind.CERTIFICATION_REQUESTED,
        _notice.c.due_at == _notice.c.created_at,
    )
    .values(due_at=sa.bindparam("until"))
)
_LET_WAIT = (
    sa.update(_notice)
    .where(_notice.c.id == sa.bindparam("notice"))
    .values(due_at=sa.bindparam("until"))
)


def _bring_forward() -> sa.Update:
    reminder = _notice.alias("reminder")
    reminded = sa.select(reminder.c.person_id).where(
        reminder.c.state == NoticeState.WAITING,
        reminder.c.school_id == sa.bindparam("school"),
        reminder.c.due_at <= sa.bindparam("at"),
        reminder.c.kind == NoticeKind.CERTIFICATION_DUE,
    )
    return (
        sa.update(_notice)
        .where(
            _notice.c.state == NoticeState.WAITING,
            _notice.c.school_id == sa.bindparam("school"),
            _notice.c.due_at > sa.bindparam("at"),
            _notice.c.kind == NoticeKind.CERTIFICATION_REQUESTED,
            _notice.c.person_id.in_(reminded),
        )
        .values(due_at=sa.bindparam("at"))
    )


def _silence_unreachable() -> sa.Update:
    account = (
        sa.select(sa.literal(1))
        .where(col(ChatAccount.person_id) == _notice.c.person_id)
        .correlate(_notice)
    )
    is_open = account.where(col(ChatAccount.state) == AccountState.OPEN)
    kind = _notice.c.silence.type
    why = sa.case(
        (account.exists(), sa.literal(Silence.BLOCKED, kind)),
        else_=sa.literal(Silence.NO_ACCOUNT, kind),
    )
    return (
        sa.update(_notice)
        .where(*IS_DUE, ~is_open.exists())
        .values(state=NoticeState.SKIPPED, silence=why)
    )


_BRING_FORWARD = _bring_forward()
_SILENCE_UNREACHABLE = _silence_unreachable()
_SILENCE_HOPELESS = (
    sa.update(_notice)
    .where(*_WAITS_SINCE, _notice.c.deadline_at <= sa.bindparam("at"))
    .values(
        state=NoticeState.SKIPPED,
        silence=sa.func.coalesce(
            _notice.c.silence, sa.literal(Silence.DEADLINE_PASSED, _notice.c.silence.type)
        ),
    )
)


async def postpone_requests(
    session: AsyncSession, school_id: int, until: datetime, now: datetime
) -> None:
    """Let requests for certification wait for the next morning digest.

    A push for each would use up the month; a request that has waited keeps its place.
    """
    await session.execute(_POSTPONE_REQUESTS, {"school": school_id, "at": now, "until": until})


async def bring_forward_requests(session: AsyncSession, school_id: int, now: datetime) -> None:
    """Let requests for certification come with a reminder that is due: it counts them already."""
    await session.execute(_BRING_FORWARD, {"school": school_id, "at": now})


async def let_wait(session: AsyncSession, until: Mapping[int, datetime]) -> None:
    """Let notices wait, each until its own instant."""
    if until:
        rows = [{"notice": notice_id, "until": due_at} for notice_id, due_at in until.items()]
        await session.execute(_LET_WAIT, rows)


async def silence_hopeless(session: AsyncSession, school_id: int, now: datetime) -> None:
    """Skip due notices whose deadline has passed, for this reason or for what held them back."""
    await session.execute(_SILENCE_HOPELESS, {"school": school_id, "at": now})


async def silence_unreachable(session: AsyncSession, school_id: int, now: datetime) -> None:
    """Skip due notices of people without an open account, with the reason."""
    await session.execute(_SILENCE_UNREACHABLE, {"school": school_id, "at": now})
