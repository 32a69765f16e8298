"""What old data of the platform means for reminders: the office hears of it, fresh data ends it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import freshness, notices, preferences, pupils, windows
from models.queries.planning import Announcement
from models.queries.schools import rulebook_of
from models.queries.windows import TermWindow
from models.rulebooks import Rulebook
from models.rules.freshness import is_stale
from models.tables import School
from models.vocabulary import NoticeKind


async def tell_office(
    session: AsyncSession, found: TermWindow, saying: Announcement, fresh_days: int, now: datetime
) -> None:
    """Tell the registrars that reminders were held back: once for each window and age of data."""
    withheld = await freshness.count_withheld(session, found.window.school_id, saying.occasion)
    if saying.imported_at is not None and withheld:
        at = saying.imported_at
        await _tell(session, found, at, withheld=withheld, fresh_days=fresh_days, now=now)


async def withhold(
    session: AsyncSession,
    school_id: int,
    rulebook: Rulebook,
    data_at: datetime | None,
    now: datetime,
) -> None:
    """Hold back what became old while it waited, and tell the registrars as above."""
    days = rulebook.fresh_days
    if data_at is None or days is None or not is_stale(data_at, days, now):
        return
    for window_id, withheld in (await freshness.silence_stale(session, school_id, now)).items():
        found = await windows.by_id(session, school_id, window_id)
        if found is not None:
            await _tell(session, found, data_at, withheld=withheld, fresh_days=days, now=now)


async def _tell(
    session: AsyncSession,
    found: TermWindow,
    data_at: datetime,
    *,
    withheld: int,
    fresh_days: int,
    now: datetime,
) -> None:
    school_id = found.window.school_id
    for person_id in await pupils.registrars(session, school_id):
        await notices.tell(
            session,
            school_id=school_id,
            person_id=person_id,
            kind=NoticeKind.DATA_STALE,
            occasion=f"data-stale/{found.id}/{data_at.isoformat(timespec='minutes')}",
            now=now,
            window_id=found.id,
            deadline_at=found.closes_at,
            facts={"data_at": data_at.isoformat(), "limit": fresh_days, "withheld": withheld},
        )


async def release(session: AsyncSession, school: School, now: datetime) -> int:
    """After an import let what was held back wait again, if the data is fresh; return how many."""
    data_at = await preferences.imported_at(session, school.id)
    if is_stale(data_at, rulebook_of(school).fresh_days, now):
        return 0
    found = await windows.of_school(session, school.id)
    return sum([await freshness.release(session, each, now) for each in found])
