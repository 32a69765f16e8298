"""Writes one notice a person for a whole occasion at once: who is told, and why others are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.extensions import has_more_time, has_until
from models.queries.preferences import has_muted, says_done
from models.queries.standing import concerned, has_decided, has_left
from models.queries.upserting import ignoring_conflicts
from models.queries.windows import TermWindow
from models.rules.preferences import SILENCED_BY_CLAIM
from models.tables import ChatAccount, Notice, Person, School
from models.vocabulary import AccountState, NoticeKind, NoticeState, Silence, Stage

_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_person: sa.Table = Person.__table__  # type: ignore[attr-defined]
_ALL = 1_000_000_000
"""A limit that limits nothing: it keeps the engines from working out a reason twice a row."""

_COLUMNS = (
    "school_id",
    "person_id",
    "kind",
    "occasion",
    "window_id",
    "facts",
    "required",
    "due_at",
    "deadline_at",
    "created_at",
    "silence",
    "state",
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """One occasion as its notices say it; `silence` is set where nobody is told any more.

    `imported_at` is the last import of works: what people said to have done before it is stale.
    """

    kind: NoticeKind
    occasion: str
    due_at: datetime
    deadline_at: datetime | None
    required: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    silence: Silence | None = None
    imported_at: datetime | None = None


async def school_ids(session: AsyncSession, now: datetime) -> list[int]:
    """Return the schools that have a timetable and were not planned until `now`."""
    ids = sa.select(col(School.id)).where(col(School.planned_until) < now).order_by(col(School.id))
    found: Sequence[Any] = (await session.scalars(ids)).all()
    return list(found)


async def take_school(session: AsyncSession, school_id: int, now: datetime) -> School | None:
    """Lock a school for planning; None where another planner has it or has planned it already.

    The lock lets others write rows that belong to the school meanwhile.
    """
    return (
        await session.execute(
            sa.select(School)
            .where(col(School.id) == school_id, col(School.planned_until) < now)
            .with_for_update(key_share=True, skip_locked=True)
        )
    ).scalar_one_or_none()


async def announce(
    session: AsyncSession,
    found: TermWindow,
    saying: Announcement,
    *,
    now: datetime,
    only: sa.ColumnElement[bool] | None = None,
) -> int:
    """Write a notice for everybody concerned who has none for this occasion; return how many.

    A window with an end of its own concerns only those who were granted that end; with `only`
    those for whom this condition holds.
    """
    person = _person.c.id
    silence = silence_case(found, saying, person).label("silence")
    whom = _whom(found).where(sa.true() if only is None else only).add_columns(silence)
    chosen = whom.order_by(person).limit(_ALL).subquery("chosen")
    rows = sa.select(
        sa.literal(found.window.school_id),
        chosen.c.id,
        sa.literal(saying.kind, _notice.c.kind.type),
        sa.literal(saying.occasion),
        sa.literal(found.id),
        sa.literal(dict(saying.facts), _notice.c.facts.type),
        sa.literal(saying.required),
        sa.literal(saying.due_at, _notice.c.due_at.type),
        sa.literal(saying.deadline_at, _notice.c.deadline_at.type),
        sa.literal(now, _notice.c.created_at.type),
        chosen.c.silence,
        state_case(chosen.c.silence),
    ).where(chosen.c.id > 0)  # SQLite would take ON CONFLICT for a join without a WHERE
    result = await session.execute(
        ignoring_conflicts(session, Notice).from_select(list(_COLUMNS), rows),
        execution_options={"preserve_rowcount": True},
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


async def announce_again(
    session: AsyncSession, found: TermWindow, saying: Announcement, *, now: datetime
) -> int:
    """Write a last call once more for who has several chats and tapped in none since the first."""
    person = _person.c.id
    notice = _notice.alias("call")
    called_at = (
        sa.select(sa.func.max(notice.c.due_at))
        .where(
            notice.c.person_id == person,
            notice.c.window_id == found.id,
            notice.c.state == NoticeState.TOLD,
            notice.c.due_at < saying.due_at,
        )
        .scalar_subquery()
    )
    opened_at = sa.literal(found.opens_at, _notice.c.due_at.type)
    account = sa.select(sa.func.count()).where(
        col(ChatAccount.person_id) == person,
        col(ChatAccount.school_id) == found.window.school_id,
    )
    tapped = account.where(col(ChatAccount.seen_at) >= sa.func.coalesce(called_at, opened_at))
    not_reached = sa.and_(account.scalar_subquery() > 1, tapped.scalar_subquery() == 0)
    return await announce(session, found, saying, now=now, only=not_reached)


async def foreseen(
    session: AsyncSession, found: TermWindow, saying: Announcement
) -> dict[int, Silence | None]:
    """Return everybody concerned with why they would not be told, None for who would; no write."""
    rows = await session.execute(
        _whom(found).add_columns(silence_case(found, saying, _person.c.id))
    )
    return dict(rows.all())


def _whom(found: TermWindow) -> sa.Select[Any]:
    everybody = concerned(found.window, found.term)
    if found.own_closes_at is None:
        return everybody
    return everybody.where(has_until(found, _person.c.id))


def silence_case(
    found: TermWindow, saying: Announcement, person: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """Build the reason for silence of rules/recipients.py, NULL for who is told."""
    kind = _notice.c.silence.type
    account = sa.select(sa.literal(1)).where(
        col(ChatAccount.person_id) == person,
        col(ChatAccount.school_id) == found.window.school_id,
    )
    open_account = account.where(col(ChatAccount.state) == AccountState.OPEN)
    reasons = [
        (sa.not_(has_left(found.window, found.term, person)), _done(found, person)),
        (has_more_time(found, person), sa.literal(Silence.EXTENDED, kind)),
        (sa.true() if saying.silence else sa.false(), sa.literal(saying.silence, kind)),
        (~account.exists(), sa.literal(Silence.NO_ACCOUNT, kind)),
        (~open_account.exists(), sa.literal(Silence.BLOCKED, kind)),
    ]
    if not saying.required and saying.kind in SILENCED_BY_CLAIM:
        reasons += [
            (
                has_muted(found.window.school_id, person, saying.kind),
                sa.literal(Silence.MUTED, kind),
            ),
            (
                says_done(person, sa.literal(found.id), saying.imported_at),
                sa.literal(Silence.SAID_DONE, kind),
            ),
        ]
    return sa.case(*reasons, else_=sa.null())


def state_case(silence: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Build the state a notice begins in: skipped where there is a reason for silence."""
    kind = _notice.c.state.type
    return sa.case(
        (silence.is_(None), sa.literal(NoticeState.WAITING, kind)),
        else_=sa.literal(NoticeState.SKIPPED, kind),
    )


def _done(found: TermWindow, person: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Build the reason of who has nothing left: a decision, or nothing there to decide about."""
    kind = _notice.c.silence.type
    decided = sa.literal(Silence.DECIDED, kind)
    nothing = sa.literal(Silence.NOTHING_OUTSTANDING, kind)
    match found.stage:
        case Stage.CERTIFICATION | Stage.SUBMISSION:
            return nothing
        case Stage.SELECTION:
            chose = has_decided(found.window, found.term, person)
            return sa.case((chose, decided), else_=nothing)
        case Stage.UPLOAD | Stage.RECEIPT:
            return decided
