"""The accounts of the console that may do something at one school."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries.console.users import Listed
from models.rules.access import Grant
from models.tables import ConsoleGrant, ConsoleUser


async def of_school(session: AsyncSession, school_id: int) -> list[Listed]:
    """Return who has a role at a school, by name, each with all that they may do anywhere."""
    here = sa.select(col(ConsoleGrant.user_id)).where(col(ConsoleGrant.school_id) == school_id)
    rows = await session.execute(
        sa.select(ConsoleUser, ConsoleGrant)
        .join(ConsoleGrant, col(ConsoleGrant.user_id) == col(ConsoleUser.id))
        .where(col(ConsoleUser.id).in_(here))
        .order_by(col(ConsoleUser.name), col(ConsoleUser.id), col(ConsoleGrant.id))
    )
    found: dict[int, tuple[ConsoleUser, list[Grant]]] = {}
    for user, grant in rows:
        grants = found.setdefault(user.id, (user, []))[1]
        grants.append(Grant(grant.role, grant.school_id, grant.scope))
    return [Listed(user, tuple(grants)) for user, grants in found.values()]


async def locked(session: AsyncSession, school_id: int, user_id: int) -> ConsoleUser | None:
    """Return an account that has a role at a school, locked; None for all others."""
    here = sa.select(sa.literal(1)).where(
        col(ConsoleGrant.user_id) == user_id, col(ConsoleGrant.school_id) == school_id
    )
    found = select(ConsoleUser).where(col(ConsoleUser.id) == user_id, here.exists())
    return (await session.execute(found.with_for_update())).scalar_one_or_none()
