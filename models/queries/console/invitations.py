"""One-time links to choose a password, and codes that stand in for a second factor."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.rules.signing_in import INVITED_FOR
from models.tables import ConsoleInvitation, ConsoleUser, RecoveryCode


async def invited(session: AsyncSession, user_id: int, digest: str, now: datetime) -> None:
    """Keep a new link; earlier ones of the same user work no more."""
    await session.execute(
        sa.delete(ConsoleInvitation).where(col(ConsoleInvitation.user_id) == user_id)
    )
    session.add(ConsoleInvitation(user_id=user_id, digest=digest, expires_at=now + INVITED_FOR))


async def user_of(session: AsyncSession, digest: str, now: datetime) -> ConsoleUser | None:
    """Return whom an open link is for."""
    asked = (
        select(ConsoleUser)
        .join(ConsoleInvitation, col(ConsoleInvitation.user_id) == col(ConsoleUser.id))
        .where(*_open(digest, now), col(ConsoleUser.disabled_at).is_(None))
    )
    return (await session.execute(asked)).scalar_one_or_none()


async def used(session: AsyncSession, digest: str, now: datetime) -> bool:
    """Use a link up; return whether it was still open: of two at once one wins."""
    taken = await session.execute(
        sa.update(ConsoleInvitation).where(*_open(digest, now)).values(used_at=now)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


async def keep_codes(session: AsyncSession, user_id: int, digests: Iterable[str]) -> None:
    """Keep a user's recovery codes; earlier ones work no more."""
    await session.execute(sa.delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    session.add_all(RecoveryCode(user_id=user_id, digest=each) for each in digests)


async def code_used(session: AsyncSession, user_id: int, digest: str, now: datetime) -> bool:
    """Use up a recovery code; return whether it was one."""
    taken = await session.execute(
        sa.update(RecoveryCode)
        .where(
            col(RecoveryCode.user_id) == user_id,
            col(RecoveryCode.digest) == digest,
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=now)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _open(digest: str, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(ConsoleInvitation.digest) == digest,
        col(ConsoleInvitation.used_at).is_(None),
        col(ConsoleInvitation.expires_at) > now,
    )
