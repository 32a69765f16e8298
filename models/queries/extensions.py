"""Pupils' own deadlines: who has more time in which window."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.windows import TermWindow
from models.tables import Extension

Granted = dict[tuple[int, int], datetime]
"""The exclusive end of a person's own window, by person and window."""

_OF_SCHOOL = sa.select(
    col(Extension.person_id), col(Extension.window_id), col(Extension.closes_at)
).where(col(Extension.school_id) == sa.bindparam("school"))
_OF_PEOPLE = _OF_SCHOOL.where(col(Extension.person_id).in_(sa.bindparam("people", expanding=True)))
_LATEST_ENDS = (
    sa.select(col(Extension.window_id), sa.func.max(col(Extension.closes_at)))
    .where(col(Extension.closes_at) > sa.bindparam("at"))
    .group_by(col(Extension.window_id))
)


async def of_school(
    session: AsyncSession, school_id: int, people: Collection[int] | None = None
) -> Granted:
    """Return the extensions of a school, or only those of some people."""
    rows: Any = await (
        session.execute(_OF_SCHOOL, {"school": school_id})
        if people is None
        else session.execute(_OF_PEOPLE, {"school": school_id, "people": list(people)})
    )
    return {(person_id, window_id): closes_at for person_id, window_id, closes_at in rows}


def has_more_time(found: TermWindow, person: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Build the condition that a person's own deadline comes after this window's."""
    return person.in_(_granted(found).where(col(Extension.closes_at) > found.closes_at))


def has_until(found: TermWindow, person: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Build the condition that a person's own deadline is exactly this window's end."""
    return person.in_(_granted(found).where(col(Extension.closes_at) == found.closes_at))


def has_time_after(
    found: TermWindow, now: datetime, person: sa.ColumnElement[Any]
) -> sa.ColumnElement[bool]:
    """Build the condition that a person's own deadline of this window is still to come."""
    return person.in_(_granted(found).where(col(Extension.closes_at) > now))


async def still_open(session: AsyncSession, found: TermWindow, now: datetime) -> TermWindow:
    """Return a window that is over with the latest end that anybody still has; else as it is."""
    if now < found.closes_at:
        return found
    latest_end = sa.select(sa.func.max(col(Extension.closes_at))).where(
        col(Extension.window_id) == found.id, col(Extension.closes_at) > now
    )
    return found.until((await session.execute(latest_end)).scalar_one())


async def all_open(
    session: AsyncSession, found: Iterable[TermWindow], now: datetime
) -> list[TermWindow]:
    """Return the windows that are open, those too that only some have more time in.

    One that is over carries the latest end that anybody still has in it.
    """
    rows: Any = await session.execute(_LATEST_ENDS, {"at": now})
    granted: dict[int, datetime] = dict(rows.all())
    shown = [
        window if now < window.closes_at else window.until(granted.get(window.id))
        for window in found
    ]
    return [window for window in shown if window.is_open(now)]


def _granted(found: TermWindow) -> sa.Select[Any]:
    """Select who has an end of their own: a short list, read once and not once a person."""
    return sa.select(col(Extension.person_id)).where(col(Extension.window_id) == found.id)
