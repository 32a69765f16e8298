"""Loads schools, their rulebooks, and how their bots sign in."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.rulebooks import Rulebook, load
from models.tables import ChannelCredential, School


@dataclass(frozen=True, slots=True)
class Sealed:
    """A school's credentials for one channel as they are stored: encrypted."""

    school_id: int
    code: str
    secret: bytes
    token: bytes


async def by_code(session: AsyncSession, code: str) -> School | None:
    """Return the school with this code, or None."""
    return (
        await session.execute(select(School).where(col(School.code) == code))
    ).scalar_one_or_none()


async def credentials(session: AsyncSession, channel: str) -> dict[str, Sealed]:
    """Return every school's sealed credentials for a channel, by school code."""
    rows = await session.execute(
        select(School.id, School.code, ChannelCredential.secret, ChannelCredential.token)
        .join(ChannelCredential, col(ChannelCredential.school_id) == col(School.id))
        .where(col(ChannelCredential.channel) == channel)
    )
    return {row.code: Sealed(*row) for row in rows}


async def basic_id(session: AsyncSession, school_id: int, channel: str) -> str:
    """Return the ID by which people find a school's account, such as `@bell`; "" if not known."""
    known = select(ChannelCredential.basic_id).where(
        col(ChannelCredential.school_id) == school_id, col(ChannelCredential.channel) == channel
    )
    return (await session.execute(known)).scalar_one_or_none() or ""


async def basic_ids(session: AsyncSession, school_id: int) -> dict[str, str]:
    """Return the IDs by which people find a school's accounts, by channel; "" if not known yet."""
    rows = await session.execute(
        select(ChannelCredential.channel, ChannelCredential.basic_id).where(
            col(ChannelCredential.school_id) == school_id
        )
    )
    return {row.channel: row.basic_id for row in rows}


async def known_as(session: AsyncSession, school_id: int) -> dict[str, str]:
    """Return by channel the ID by which people find a school's account there; "" if not known."""
    rows = await session.execute(
        select(ChannelCredential.channel, ChannelCredential.basic_id)
        .where(col(ChannelCredential.school_id) == school_id)
        .order_by(col(ChannelCredential.id))
    )
    return dict(rows.all())


def rulebook_of(school: School) -> Rulebook:
    """Return a school's rules; the text is read once and kept, for as long as it stays the same."""
    return read_rulebook(school.rulebook, school.code)


@lru_cache(maxsize=1024)
def read_rulebook(text: str, code: str) -> Rulebook:
    """Return the rules that a text says; read once and kept. Raises RulebookError."""
    return load(text, name=code)
