"""Loads who joined, and who joined again: from the audit, newest first."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import AuditEntry, ChatAccount, Person, Placement
from models.vocabulary import PersonKind

LINKED = "linked"
"""The deed under which a joining stands in the audit."""


@dataclass(frozen=True, slots=True)
class Joining:
    """A person's chat was linked; `again` where they had been linked before. Staff have no seat."""

    name: str
    seat: int
    at: datetime
    again: bool


@dataclass(frozen=True, slots=True)
class Joinings:
    """The joinings of some people, the newest first, and how many of them are linked now."""

    newest: list[Joining]
    joined: int
    people: int


async def of_class(session: AsyncSession, class_id: int) -> Joinings:
    """Return the joinings of a class."""
    placed = sa.select(col(Placement.person_id), col(Placement.seat)).where(
        col(Placement.class_id) == class_id
    )
    return await _joinings(session, placed)


async def of_staff(session: AsyncSession, school_id: int) -> Joinings:
    """Return the joinings of a school's staff."""
    staff: sa.Select[int, int] = sa.select(
        col(Person.id).label("person_id"), sa.literal(0).label("seat")
    ).where(col(Person.school_id) == school_id, col(Person.kind) == PersonKind.STAFF)
    return await _joinings(session, staff)


async def has_joined_before(session: AsyncSession, person_id: int) -> bool:
    """Say whether a person was ever linked with a code."""
    before = sa.select(sa.literal(1)).where(
        col(AuditEntry.person_id) == person_id, col(AuditEntry.deed) == LINKED
    )
    return (await session.execute(before.limit(1))).first() is not None


async def _joinings(session: AsyncSession, people: sa.Select[int, int]) -> Joinings:
    who = people.subquery("who")
    listed = (
        sa.select(col(Person.name), who.c.seat, col(AuditEntry.at), col(AuditEntry.facts))
        .join(who, who.c.person_id == col(AuditEntry.person_id))
        .join(Person, col(Person.id) == col(AuditEntry.person_id))
        .where(col(AuditEntry.deed) == LINKED)
        .order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
    )
    newest = [
        Joining(name, seat, at, bool(facts.get("again")))
        for name, seat, at, facts in (await session.execute(listed)).all()
    ]
    linked = sa.select(sa.literal(1)).where(col(ChatAccount.person_id) == who.c.person_id).exists()
    counted = (
        sa.select(sa.func.count(), sa.func.sum(sa.case((linked, 1), else_=0)))
        .select_from(who)
        .join(Person, col(Person.id) == who.c.person_id)
        .where(col(Person.departed).is_(False))
    )
    whole, joined = (await session.execute(counted)).one()
    return Joinings(newest, joined or 0, whole)
