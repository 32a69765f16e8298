"""Searches the audit for the console: who did what, when, for whom. Nothing here writes.

Names are looked up for the page that shows them; the audit itself holds none.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.rules.taipei import instant
from models.tables import AuditEntry, ConsoleUser, Person

_entry: sa.Table = AuditEntry.__table__  # type: ignore[attr-defined]
_actor = sa.alias(Person.__table__, "actor")  # type: ignore[attr-defined]
_whom = sa.alias(Person.__table__, "whom")  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched for; empty is everything. `whom` is who did it, or for whom it was done."""

    whom: str = ""
    deed: str = ""
    via: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with the names of the people in it; `console_user` is the account that did it.

    `position` is its place in the chain, None until it is sealed.
    """

    at: datetime
    actor_number: str | None
    actor: str | None
    number: str | None
    name: str | None
    deed: str
    thing: str
    via: str
    clause: str
    facts: dict[str, Any]
    position: int | None

    @property
    def console_user(self) -> int | None:
        """Return the account of the console that did it, if one did."""
        found = self.facts.get("console_user")
        return found if isinstance(found, int) else None

    @property
    def reason(self) -> str:
        """Return why it was done, in the words of who did it; "" where nobody asked."""
        found = self.facts.get("reason")
        return found if isinstance(found, str) else ""


async def entries(
    session: AsyncSession, school_id: int, sought: Sought, *, limit: int, offset: int = 0
) -> list[Entry]:
    """Return a school's entries, the newest first."""
    rows: Any = await session.execute(
        sa.select(
            _entry.c.at,
            _actor.c.number,
            _actor.c.name,
            _whom.c.number,
            _whom.c.name,
            _entry.c.deed,
            _entry.c.thing,
            _entry.c.via,
            _entry.c.clause,
            _entry.c.facts,
            _entry.c.position,
        )
        .select_from(
            _entry.outerjoin(_actor, _actor.c.id == _entry.c.actor_id).outerjoin(
                _whom, _whom.c.id == _entry.c.person_id
            )
        )
        .where(_entry.c.school_id == school_id, *_asked(sought))
        .order_by(_entry.c.at.desc(), _entry.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [Entry(*row) for row in rows]


async def deeds(session: AsyncSession, school_id: int) -> list[tuple[str, str]]:
    """Return which deeds, by which ways, a school's audit knows."""
    rows: Any = await session.execute(
        sa.select(_entry.c.deed, _entry.c.via).where(_entry.c.school_id == school_id).distinct()
    )
    return sorted((deed, via) for deed, via in rows)


async def users(session: AsyncSession, ids: Collection[int]) -> dict[int, str]:
    """Return the names of accounts of the console."""
    rows: Any = await session.execute(
        sa.select(col(ConsoleUser.id), col(ConsoleUser.name)).where(
            col(ConsoleUser.id).in_(list(ids))
        )
    )
    return dict(rows.all())


def _asked(sought: Sought) -> list[sa.ColumnElement[bool]]:
    asked: list[sa.ColumnElement[bool]] = []
    if sought.whom:
        asked.append(_is_named(_actor, sought.whom) | _is_named(_whom, sought.whom))
    if sought.deed:
        asked.append(_entry.c.deed == sought.deed)
    if sought.via:
        asked.append(_entry.c.via == sought.via)
    if sought.since is not None:
        asked.append(_entry.c.at >= instant(sought.since))
    if sought.until is not None:
        asked.append(_entry.c.at < instant(sought.until + timedelta(days=1)))
    return asked


def _is_named(person: Any, typed: str) -> sa.ColumnElement[bool]:
    return sa.or_(person.c.number == typed, person.c.name.contains(typed, autoescape=True))
