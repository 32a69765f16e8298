"""Tells of a receipt window that is open already, when statements come in only now.

Planning tells whoever has a statement as the window opens. Who gets one later is told at once; of
an occasion nobody hears twice.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import planning, receipt_imports
from models.queries.planning import Announcement
from models.queries.schools import rulebook_of
from models.queries.windows import TermWindow
from models.rules.calendar import SchoolCalendar
from models.rules.reminders import Moment, all_occasions
from models.tables import School
from models.vocabulary import NoticeKind
from scheduler.planning import reminded_of


async def tell_opened(
    session: AsyncSession,
    school: School,
    found: Iterable[TermWindow],
    now: datetime,
) -> int:
    """Tell everybody who has a statement in these windows, where they are open; return how many.

    What was dropped since a statement had been taken back waits again now that it is there.
    """
    rulebook = rulebook_of(school)
    calendar = SchoolCalendar(rulebook.school_days)
    written = 0
    for window in found:
        if not window.is_open(now):
            continue
        occasions = all_occasions(reminded_of(window), rulebook.reminders, calendar)
        opened = next(each for each in occasions if each.moment is Moment.OPENED)
        saying = Announcement(
            kind=NoticeKind.RECEIPT_OPENED,
            occasion=opened.key,
            due_at=now,
            deadline_at=window.closes_at,
            required=True,
        )
        await receipt_imports.take_up_again(session, window, opened.key)
        written += await planning.announce(session, window, saying, now=now)
    return written
