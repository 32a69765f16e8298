"""Holds reminders back while the platform's data is old, and releases them once it is fresh."""

from collections import Counter
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.holding import IS_DUE
from models.queries.standing import undecided
from models.queries.windows import TermWindow
from models.rules.freshness import WITHHELD
from models.tables import Notice
from models.vocabulary import NoticeState, Silence

_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_SILENCE_STALE = (
    sa.update(_notice)
    .where(*IS_DUE, _notice.c.required.is_(False), _notice.c.kind.in_(WITHHELD))
    .values(state=NoticeState.SKIPPED, silence=Silence.STALE_DATA)
    .returning(_notice.c.window_id)
)


async def silence_stale(session: AsyncSession, school_id: int, now: datetime) -> Counter[int]:
    """Skip due reminders that rest on old data: those that became old while they waited.

    Return how many of each window there were.
    """
    silenced = await session.execute(_SILENCE_STALE, {"school": school_id, "at": now})
    return Counter(silenced.scalars().all())


async def count_withheld(session: AsyncSession, school_id: int, occasion: str) -> int:
    """Return how many notices of an occasion were held back because the data is old."""
    counted = sa.select(sa.func.count()).where(
        col(Notice.school_id) == school_id,
        col(Notice.occasion) == occasion,
        col(Notice.silence) == Silence.STALE_DATA,
    )
    return int((await session.execute(counted)).scalar_one())


async def release(session: AsyncSession, found: TermWindow, now: datetime) -> int:
    """Let the last reminder of a window wait again that was held back from each person.

    Only for who still has something left, and has heard of the window by nothing later; return how
    many there are.
    """
    later = _notice.alias("later")
    heard_since = (
        sa.select(sa.literal(1))
        .where(
            later.c.person_id == _notice.c.person_id,
            later.c.window_id == found.id,
            later.c.id > _notice.c.id,
            sa.or_(later.c.state != NoticeState.SKIPPED, later.c.silence == Silence.STALE_DATA),
        )
        .exists()
    )
    released: Any = await session.execute(
        sa.update(_notice)
        .where(
            _notice.c.window_id == found.id,
            _notice.c.state == NoticeState.SKIPPED,
            _notice.c.silence == Silence.STALE_DATA,
            _notice.c.deadline_at > now,
            _notice.c.person_id.in_(undecided(found.window, found.term)),
            ~heard_since,
        )
        .values(state=NoticeState.WAITING, silence=None, due_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(released.rowcount)
