"""Who gets a joining code on paper, and keeping the codes that were printed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries import audit
from models.queries.classes import current_year
from models.rules import linking
from models.tables import ChatAccount, LinkCode, Person, Placement, SchoolClass
from models.vocabulary import PersonKind


@dataclass(frozen=True, slots=True)
class Joiner:
    """A person who may get a code; staff, and pupils without a class this year, have no seat."""

    person_id: int
    kind: PersonKind
    number: str
    name: str
    class_name: str
    seat: int
    joined: bool


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who makes codes, as the audit names them: by which way, as whom, with which account."""

    via: str = ""
    person_id: int | None = None
    user_id: int | None = None


UNNAMED = Issuer()
"""Somebody at the terminal, or a person who makes a code for themselves."""


async def joiners(session: AsyncSession, school_id: int) -> list[Joiner]:
    """Return everybody who belongs to a school, by class of this year and seat; staff last."""
    place = (
        sa.select(
            col(Placement.person_id),
            col(Placement.seat),
            col(SchoolClass.grade),
            col(SchoolClass.name),
        )
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(
            col(SchoolClass.school_id) == school_id,
            col(SchoolClass.year) == current_year(school_id),
        )
        .subquery("place")
    )
    everybody = (
        sa.select(
            col(Person.id),
            col(Person.kind),
            col(Person.number),
            col(Person.name),
            sa.func.coalesce(place.c.name, ""),
            sa.func.coalesce(place.c.seat, 0),
            _has_joined().label("joined"),
        )
        .outerjoin(place, place.c.person_id == col(Person.id))
        .where(col(Person.school_id) == school_id, col(Person.departed).is_(False))
        .order_by(
            sa.case((place.c.name.is_(None), 1), else_=0),
            place.c.grade,
            place.c.name,
            place.c.seat,
            col(Person.number),
        )
    )
    return [Joiner(*row) for row in (await session.execute(everybody)).all()]


async def keep(
    session: AsyncSession,
    school_id: int,
    made: Mapping[int, str],
    *,
    pepper: bytes,
    now: datetime,
    expires_at: datetime,
    by: Issuer = UNNAMED,
) -> int:
    """Keep a new code for each person, as hashes; return how many earlier codes are void now."""
    await _lock(session, made)
    voided = await _void(session, made, now)
    rows = [
        LinkCode(
            school_id=school_id,
            person_id=person_id,
            digest=linking.digest_of(code, pepper),
            expires_at=expires_at,
        )
        for person_id, code in made.items()
    ]
    session.add_all(rows)
    await session.flush()
    facts: dict[str, Any] = {"console_user": by.user_id} if by.user_id else {}
    for row in rows:
        await audit.record(
            session,
            school_id=school_id,
            at=now,
            deed="joining_code_made",
            thing=f"link_code:{row.id}",
            person_id=row.person_id,
            actor_id=by.person_id,
            via=by.via,
            **facts,
        )
    await session.flush()
    return voided


async def open_among(session: AsyncSession, people: Collection[int], now: datetime) -> int:
    """Return how many of these people hold a code that could be used now."""
    counted = (
        sa.select(sa.func.count())
        .select_from(LinkCode)
        .where(_among(col(LinkCode.person_id), people), *_open(now))
    )
    return int((await session.execute(counted)).scalar_one())


async def open_codes(session: AsyncSession, school_id: int, now: datetime) -> int:
    """Return how many codes of a school could be used now."""
    counted = (
        sa.select(sa.func.count())
        .select_from(LinkCode)
        .where(col(LinkCode.school_id) == school_id, *_open(now))
    )
    return int((await session.execute(counted)).scalar_one())


def _has_joined() -> sa.ColumnElement[bool]:
    return sa.select(sa.literal(1)).where(col(ChatAccount.person_id) == col(Person.id)).exists()


def _open(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return col(LinkCode.used_at).is_(None), col(LinkCode.expires_at) > now


async def _lock(session: AsyncSession, people: Collection[int]) -> None:
    """Lock people in one order: two runs at once leave one open code a person."""
    found = select(Person.id).where(_among(col(Person.id), people)).order_by(col(Person.id))
    await session.execute(found.with_for_update(key_share=True))


async def _void(session: AsyncSession, people: Collection[int], now: datetime) -> int:
    """End the open codes of these people at this moment."""
    ended = await session.execute(
        sa.update(LinkCode)
        .where(_among(col(LinkCode.person_id), people), *_open(now))
        .values(expires_at=now)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def _among(column: Any, people: Collection[int]) -> sa.ColumnElement[bool]:
    """Build the condition that a column names one of these; a school is less than 32,000 people."""
    among: sa.ColumnElement[bool] = column.in_(list(people))
    return among
