"""Says at once what planning has passed by: a receipt window that opened, or closed, in the past.

Planning tells of both as they come. Statements that come in later, and an end that is moved to
before now, change what has been; of one occasion nobody hears twice all the same.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import moves, planning
from models.queries.planning import Announcement
from models.queries.schools import rulebook_of
from models.queries.windows import TermWindow
from models.rules.calendar import SchoolCalendar
from models.rules.reminders import Moment, all_occasions
from models.tables import School
from models.vocabulary import Silence
from scheduler.planning import kind_of, reminded_of


async def tell_opened(
    session: AsyncSession, school: School, found: Iterable[TermWindow], now: datetime
) -> int:
    """Tell everybody who has a statement in these windows, where they are open; return how many.

    What was dropped since a statement had been taken back waits again now that it is there.
    """
    return sum(
        [
            await _tell(session, school, window, now, Moment.OPENED, dropped_for=Silence.DECIDED)
            for window in found
            if window.is_open(now)
        ]
    )


async def tell_closed(
    session: AsyncSession, school: School, found: TermWindow, now: datetime
) -> int:
    """Tell everybody who kept silent that a receipt window is over; return how many.

    An end that was moved away and has come back is told as well.
    """
    return await _tell(
        session, school, found, now, Moment.CLOSED, dropped_for=Silence.DEADLINE_MOVED
    )


async def _tell(
    session: AsyncSession,
    school: School,
    found: TermWindow,
    now: datetime,
    moment: Moment,
    *,
    dropped_for: Silence,
) -> int:
    rulebook = rulebook_of(school)
    calendar = SchoolCalendar(rulebook.school_days)
    every = all_occasions(reminded_of(found), rulebook.reminders, calendar)
    occasion = next(each for each in every if each.moment is moment)
    saying = Announcement(
        kind=kind_of(found.stage, moment),
        occasion=occasion.key,
        due_at=now,
        deadline_at=None if moment is Moment.CLOSED else found.closes_at,
        required=True,
    )
    await moves.take_up_again(session, found, occasion.key, dropped_for, now)
    return await planning.announce(session, found, saying, now=now)
