"""Loads what surrounds one person's messages: their chats, their wishes, and what they did."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import extensions, standing
from models.queries.windows import TermWindow
from models.tables import AuditEntry, ChatAccount, Mute, Person
from models.vocabulary import NoticeKind


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a person did, or that was done for them, as the audit has it."""

    at: datetime
    deed: str
    via: str
    actor_id: int | None
    actor: str | None
    clause: str


async def chats(session: AsyncSession, person_id: int) -> Sequence[ChatAccount]:
    """Return a person's chats, the one linked first first."""
    found = (
        sa.select(ChatAccount)
        .where(col(ChatAccount.person_id) == person_id)
        .order_by(col(ChatAccount.linked_at), col(ChatAccount.id))
    )
    return (await session.execute(found)).scalars().all()


async def muted(session: AsyncSession, person_id: int) -> Sequence[tuple[NoticeKind, datetime]]:
    """Return which reminders a person has switched off, and when."""
    found: Any = await session.execute(
        sa.select(col(Mute.kind), col(Mute.muted_at))
        .where(col(Mute.person_id) == person_id)
        .order_by(col(Mute.muted_at))
    )
    return [(kind, at) for kind, at in found]


async def left_in(
    session: AsyncSession, windows: Collection[TermWindow], person_id: int
) -> dict[int, bool]:
    """Return for the windows that concern a person whether they have something left there."""
    if not windows:
        return {}
    person = sa.literal(person_id)
    columns = [
        part
        for each in windows
        for part in (
            standing.is_concerned(each.window, each.term, person),
            standing.has_left(each.window, each.term, person),
        )
    ]
    row = (await session.execute(sa.select(*columns))).one()
    pairs = zip(windows, row[::2], row[1::2], strict=True)
    return {each.id: bool(left) for each, concerned, left in pairs if concerned}


async def own_ends(session: AsyncSession, school_id: int, person_id: int) -> dict[int, datetime]:
    """Return the ends of windows that only this person has."""
    granted = await extensions.of_school(session, school_id, [person_id])
    return {window_id: closes_at for (_, window_id), closes_at in granted.items()}


async def deeds(
    session: AsyncSession,
    school_id: int,
    person_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int,
) -> list[Deed]:
    """Return what a person did and what was done for them in a span, the newest first."""
    found = (
        sa.select(
            col(AuditEntry.at),
            col(AuditEntry.deed),
            col(AuditEntry.via),
            col(AuditEntry.actor_id),
            col(Person.name),
            col(AuditEntry.clause),
        )
        .outerjoin(Person, col(Person.id) == col(AuditEntry.actor_id))
        .where(
            col(AuditEntry.school_id) == school_id,
            (col(AuditEntry.actor_id) == person_id) | (col(AuditEntry.person_id) == person_id),
            sa.true() if since is None else col(AuditEntry.at) >= since,
            sa.true() if until is None else col(AuditEntry.at) < until,
        )
        .order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
        .limit(limit)
    )
    return [Deed(*row) for row in await session.execute(found)]
