"""Whether a school's timetable is public: a setting of the school, with the moment it was made."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.tables import School, Setting

_KEY = "timetable_public"


async def since(session: AsyncSession, school_id: int) -> datetime | None:
    """Return since when a school's timetable is public, None where it is not."""
    value = await session.scalar(sa.select(col(Setting.value)).where(*_mine(school_id)))
    return datetime.fromisoformat(value) if value else None


async def publish(session: AsyncSession, school_id: int, now: datetime) -> bool:
    """Make a school's timetable public; return whether it was not before."""
    if await since(session, school_id) is not None:
        return False
    session.add(Setting(school_id=school_id, key=_KEY, value=now.isoformat()))
    await session.flush()
    return True


async def withdraw(session: AsyncSession, school_id: int) -> bool:
    """Let a school's timetable be public no more; return whether it was."""
    was = await since(session, school_id) is not None
    await session.execute(sa.delete(Setting).where(*_mine(school_id)))
    return was


async def public_school(session: AsyncSession, code: str) -> School | None:
    """Return the school of a code whose timetable is public; None for every other."""
    asked = (
        select(School)
        .join(Setting, col(Setting.school_id) == col(School.id))
        .where(col(School.code) == code, col(Setting.key) == _KEY)
    )
    return (await session.execute(asked)).scalar_one_or_none()


def _mine(school_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return col(Setting.school_id) == school_id, col(Setting.key) == _KEY
