"""Holds due notices back for a better moment, or keeps silent about them, with the reason."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.reachability import is_reachable
from models.tables import ChatAccount, Notice
from models.vocabulary import AccountState, NoticeKind, NoticeState, Silence

_OF_THE_MORNING = (
    NoticeKind.CERTIFICATION_DUE,
    NoticeKind.CERTIFICATION_REQUESTED,
    NoticeKind.TEACHER_NUDGED,
    NoticeKind.CLASS_DIGEST,
    NoticeKind.OFFICE_DIGEST,
)
"""What teachers, homeroom teachers and the office get on a digest morning."""

_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]


def is_due(school_id: int, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Build the conditions of a school's notices that are due and wait to be told."""
    return (
        _notice.c.state == NoticeState.WAITING,
        _notice.c.school_id == school_id,
        _notice.c.due_at <= now,
    )


def lasts_beyond(until: datetime) -> sa.ColumnElement[bool]:
    """Build the condition that a notice still makes sense then."""
    return sa.or_(_notice.c.deadline_at.is_(None), _notice.c.deadline_at > until)


async def postpone_requests(
    session: AsyncSession, school_id: int, until: datetime, now: datetime
) -> None:
    """Let requests for certification wait for the next morning digest.

    A push for each would use up the month; a request that has waited keeps its place.
    """
    await session.execute(
        sa.update(_notice)
        .where(
            *is_due(school_id, now),
            _notice.c.kind == NoticeKind.CERTIFICATION_REQUESTED,
            _notice.c.due_at == _notice.c.created_at,
            lasts_beyond(until),
        )
        .values(due_at=until)
    )


async def gather(session: AsyncSession, school_id: int, until: datetime, now: datetime) -> None:
    """Let what is said to the staff in the morning wait for the rest of it: one message for all."""
    await session.execute(
        sa.update(_notice)
        .where(
            *is_due(school_id, now),
            _notice.c.kind.in_(_OF_THE_MORNING),
            lasts_beyond(until),
        )
        .values(due_at=until)
    )


async def bring_forward_requests(session: AsyncSession, school_id: int, now: datetime) -> None:
    """Let requests for certification come with a reminder that is due: it counts them already."""
    reminder = _notice.alias("reminder")
    reminded = sa.select(reminder.c.person_id).where(
        reminder.c.state == NoticeState.WAITING,
        reminder.c.school_id == school_id,
        reminder.c.due_at <= now,
        reminder.c.kind == NoticeKind.CERTIFICATION_DUE,
    )
    await session.execute(
        sa.update(_notice)
        .where(
            _notice.c.state == NoticeState.WAITING,
            _notice.c.school_id == school_id,
            _notice.c.due_at > now,
            _notice.c.kind == NoticeKind.CERTIFICATION_REQUESTED,
            _notice.c.person_id.in_(reminded),
        )
        .values(due_at=now)
    )


async def postpone(session: AsyncSession, school_id: int, until: datetime, now: datetime) -> None:
    """Let due notices wait that are neither required nor over by then."""
    await session.execute(
        sa.update(_notice)
        .where(
            *is_due(school_id, now),
            _notice.c.required.is_(False),
            lasts_beyond(until),
        )
        .values(due_at=until)
    )


async def silence_hopeless(
    session: AsyncSession,
    school_id: int,
    now: datetime,
    *,
    before: datetime,
    silence: Silence,
    besides: Collection[str] = (),
) -> None:
    """Skip due notices whose deadline comes before an instant, for this reason.

    With `besides` only those of people who cannot be reached on any channel but these.
    """
    reachable = is_reachable(_notice.c.person_id, besides=besides)
    await session.execute(
        sa.update(_notice)
        .where(
            *is_due(school_id, now),
            _notice.c.deadline_at <= before,
            ~reachable if besides else sa.true(),
        )
        .values(state=NoticeState.SKIPPED, silence=silence)
    )


async def wait_or_skip(
    session: AsyncSession, reasons: Mapping[int, Silence], until: datetime | None
) -> None:
    """Skip notices for these reasons; what only the month's end is against waits for it."""
    for silence in sorted(set(reasons.values())):
        these: sa.ColumnElement[bool] = _notice.c.id.in_(
            [id_ for id_, reason in reasons.items() if reason is silence]
        )
        if silence is Silence.QUOTA and until is not None:
            waits = lasts_beyond(until)
            await session.execute(sa.update(_notice).where(these, waits).values(due_at=until))
            these = sa.and_(these, ~waits)
        await session.execute(
            sa.update(_notice).where(these).values(state=NoticeState.SKIPPED, silence=silence)
        )


async def silence_unreachable(session: AsyncSession, school_id: int, now: datetime) -> None:
    """Skip due notices of people without an open account, with the reason."""
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
    await session.execute(
        sa.update(_notice)
        .where(
            *is_due(school_id, now),
            ~is_open.exists(),
        )
        .values(state=NoticeState.SKIPPED, silence=why)
    )
