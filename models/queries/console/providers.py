"""The schools' own sign-ins: which there are, and how each is spoken to."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.tables import IdentityProvider, School


@dataclass(frozen=True, slots=True)
class Offered:
    """A school whose people may sign in with the school's own account."""

    school_code: str
    school_name: str
    label: str


async def offered(session: AsyncSession) -> Sequence[Offered]:
    """Return the schools that have a sign-in of their own, by code."""
    rows = await session.execute(
        sa.select(col(School.code), col(School.name), col(IdentityProvider.label))
        .join(IdentityProvider, col(IdentityProvider.school_id) == col(School.id))
        .order_by(col(School.code))
    )
    return [Offered(*row) for row in rows]


async def of_school(session: AsyncSession, code: str) -> IdentityProvider | None:
    """Return a school's sign-in, None where it has none of its own."""
    asked = (
        select(IdentityProvider)
        .join(School, col(School.id) == col(IdentityProvider.school_id))
        .where(col(School.code) == code)
    )
    return (await session.execute(asked)).scalar_one_or_none()
