"""Sessions of the console: opened at signing in, found by their token, ended for good."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.console.users import grants_of
from models.rules.access import Grant
from models.rules.signing_in import LONGEST, is_over
from models.tables import ConsoleSession, ConsoleUser

_NOTED_EVERY = timedelta(minutes=1)
_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Signed:
    """A browser that is signed in: who sits there, and whether they gave the second factor."""

    user: ConsoleUser
    via: str
    confirmed: bool
    grants: tuple[Grant, ...]
    seen_at: datetime

    def is_worth_noting(self, now: datetime) -> bool:
        """Say whether this click is to be written down: to the minute is enough."""
        return now - self.seen_at >= _NOTED_EVERY


async def found(session: AsyncSession, digest: str, now: datetime) -> Signed | None:
    """Return whose session a token opens; None where it is over, or they are shut out."""
    asked = (
        sa.select(ConsoleSession, ConsoleUser)
        .join(ConsoleUser, col(ConsoleUser.id) == col(ConsoleSession.user_id))
        .where(col(ConsoleSession.digest) == digest, col(ConsoleUser.disabled_at).is_(None))
    )
    row = (await session.execute(asked)).one_or_none()
    if row is None:
        return None
    open_, user = row
    if is_over(open_.seen_at, open_.ends_at, now):
        return None
    grants = await grants_of(session, user.id)
    return Signed(user, open_.via, open_.confirmed, grants, open_.seen_at)


async def opened(
    session: AsyncSession, user_id: int, digest: str, via: str, now: datetime, *, confirmed: bool
) -> None:
    """Open a session; forgets those that ended a day ago."""
    await session.execute(
        sa.delete(ConsoleSession).where(col(ConsoleSession.ends_at) < now - _KEPT_FOR)
    )
    session.add(
        ConsoleSession(
            user_id=user_id,
            digest=digest,
            via=via,
            confirmed=confirmed,
            created_at=now,
            seen_at=now,
            ends_at=now + LONGEST,
        )
    )


async def note_click(session: AsyncSession, digest: str, now: datetime) -> None:
    """Note that somebody clicked, so that the session goes on."""
    mine = sa.update(ConsoleSession).where(col(ConsoleSession.digest) == digest)
    await session.execute(mine.values(seen_at=now))


async def ended(session: AsyncSession, digest: str) -> None:
    """End a session."""
    await session.execute(sa.delete(ConsoleSession).where(col(ConsoleSession.digest) == digest))
