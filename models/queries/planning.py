"""Writes one notice a person for a whole occasion at once: who is told, and why others are not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.extensions import has_more_time, has_until
from models.queries.preferences import has_muted, says_done
from models.queries.standing import concerned, has_decided, has_left
from models.queries.upserting import ignoring_conflicts
from models.queries.windows import TermWindow
from models.rulebooks import Divisions
from models.rules.freshness import WITHHELD
from models.rules.preferences import SILENCED_BY_CLAIM
from models.tables import ChatAccount, Notice, Person, Placement, School, SchoolClass
from models.vocabulary import AccountState, NoticeKind, NoticeState, Silence, Stage

_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_person: sa.Table = Person.__table__  # type: ignore[attr-defined]
_ALL = 1_000_000_000
"""A limit that limits nothing: it keeps the engines from working out a reason twice a row."""

COLUMNS = (
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
"""What a notice says of itself when it is written, in the order in which it is selected."""

_ALL_OF_THEM = Divisions()
_What = tuple[NoticeKind, bool, Silence | None, datetime | None, bool]
"""Of an announcement its kind, whether it is required, its silence, when the imported data was
true, and whether that is too long ago."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One occasion as its notices say it; `silence` is set where nobody is told any more.

    `imported_at` is when the works that were imported last were true: what people said to have done
    before is void, and where that is `stale` nobody is told that they have not. `among` are the
    divisions whose pupils it is for.
    """

    kind: NoticeKind
    occasion: str
    due_at: datetime
    deadline_at: datetime | None
    required: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    silence: Silence | None = None
    imported_at: datetime | None = None
    stale: bool = False
    among: Divisions = _ALL_OF_THEM


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
    again: bool = False,
) -> int:
    """Write a notice for everybody concerned who has none for this occasion; return how many.

    A window with an end of its own concerns only those who were granted that end; `again` only
    those who have several chats and tapped in none since they were told of it first.
    """
    what = _what(saying)
    into = ignoring_conflicts(session, Notice)
    result = await session.execute(
        _announcing(into, found.apart(), what, saying.among, again=again),
        {
            "said": saying.occasion,
            "about": dict(saying.facts),
            "due": saying.due_at,
            "ends": saying.deadline_at,
            "at": now,
        },
        execution_options={"preserve_rowcount": True},
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


@lru_cache(maxsize=200)
def _announcing(
    into: sqlite.Insert | postgresql.Insert,
    found: TermWindow,
    what: _What,
    among: Divisions,
    *,
    again: bool,
) -> sqlite.Insert | postgresql.Insert:
    """Build what writes the notices of an occasion: what differs between occasions is a value."""
    person, types = _person.c.id, {each.name: each.type for each in _notice.c}
    whom = _whom(found, among).where(_not_reached(found, person) if again else sa.true())
    silence = _silence_case(found, what, person).label("silence")
    chosen = whom.add_columns(silence).order_by(person).limit(_ALL).subquery("chosen")
    kind, required, *_ = what
    rows = sa.select(
        sa.literal(found.window.school_id),
        chosen.c.id,
        sa.literal(kind, types["kind"]),
        sa.bindparam("said", type_=types["occasion"]),
        sa.literal(found.id),
        sa.bindparam("about", type_=types["facts"]),
        sa.literal(required),
        sa.bindparam("due", type_=types["due_at"]),
        sa.bindparam("ends", type_=types["deadline_at"]),
        sa.bindparam("at", type_=types["created_at"]),
        chosen.c.silence,
        state_case(chosen.c.silence),
    ).where(chosen.c.id > 0)  # SQLite would take ON CONFLICT for a join without a WHERE
    return into.from_select(list(COLUMNS), rows)


async def announce_again(
    session: AsyncSession, found: TermWindow, saying: Announcement, *, now: datetime
) -> int:
    """Write a last call once more for who has several chats and tapped in none since the first."""
    return await announce(session, found, saying, now=now, again=True)


def _not_reached(found: TermWindow, person: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Build the condition that somebody has several chats and tapped in none since the first."""
    notice = _notice.alias("call")
    called_at = (
        sa.select(sa.func.max(notice.c.due_at))
        .where(
            notice.c.person_id == person,
            notice.c.window_id == found.id,
            notice.c.state == NoticeState.TOLD,
            notice.c.due_at < sa.bindparam("due"),
        )
        .scalar_subquery()
    )
    opened_at = sa.literal(found.opens_at, _notice.c.due_at.type)
    account = sa.select(sa.func.count()).where(
        col(ChatAccount.person_id) == person,
        col(ChatAccount.school_id) == found.window.school_id,
    )
    tapped = account.where(col(ChatAccount.seen_at) >= sa.func.coalesce(called_at, opened_at))
    return sa.and_(account.scalar_subquery() > 1, tapped.scalar_subquery() == 0)


async def foreseen(
    session: AsyncSession, found: TermWindow, saying: Announcement
) -> dict[int, Silence | None]:
    """Return everybody concerned with why they would not be told, None for who would; no write."""
    rows = await session.execute(
        _whom(found, saying.among).add_columns(silence_case(found, saying, _person.c.id))
    )
    return dict(rows.all())


def _whom(found: TermWindow, among: Divisions) -> sa.Select[Any]:
    everybody = concerned(found.window, found.term)
    if among != _ALL_OF_THEM:
        everybody = everybody.where(_is_among(found, among, _person.c.id))
    if found.own_closes_at is None:
        return everybody
    return everybody.where(has_until(found, _person.c.id))


def _is_among(
    found: TermWindow, among: Divisions, pupil: sa.ColumnElement[Any]
) -> sa.ColumnElement[bool]:
    """Build the condition that a pupil's class of the window's year is of these divisions."""
    division = col(SchoolClass.division)
    sitting = (
        sa.select(sa.literal(1))
        .select_from(Placement)
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(
            col(Placement.person_id) == pupil,
            col(SchoolClass.year) == found.term.year,
        )
    )
    if among.only is not None:
        return sitting.where(division == among.only).exists()
    return ~sitting.where(division.in_(among.besides)).exists()


def silence_case(
    found: TermWindow, saying: Announcement, person: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """Build the reason for silence of rules/recipients.py, NULL for who is told."""
    return _silence_case(found, _what(saying), person)


def _what(saying: Announcement) -> _What:
    return saying.kind, saying.required, saying.silence, saying.imported_at, saying.stale


def _silence_case(
    found: TermWindow, what: _What, person: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    said, required, why, imported_at, stale = what
    kind = _notice.c.silence.type
    account = sa.select(sa.literal(1)).where(
        col(ChatAccount.person_id) == person,
        col(ChatAccount.school_id) == found.window.school_id,
    )
    open_account = account.where(col(ChatAccount.state) == AccountState.OPEN)
    reasons = [
        (sa.not_(has_left(found.window, found.term, person)), _done(found, person)),
        (has_more_time(found, person), sa.literal(Silence.EXTENDED, kind)),
        (sa.true() if why else sa.false(), sa.literal(why, kind)),
        (~account.exists(), sa.literal(Silence.NO_ACCOUNT, kind)),
        (~open_account.exists(), sa.literal(Silence.BLOCKED, kind)),
    ]
    if not required and said in SILENCED_BY_CLAIM:
        reasons += [
            (
                has_muted(found.window.school_id, person, said),
                sa.literal(Silence.MUTED, kind),
            ),
            (
                says_done(person, sa.literal(found.id), imported_at),
                sa.literal(Silence.SAID_DONE, kind),
            ),
        ]
    if stale and not required and said in WITHHELD:
        reasons.append((sa.true(), sa.literal(Silence.STALE_DATA, kind)))
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
