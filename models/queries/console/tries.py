"""Failed tries to sign in, counted in the database so that every process counts the same."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.rules.guessing import Limit
from models.rules.signing_in import A_NAME, AN_ADDRESS
from models.tables import FailedSignIn

_KEPT_FOR = timedelta(days=1)


async def paused_until(
    session: AsyncSession, name: str, address: str, now: datetime
) -> datetime | None:
    """Return until when nobody can sign in under this name, or from this address; None is now."""
    ends = [
        await _pause(session, col(FailedSignIn.name) == name, A_NAME, now),
        await _pause(session, col(FailedSignIn.address) == address, AN_ADDRESS, now),
    ]
    return max((each for each in ends if each is not None), default=None)


async def note(session: AsyncSession, name: str, address: str, now: datetime) -> None:
    """Count a failed try; forgets those of days ago."""
    await session.execute(sa.delete(FailedSignIn).where(col(FailedSignIn.at) < now - _KEPT_FOR))
    session.add(FailedSignIn(name=name, address=address, at=now))


async def forget(session: AsyncSession, name: str) -> None:
    """Count the tries under a name no more: somebody knew the password and the code."""
    await session.execute(sa.delete(FailedSignIn).where(col(FailedSignIn.name) == name))


async def _pause(
    session: AsyncSession, whose: sa.ColumnElement[bool], limit: Limit, now: datetime
) -> datetime | None:
    newest = (
        sa.select(col(FailedSignIn.at))
        .where(whose, col(FailedSignIn.at) > now - 2 * limit.within)
        .order_by(col(FailedSignIn.at).desc())
        .limit(limit.tries)
    )
    return limit.paused_until(list((await session.execute(newest)).scalars()), now)
