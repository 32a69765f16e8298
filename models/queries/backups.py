"""When the installation was last backed up, and which worker makes tonight's backup."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Setting

_MADE_AT, _BEGUN_AT = "backup/made_at", "backup/begun_at"
TRIED_AGAIN_AFTER = timedelta(hours=1)
"""A backup that was begun and never finished is left to another try after this."""


async def last_backed_up_at(session: AsyncSession) -> datetime | None:
    """Return the instant that the newest backup shows, or None where none was ever made."""
    return await _read(session, _MADE_AT)


async def note_made(session: AsyncSession, at: datetime) -> None:
    """Note that there is a whole and verified backup of this instant."""
    await _write(session, _MADE_AT, at)


async def begin(session: AsyncSession, *, not_since: datetime, now: datetime) -> bool:
    """Say whether a backup is to be made now; True for one worker alone, until it is tried again.

    None is, where one was made at `not_since` or later, or is being made by somebody else.
    """
    made_at, begun_at = await _read(session, _MADE_AT), await _read(session, _BEGUN_AT)
    if made_at is not None and made_at >= not_since:
        return False
    if begun_at is not None and now - begun_at < TRIED_AGAIN_AFTER:
        return False
    await _write(session, _BEGUN_AT, now)
    return True


async def _read(session: AsyncSession, key: str) -> datetime | None:
    found = sa.select(col(Setting.value)).where(
        col(Setting.school_id).is_(None), col(Setting.key) == key
    )
    value = (await session.execute(found)).scalar_one_or_none()
    return None if value is None else datetime.fromisoformat(value)


async def _write(session: AsyncSession, key: str, at: datetime) -> None:
    await session.execute(
        sa.delete(Setting).where(col(Setting.school_id).is_(None), col(Setting.key) == key)
    )
    session.add(Setting(key=key, value=at.isoformat()))
