"""How far the demonstration school has lived, kept in its store; and instants as the page reads."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.rules.taipei import TAIPEI
from models.tables import Setting

_KEY = "demo_lived_until"


async def lived_until(session: AsyncSession) -> datetime | None:
    """Return until when everything has happened, None at the very beginning."""
    found = select(Setting.value).where(col(Setting.key) == _KEY)
    value = (await session.execute(found)).scalar_one_or_none()
    return None if value is None else datetime.fromisoformat(value)


async def remember(session: AsyncSession, now: datetime) -> None:
    """Note that everything until `now` has happened."""
    value = now.isoformat()
    changed = await session.execute(
        sa.update(Setting).where(col(Setting.key) == _KEY).values(value=value)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        session.add(Setting(school_id=None, key=_KEY, value=value))


def local(at: datetime) -> str:
    """Return an instant as the page reads it: ISO with Taiwan's offset."""
    return at.astimezone(TAIPEI).isoformat(timespec="seconds")
