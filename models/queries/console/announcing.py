"""How far a message to the school is, from the ledger, and who was added to its list or left it."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.announcements import occasion
from models.tables import Announcement, Delivery, Notice
from models.vocabulary import NoticeState, Silence

SOON = timedelta(minutes=5)
"""What waits for longer than this does not move at the moment."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What has become of a message so far; each person counts once.

    `left` is by channel. Of those who wait, `held` do so for room in the month or the day, and
    `later` for their hour.
    """

    left: Mapping[str, int]
    on_its_way: int
    waiting: int
    later: int
    held: int
    called_off: int
    unsaid: Mapping[Silence, int]

    @property
    def all(self) -> int:
        """Return how many people it is about."""
        return sum(self.left.values()) + self.open + self.called_off + sum(self.unsaid.values())

    @property
    def open(self) -> int:
        """Return of how many people it is not decided yet."""
        return self.on_its_way + self.waiting + self.later + self.held

    @property
    def is_moving(self) -> bool:
        """Say whether another look in some seconds would show something else."""
        return bool(self.on_its_way or self.waiting)


def _of(row: Announcement) -> tuple[sa.ColumnElement[bool], ...]:
    """Build the conditions of a message's notices, by an index of the time they were written."""
    return (
        col(Notice.school_id) == row.school_id,
        col(Notice.created_at) >= row.left_at,
        col(Notice.occasion) == occasion(row.id),
    )


async def progress(session: AsyncSession, row: Announcement, now: datetime) -> Progress:
    """Return how far a message is that began to leave."""
    soon = col(Notice.due_at) <= now + SOON
    channel = sa.func.coalesce(col(Delivery.channel), "")
    rows: Any = await session.execute(
        sa.select(col(Notice.state), col(Notice.silence), channel, soon, sa.func.count())
        .outerjoin(Delivery, col(Delivery.id) == col(Notice.delivery_id))
        .where(*_of(row))
        .group_by(col(Notice.state), col(Notice.silence), channel, soon)
    )
    left: Counter[str] = Counter()
    unsaid: Counter[Silence] = Counter()
    counts: Counter[str] = Counter()
    for state, silence, name, is_soon, n in rows:
        if state is NoticeState.TOLD:
            left[name] += n
        elif state is NoticeState.SKIPPED and silence is not Silence.CALLED_OFF:
            unsaid[silence] += n
        else:
            counts[_part(state, silence, is_soon=bool(is_soon))] += n
    return Progress(
        left,
        counts["on_its_way"],
        counts["waiting"],
        counts["later"],
        counts["held"],
        counts["called_off"],
        unsaid,
    )


def _part(state: NoticeState, silence: Silence | None, *, is_soon: bool) -> str:
    if state is NoticeState.SKIPPED:
        return "called_off"
    if state is NoticeState.BUNDLED:
        return "on_its_way"
    if silence is not None:
        return "held"
    return "waiting" if is_soon else "later"


async def told_ids(session: AsyncSession, row: Announcement) -> frozenset[int]:
    """Return who was on the list when a message began to leave."""
    found: Collection[Any] = (
        await session.scalars(sa.select(col(Notice.person_id)).where(*_of(row)))
    ).all()
    return frozenset(found)
