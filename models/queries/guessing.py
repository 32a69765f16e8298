"""Counts wrong joining codes in the database, so that every process counts the same."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.errors import JoiningPaused
from models.queries import notices, pupils
from models.rules.guessing import A_CHAT, A_SCHOOL, Limit
from models.tables import ChatAccount, School, WrongCode
from models.vocabulary import NoticeKind

_KEPT_FOR = timedelta(days=1)


async def check_may_try(session: AsyncSession, account: ChatAccount, now: datetime) -> None:
    """Let one chat of a school at a time try a code; raises JoiningPaused during a pause.

    The school's row stays locked until the end of the transaction: no two tries count as one.
    """
    await session.execute(
        select(School.id).where(col(School.id) == account.school_id).with_for_update(key_share=True)
    )
    paused = await pause(session, account, now)
    if paused is not None:
        raise paused


async def pause(session: AsyncSession, account: ChatAccount, now: datetime) -> JoiningPaused | None:
    """Return the pause of this chat or of its whole school, the longer of the two."""
    chat = A_CHAT.paused_until(
        await _wrong(session, col(WrongCode.account_id) == account.id, A_CHAT, now), now
    )
    school = await paused_at_school(session, account.school_id, now)
    if school is not None and (chat is None or school >= chat):
        return JoiningPaused(school, at_school=True)
    return JoiningPaused(chat, at_school=False) if chat is not None else None


async def paused_at_school(session: AsyncSession, school_id: int, now: datetime) -> datetime | None:
    """Return until when nobody of a school can join, or None."""
    wrong = await _wrong(session, col(WrongCode.school_id) == school_id, A_SCHOOL, now)
    return A_SCHOOL.paused_until(wrong, now)


async def note_wrong(
    session: AsyncSession, account: ChatAccount, now: datetime
) -> JoiningPaused | None:
    """Count a wrong code, and return the pause that it brings; forgets those of days ago."""
    await session.execute(
        sa.delete(WrongCode).where(
            col(WrongCode.school_id) == account.school_id,
            col(WrongCode.typed_at) < now - _KEPT_FOR,
        )
    )
    session.add(WrongCode(school_id=account.school_id, account_id=account.id, typed_at=now))
    await session.flush()
    return await pause(session, account, now)


async def tell_registrars(
    session: AsyncSession, school_id: int, until: datetime, now: datetime
) -> None:
    """Tell the registrars that joining is paused until an instant, once for each pause."""
    for person_id in await pupils.registrars(session, school_id):
        await notices.tell(
            session,
            school_id=school_id,
            person_id=person_id,
            kind=NoticeKind.JOINING_PAUSED,
            occasion=f"joining-paused/{until.isoformat(timespec='minutes')}",
            now=now,
            facts={"until": until.isoformat()},
            required=True,
        )


async def _wrong(
    session: AsyncSession, whose: sa.ColumnElement[bool], limit: Limit, now: datetime
) -> list[datetime]:
    """Return the newest wrong codes that may have brought a pause, no more than a limit allows."""
    newest = (
        sa.select(col(WrongCode.typed_at))
        .where(whose, col(WrongCode.typed_at) > now - 2 * limit.within)
        .order_by(col(WrongCode.typed_at).desc())
        .limit(limit.tries)
    )
    return list((await session.execute(newest)).scalars())
