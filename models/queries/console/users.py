"""The people of the console: found by what they sign in with, with their roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries import audit
from models.rules.access import Grant
from models.rules.signing_in import as_typed
from models.tables import ConsoleGrant, ConsoleSession, ConsoleUser, School
from models.vocabulary import ConsoleRole


@dataclass(frozen=True, slots=True)
class Listed:
    """One user with their roles, as a list of users shows them."""

    user: ConsoleUser
    grants: tuple[Grant, ...]


async def by_name(session: AsyncSession, typed: str) -> ConsoleUser | None:
    """Return who signs in under this name, whatever its case; also who is shut out."""
    found = select(ConsoleUser).where(col(ConsoleUser.sign_in) == as_typed(typed))
    return (await session.execute(found)).scalar_one_or_none()


async def grants_of(session: AsyncSession, user_id: int) -> tuple[Grant, ...]:
    """Return the roles of a user."""
    rows = await session.execute(
        sa.select(col(ConsoleGrant.role), col(ConsoleGrant.school_id), col(ConsoleGrant.scope))
        .where(col(ConsoleGrant.user_id) == user_id)
        .order_by(col(ConsoleGrant.id))
    )
    return tuple(Grant(*row) for row in rows)


async def nobody_yet(session: AsyncSession) -> bool:
    """Say whether nobody could sign in as an administrator: a new installation."""
    able = (
        sa.select(sa.literal(1))
        .select_from(ConsoleGrant)
        .join(ConsoleUser, col(ConsoleUser.id) == col(ConsoleGrant.user_id))
        .where(
            col(ConsoleGrant.role) == ConsoleRole.ADMINISTRATOR,
            col(ConsoleUser.password).is_not(None),
            col(ConsoleUser.disabled_at).is_(None),
        )
    )
    return (await session.execute(able.limit(1))).first() is None


async def added(
    session: AsyncSession, sign_in: str, name: str, now: datetime, grants: Sequence[Grant]
) -> ConsoleUser:
    """Add a user with roles; whoever is known by this name keeps what they have and gets these."""
    user = await by_name(session, sign_in)
    if user is None:
        user = ConsoleUser(sign_in=as_typed(sign_in), name=name, created_at=now)
        session.add(user)
        await session.flush()
    known = set(await grants_of(session, user.id))
    session.add_all(
        ConsoleGrant(
            user_id=user.id,
            school_id=each.school_id,
            role=each.role,
            scope=each.scope,
            granted_at=now,
        )
        for each in grants
        if each not in known
    )
    await session.flush()
    return user


async def all_listed(session: AsyncSession) -> list[Listed]:
    """Return every user with their roles, by name."""
    users = (
        await session.execute(select(ConsoleUser).order_by(col(ConsoleUser.sign_in)))
    ).scalars()
    rows = await session.execute(
        sa.select(
            col(ConsoleGrant.user_id),
            col(ConsoleGrant.role),
            col(ConsoleGrant.school_id),
            col(ConsoleGrant.scope),
        ).order_by(col(ConsoleGrant.id))
    )
    grants: dict[int, list[Grant]] = {}
    for user_id, role, school_id, scope in rows:
        grants.setdefault(user_id, []).append(Grant(role, school_id, scope))
    return [Listed(each, tuple(grants.get(each.id, ()))) for each in users]


async def withdraw(session: AsyncSession, user_id: int, grant: Grant) -> bool:
    """Take a role from a user; return whether they had it."""
    taken = await session.execute(
        sa.delete(ConsoleGrant).where(
            col(ConsoleGrant.user_id) == user_id,
            col(ConsoleGrant.role) == grant.role,
            col(ConsoleGrant.school_id).is_not_distinct_from(grant.school_id),
            col(ConsoleGrant.scope) == grant.scope,
        )
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


async def sign_out_everywhere(session: AsyncSession, user_id: int) -> None:
    """End every session of a user: what they may do has changed."""
    await session.execute(sa.delete(ConsoleSession).where(col(ConsoleSession.user_id) == user_id))


async def schools_of(session: AsyncSession, grants: Sequence[Grant]) -> list[School]:
    """Return the schools whose data these grants let somebody see, by code."""
    at_school = [each for each in grants if each.role is not ConsoleRole.ADMINISTRATOR]
    asked = select(School).order_by(col(School.code))
    if all(each.school_id is not None for each in at_school):
        asked = asked.where(col(School.id).in_([each.school_id for each in at_school]))
    return list((await session.execute(asked)).scalars())


async def record_change(
    session: AsyncSession,
    user_id: int,
    deed: str,
    *,
    at: datetime,
    via: str,
    grant: Grant | None = None,
    by: ConsoleUser | None = None,
) -> None:
    """Audit a change of an account at the schools that it concerns.

    What reaches over all schools concerns each. `by` is who did it, None for the terminal.
    """
    facts: dict[str, Any] = {"role": grant.role.value, "scope": grant.scope} if grant else {}
    if by is not None:
        facts["console_user"] = by.id
    for school_id in await _concerned(session, grant):
        await audit.record(
            session,
            school_id=school_id,
            at=at,
            actor_id=by.person_id if by else None,
            deed=deed,
            thing=f"console_user:{user_id}",
            via=via,
            **facts,
        )


async def _concerned(session: AsyncSession, grant: Grant | None) -> list[int]:
    if grant is not None and grant.school_id is not None:
        return [grant.school_id]
    return list((await session.scalars(sa.select(col(School.id)).order_by(col(School.id)))).all())
