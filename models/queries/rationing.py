"""Holds notices back for the month's messages: each waits with the reason, until its deadline.

What is held may still ride on the answer to a tap (models/queries/rides.py), goes to a chat that
costs nothing where there is one, and is on the lists of who was not told.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from models.queries.holding import IS_DUE
from models.queries.reachability import is_reachable
from models.tables import Notice
from models.vocabulary import NoticeKind, NoticeState, Silence

_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
IS_HELD = sa.and_(_notice.c.state == NoticeState.WAITING, _notice.c.silence == Silence.QUOTA)
"""The condition that a notice is held back for the month's messages."""


@dataclass(frozen=True, slots=True)
class Wanting:
    """A notice that is due and wants a message of the month."""

    id: int
    person_id: int
    kind: NoticeKind
    required: bool
    deadline_at: datetime | None


_LET_GO = sa.update(_notice).where(*IS_DUE, _notice.c.silence == Silence.QUOTA).values(silence=None)
_HOLD = {
    "silence": Silence.QUOTA,
    "due_at": sa.case(
        (_notice.c.deadline_at < sa.bindparam("until"), _notice.c.deadline_at),
        else_=sa.bindparam("until", type_=_notice.c.due_at.type),
    ),
}
_WANTING = sa.select(
    _notice.c.id,
    _notice.c.person_id,
    _notice.c.kind,
    _notice.c.required,
    _notice.c.deadline_at,
).where(*IS_DUE)
_PROMISED = (
    sa.select(sa.func.count(sa.distinct(_notice.c.person_id)))
    .select_from(_notice)
    .where(
        _notice.c.state == NoticeState.WAITING,
        _notice.c.school_id == sa.bindparam("school"),
        _notice.c.due_at > sa.bindparam("at"),
        _notice.c.required,
        _notice.c.silence.is_(None),
    )
)
_AGAIN = (
    sa.update(_notice)
    .where(IS_HELD, _notice.c.school_id == sa.bindparam("school"))
    .values(due_at=sa.bindparam("at"))
)


async def let_go(session: AsyncSession, school_id: int, now: datetime) -> None:
    """Hold back nothing of what is due: who gets a message is decided anew."""
    await session.execute(_LET_GO, {"school": school_id, "at": now})


async def look_again(session: AsyncSession, school_id: int, now: datetime) -> None:
    """Let everything that is held back be due: the month has room again."""
    await session.execute(_AGAIN, {"school": school_id, "at": now})


async def wanting(session: AsyncSession, school_id: int, now: datetime) -> list[Wanting]:
    """Return the notices of a school that are due."""
    rows = await session.execute(_WANTING, {"school": school_id, "at": now})
    return [Wanting(*row) for row in rows]


async def promised(session: AsyncSession, school_id: int, now: datetime) -> int:
    """Return how many people will get something required that waits for its hour."""
    counted = await session.execute(_PROMISED, {"school": school_id, "at": now})
    return int(counted.scalar_one())


async def mark(session: AsyncSession, notice_ids: Sequence[int]) -> None:
    """Hold back these notices wherever they would cost; what costs nothing stays open to them."""
    if notice_ids:
        await session.execute(
            sa.update(_notice).where(_notice.c.id.in_(notice_ids)).values(silence=Silence.QUOTA)
        )


async def hold(session: AsyncSession, notice_ids: Collection[int], until: datetime) -> None:
    """Let notices wait for the month's messages until then, or until their deadline."""
    if notice_ids:
        these = sa.update(_notice).where(_notice.c.id.in_(notice_ids)).values(_HOLD)
        await session.execute(these, {"until": until})


async def hold_unreachable(
    session: AsyncSession,
    school_id: int,
    now: datetime,
    *,
    until: datetime,
    besides: Collection[str],
) -> None:
    """Let everything due wait for the month's end that has no way but these channels."""
    held = (
        sa.update(_notice)
        .where(*IS_DUE, ~is_reachable(_notice.c.person_id, besides=besides))
        .values(_HOLD)
    )
    await session.execute(held, {"school": school_id, "at": now, "until": until})


_HELD_FOR_WANT = (Silence.QUOTA, Silence.CAPPED)
"""What a word waits for that is held: the month's messages, or the person's own of a day."""


def is_untold(
    person_id: Any, window_id: int, reasons: Collection[Silence] = _HELD_FOR_WANT
) -> sa.ColumnElement[bool]:
    """Build the condition that the last word on a window did not reach a person, for a reason."""
    held, told = _notice.alias("held"), _notice.alias("told")
    later = sa.select(sa.literal(1)).where(
        told.c.person_id == held.c.person_id,
        told.c.window_id == window_id,
        told.c.state.in_((NoticeState.BUNDLED, NoticeState.TOLD)),
        told.c.created_at >= held.c.created_at,
    )
    return (
        sa.select(sa.literal(1))
        .where(
            held.c.person_id == person_id,
            held.c.window_id == window_id,
            held.c.silence.in_(reasons),
            held.c.state.in_((NoticeState.WAITING, NoticeState.SKIPPED)),
            ~later.exists(),
        )
        .exists()
    )


async def untold(session: AsyncSession, school_id: int, since: datetime) -> dict[NoticeState, int]:
    """Return how many notices of a month were held back: those that wait, and those given up."""
    rows: Any = await session.execute(
        sa.select(_notice.c.state, sa.func.count())
        .where(
            _notice.c.school_id == school_id,
            _notice.c.created_at >= since,
            _notice.c.silence == Silence.QUOTA,
            _notice.c.state.in_((NoticeState.WAITING, NoticeState.SKIPPED)),
        )
        .group_by(_notice.c.state)
    )
    return dict(rows.all())
