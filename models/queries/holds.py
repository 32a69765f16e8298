"""The hold: while it is on nothing is sent unasked, in one school or in the whole installation.

Answers to taps go on, and so does planning; bundling and sending wait. After a restore the hold
also says that messages may have left of which the database knows nothing (decision 0023).
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import audit
from models.tables import School, Setting

_KEY, _RESTORED = "hold", "restored_at"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why nothing is sent, who wanted it so, and since when; of all schools without `school_id`.

    `restored` says that the database was put back: what fell due until `at` may have been told.
    """

    at: datetime
    reason: str
    by: str
    restored: bool = False
    school_id: int | None = None


_HOLDS = sa.select(col(Setting.school_id), col(Setting.value)).where(col(Setting.key) == _KEY)
_ALL = _HOLDS.order_by(col(Setting.id))
_STANDING = _ALL.where(
    sa.or_(col(Setting.school_id).is_(None), col(Setting.school_id) == sa.bindparam("school"))
)
IS_ON = _STANDING.order_by(None).exists()
"""The condition that a `school`'s messages are held up."""
_RESTORED_AT = sa.select(col(Setting.value)).where(
    col(Setting.school_id).is_(None), col(Setting.key) == _RESTORED
)


async def standing(session: AsyncSession, school_id: int) -> Hold | None:
    """Return what holds up a school's messages, or None where they may leave."""
    row = (await session.execute(_STANDING, {"school": school_id})).first()
    return None if row is None else _hold(*row)


async def every(session: AsyncSession) -> list[Hold]:
    """Return every hold that is on."""
    return [_hold(*row) for row in await session.execute(_ALL)]


async def on(session: AsyncSession, school_id: int | None) -> Hold | None:
    """Return the hold of exactly this school, or of the installation where it is None."""
    return next((each for each in await every(session) if each.school_id == school_id), None)


async def put_on(session: AsyncSession, hold: Hold, *, via: str) -> Hold:
    """Stop all sending, and enter it into the audit of every school concerned; return what is on.

    After a restore the doubt stays until somebody has released it.
    """
    before = await on(session, hold.school_id)
    if before is not None and before.restored and not hold.restored:
        hold = replace(hold, restored=True, at=before.at)
    await _take_off(session, hold.school_id)
    data = {**asdict(hold), "at": hold.at.isoformat()}
    del data["school_id"]
    session.add(Setting(school_id=hold.school_id, key=_KEY, value=orjson.dumps(data).decode()))
    if hold.restored:
        await _note_restored(session, hold.at)
    await _audit(session, hold, "sending_held", hold.at, via=via)
    return hold


async def take_off(session: AsyncSession, hold: Hold, by: str, now: datetime, *, via: str) -> None:
    """Let messages leave again, and enter it into the audit of every school concerned."""
    await _take_off(session, hold.school_id)
    await _audit(session, replace(hold, by=by), "sending_released", now, via=via)


async def restored_at(session: AsyncSession) -> str:
    """Return when the database was last put back, as a word for retry keys; "" if never.

    Ids come again after a restore, and with them occasions: a key that the lost time has used
    would have a channel take another message for one that it has.
    """
    return (await session.execute(_RESTORED_AT)).scalar_one_or_none() or ""


def _hold(school_id: int | None, value: str) -> Hold:
    data = orjson.loads(value)
    return Hold(**{**data, "at": datetime.fromisoformat(data["at"])}, school_id=school_id)


async def _take_off(session: AsyncSession, school_id: int | None) -> None:
    mine = col(Setting.school_id).is_not_distinct_from(school_id)
    await session.execute(sa.delete(Setting).where(mine, col(Setting.key) == _KEY))


async def _note_restored(session: AsyncSession, at: datetime) -> None:
    await session.execute(
        sa.delete(Setting).where(col(Setting.school_id).is_(None), col(Setting.key) == _RESTORED)
    )
    session.add(Setting(key=_RESTORED, value=at.isoformat()))


async def _audit(session: AsyncSession, hold: Hold, deed: str, at: datetime, *, via: str) -> None:
    concerned = sa.select(col(School.id)).order_by(col(School.id))
    if hold.school_id is not None:
        concerned = concerned.where(col(School.id) == hold.school_id)
    for school_id in (await session.scalars(concerned)).all():
        await audit.record(
            session,
            school_id=school_id,
            at=at,
            deed=deed,
            via=via,
            reason=hold.reason,
            by=hold.by,
            restored=hold.restored,
        )
