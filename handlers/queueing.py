"""Tells the office that something waits for it: on the next school morning, once a day at most."""

from handlers.context import Context
from models.queries import notices, pupils
from models.rules.calendar import SchoolCalendar
from models.rules.reminders import next_morning
from models.rules.taipei import day_of
from models.vocabulary import NoticeKind


async def tell_office(context: Context) -> None:
    """Write a digest for each registrar, unless one is due that morning; it counts when it leaves.

    A message for each query or question would bury them: what waits is one message a morning.
    """
    rulebook = context.rulebook
    calendar = SchoolCalendar(rulebook.school_days)
    due_at = next_morning(rulebook.reminders, calendar, context.now)
    for registrar_id in await pupils.registrars(context.session, context.school.id):
        await notices.tell(
            context.session,
            school_id=context.school.id,
            person_id=registrar_id,
            kind=NoticeKind.OFFICE_DIGEST,
            occasion=f"office-digest/{day_of(due_at)}",
            now=context.now,
            due_at=due_at,
        )
