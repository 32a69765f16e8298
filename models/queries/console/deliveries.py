"""Searches the ledger for the console: what was to be said to whom, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.console.sight import in_rooms, rooms, seats, sees_room
from models.rules.endings import ASKS_FOR, Ending
from models.rules.sight import Sight
from models.rules.taipei import instant
from models.tables import AuditEntry, ChatAccount, Delivery, Notice, Person, Window
from models.vocabulary import DeliveryState, NoticeKind, NoticeState, Silence, Stage

PAPER = "paper"
"""The channel of a letter that was posted or handed over."""

_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_delivery: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_person: sa.Table = Person.__table__  # type: ignore[attr-defined]
_audit: sa.Table = AuditEntry.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for; empty is everything. `whom` is a number or part of a name."""

    whom: str = ""
    room: str = ""
    stage: Stage | None = None
    ending: Ending | None = None
    silence: Silence | None = None
    since: date | None = None
    until: date | None = None
    person_id: int | None = None
    window_id: int | None = None
    occasion: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with what became of it; `at` is when that was, or when it is due.

    `channel`, `reason` and `free` are of the message that said it; of none the channel is "".
    """

    id: int
    person_id: int
    number: str
    name: str
    room: str | None
    seat: int | None
    kind: NoticeKind
    required: bool
    window_id: int | None
    stage: Stage | None
    due_at: datetime
    deadline_at: datetime | None
    state: NoticeState
    silence: Silence | None
    delivery_id: int | None
    channel: str
    reason: str
    free: bool
    settled_at: datetime | None
    ending: Ending

    @property
    def at(self) -> datetime:
        """Return when it was settled, or when it is due."""
        return self.settled_at or self.due_at


async def found(
    session: AsyncSession,
    school_id: int,
    sight: Sight,
    wanted: Wanted,
    *,
    limit: int,
    offset: int = 0,
) -> list[Told]:
    """Return what was to be said, the newest first, of the people who are seen."""
    rows: Any = await session.execute(_found(school_id, sight, wanted).limit(limit).offset(offset))
    return [Told(*(*row[:-1], Ending(row[-1]))) for row in rows]


def _found(school_id: int, sight: Sight, wanted: Wanted) -> sa.Select[Any]:
    people = sa.join(_notice, _person, _person.c.id == _notice.c.person_id)
    joined = (
        in_rooms(people, _person.c.id, school_id)
        .outerjoin(_delivery, _delivery.c.id == _notice.c.delivery_id)
        .outerjoin(Window, col(Window.id) == _notice.c.window_id)
        .outerjoin(ChatAccount, col(ChatAccount.id) == _delivery.c.account_id)
    )
    return (
        sa.select(
            _notice.c.id,
            _person.c.id,
            _person.c.number,
            _person.c.name,
            rooms.c.name,
            seats.c.seat,
            _notice.c.kind,
            _notice.c.required,
            _notice.c.window_id,
            col(Window.stage),
            _notice.c.due_at,
            _notice.c.deadline_at,
            _notice.c.state,
            _notice.c.silence,
            _notice.c.delivery_id,
            sa.func.coalesce(_delivery.c.channel, ""),
            sa.func.coalesce(_delivery.c.reason, ""),
            sa.func.coalesce(_delivery.c.free, sa.false()),
            _delivery.c.settled_at,
            _ending,
        )
        .select_from(joined)
        .where(_notice.c.school_id == school_id, sees_room(sight), *_asked(wanted))
        .order_by(_notice.c.created_at.desc(), _notice.c.id.desc())
    )


def _asked(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    equal = (
        (_notice.c.person_id, wanted.person_id),
        (_notice.c.window_id, wanted.window_id),
        (_notice.c.occasion, wanted.occasion or None),
    )
    asked = [column == value for column, value in equal if value is not None]
    if wanted.whom:
        named = _person.c.name.contains(wanted.whom, autoescape=True)
        asked.append((_person.c.number == wanted.whom) | named)
    if wanted.room:
        asked.append(rooms.c.name == wanted.room)
    if wanted.stage is not None:
        asked.append(col(Window.stage) == wanted.stage)
    if wanted.ending is not None:
        asked.append(_ending == wanted.ending.value)
    if wanted.silence is not None:
        asked.append(_notice.c.silence == wanted.silence)
    if wanted.since is not None:
        asked.append(_notice.c.due_at >= instant(wanted.since))
    if wanted.until is not None:
        asked.append(_notice.c.due_at < instant(wanted.until + timedelta(days=1)))
    return asked


def _acted() -> sa.ColumnElement[bool]:
    """Build the condition that the person did what was asked for, after the message was taken."""
    deed = sa.or_(
        *((_notice.c.kind == kind) & _audit.c.deed.in_(deeds) for kind, deeds in ASKS_FOR.items())
    )
    return (
        sa.select(sa.literal(1))
        .where(
            _audit.c.actor_id == _notice.c.person_id,
            _audit.c.at >= _delivery.c.settled_at,
            deed,
        )
        .correlate(_notice, _delivery)
        .exists()
    )


_IS_TOLD = _notice.c.state == NoticeState.TOLD
_IS_SKIPPED = _notice.c.state == NoticeState.SKIPPED
_IS_WAITING = _notice.c.state == NoticeState.WAITING
_MAY_BE_THERE = sa.and_(_delivery.c.state == DeliveryState.FAILED, _delivery.c.reason == "unknown")
_ending = sa.case(
    (_IS_TOLD & (_delivery.c.channel == PAPER), Ending.ON_PAPER.value),
    (_IS_TOLD & _acted(), Ending.ACTED.value),
    (_IS_TOLD & (col(ChatAccount.seen_at) >= _delivery.c.settled_at), Ending.SEEN.value),
    (_IS_TOLD, Ending.ACCEPTED.value),
    (_IS_WAITING & _notice.c.silence.is_not(None), Ending.HELD.value),
    (_IS_WAITING, Ending.WAITING.value),
    (_IS_SKIPPED & (_notice.c.silence == Silence.BLOCKED), Ending.BLOCKED.value),
    (_IS_SKIPPED & (_notice.c.silence == Silence.UNKNOWN), Ending.UNKNOWN.value),
    (_IS_SKIPPED & _MAY_BE_THERE, Ending.UNKNOWN.value),
    (_IS_SKIPPED, Ending.NOT_SENT.value),
    else_=Ending.ON_ITS_WAY.value,
)
