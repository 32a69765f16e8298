"""Tells the office that something waits for it: on the next school morning, once a day at most."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.context import Context
from models.queries import notices, pupils
from models.rulebooks import Rulebook
from models.rules.answering import owner_reminded_at
from models.rules.calendar import SchoolCalendar
from models.rules.reminders import next_morning
from models.rules.taipei import day_of
from models.vocabulary import NoticeKind


async def tell_office(context: Context) -> None:
    """Write a digest for each registrar of the school of a tap."""
    await tell_office_of(context.session, context.school.id, context.rulebook, context.now)


async def tell_office_of(
    session: AsyncSession, school_id: int, rulebook: Rulebook, now: datetime
) -> None:
    """Write a digest for each registrar, unless one is due that morning; it counts when it leaves.

    A message for each query or question would bury them: what waits is one message a morning. The
    school morning before its last day has one too, which is left out where nothing waits any more.
    """
    calendar = SchoolCalendar(rulebook.school_days)
    due_at = next_morning(rulebook.reminders, calendar, now)
    again_at = max(due_at, owner_reminded_at(rulebook, now))
    for registrar_id in await pupils.registrars(session, school_id):
        await tell_on(session, school_id, registrar_id, due_at, now)
        await tell_on(session, school_id, registrar_id, again_at, now)


async def tell_on(
    session: AsyncSession, school_id: int, person_id: int, due_at: datetime, now: datetime
) -> None:
    """Write a digest for one person on a morning, unless they have one then."""
    await notices.tell(
        session,
        school_id=school_id,
        person_id=person_id,
        kind=NoticeKind.OFFICE_DIGEST,
        occasion=f"office-digest/{day_of(due_at)}",
        now=now,
        due_at=due_at,
    )
