"""Loads messages to the whole school, and says which of their notices are wanted no more."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries.spoken import Announced
from models.rules.announcing import Content, audience_of
from models.tables import Announcement, School
from models.vocabulary import AnnouncementState, NoticeKind, Silence

WANTED_IN = {
    NoticeKind.SCHOOL_ANNOUNCED: (AnnouncementState.LEAVING, Silence.CALLED_OFF),
    NoticeKind.ANNOUNCEMENT_ASKED: (AnnouncementState.ASKED, Silence.NOTHING_OUTSTANDING),
}
"""In which state of a message its notices are wanted, and why they are not in every other."""


def occasion(announcement_id: int) -> str:
    """Return the occasion of which everybody on the list has one notice."""
    return f"announcement/{announcement_id}"


def content_of(row: Announcement) -> Content:
    """Return what somebody approves of a message."""
    return Content(
        row.title,
        row.wording,
        row.link,
        audience_of(row.audience),
        row.wanted_at,
        row.undo_minutes,
    )


async def states(session: AsyncSession, ids: Collection[int]) -> dict[int, AnnouncementState]:
    """Return where these messages stand."""
    rows: Any = await session.execute(
        sa.select(col(Announcement.id), col(Announcement.state)).where(
            col(Announcement.id).in_(list(ids))
        )
    )
    return dict(rows.all())


async def spoken(session: AsyncSession, ids: Collection[int]) -> dict[int, Announced]:
    """Return what these messages say, and in whose name."""
    if not ids:
        return {}
    rows: Any = await session.execute(
        sa.select(
            col(Announcement.id),
            col(Announcement.title),
            col(Announcement.wording),
            col(Announcement.link),
            col(School.name),
        )
        .join(School, col(School.id) == col(Announcement.school_id))
        .where(col(Announcement.id).in_(list(ids)))
    )
    return {id_: Announced(*rest) for id_, *rest in rows}


async def one(
    session: AsyncSession, school_id: int, announcement_id: int, *, lock: bool = False
) -> Announcement | None:
    """Return a message of this school, or None; `lock` lets others wait who would change it."""
    found = select(Announcement).where(
        col(Announcement.id) == announcement_id, col(Announcement.school_id) == school_id
    )
    if lock:
        found = found.with_for_update()
    return (await session.execute(found)).scalar_one_or_none()


async def newest(
    session: AsyncSession, school_id: int, *, limit: int, offset: int = 0
) -> list[Announcement]:
    """Return the messages of a school, the last written first."""
    found = (
        select(Announcement)
        .where(col(Announcement.school_id) == school_id)
        .order_by(col(Announcement.written_at).desc(), col(Announcement.id).desc())
        .limit(limit)
        .offset(offset)
    )
    return list((await session.execute(found)).scalars())


async def to_approve(session: AsyncSession, school_id: int, user_id: int) -> list[Announcement]:
    """Return the messages of a school that wait for somebody else than their author."""
    found = (
        select(Announcement)
        .where(
            col(Announcement.school_id) == school_id,
            col(Announcement.state) == AnnouncementState.ASKED,
            col(Announcement.author_id) != user_id,
        )
        .order_by(col(Announcement.asked_at), col(Announcement.id))
    )
    return list((await session.execute(found)).scalars())


_DUE = sa.select(col(Announcement.school_id), col(Announcement.id)).where(
    col(Announcement.state) == AnnouncementState.APPROVED,
    col(Announcement.leaves_at) <= sa.bindparam("at"),
)


async def due(session: AsyncSession, now: datetime) -> list[tuple[int, int]]:
    """Return the school and the id of every approved message that may leave now."""
    rows: Any = await session.execute(_DUE, {"at": now})
    return [(school_id, id_) for school_id, id_ in rows]


async def take_due(
    session: AsyncSession, announcement_id: int, now: datetime
) -> Announcement | None:
    """Lock a message that is to leave now; None where another worker has it, or nobody wants it."""
    found = (
        select(Announcement)
        .where(
            col(Announcement.id) == announcement_id,
            col(Announcement.state) == AnnouncementState.APPROVED,
            col(Announcement.leaves_at) <= now,
        )
        .with_for_update(skip_locked=True)
    )
    return (await session.execute(found)).scalar_one_or_none()
