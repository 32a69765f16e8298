"""What the page changes at the school: a deadline is moved in the registrar's name."""

from datetime import timedelta

from sqlmodel import col, select

from bot.demo.seed import cast
from bot.demo.stage import Stage
from models.queries import windows
from models.queries.schools import rulebook_of
from models.tables import Person, School, Window
from scheduler.moving import Order
from scheduler.redating import with_deadline
from scheduler.taking_over import TimetableRefused, take_over

_REASON = "示範：延後截止日"


async def move_deadline_by(stage: Stage, window_id: int, days: int) -> None:
    """Move the end of a window by whole days, in the registrar's name, and tell whom it touches.

    It is written into the rulebook, as the console does it. Raises LookupError for no such window
    and ValueError for an end that the law forbids, or before the beginning.
    """
    async with stage.alone():
        async with stage.store.writing() as session:
            row = await session.get(Window, window_id)
            window = await windows.by_id(session, row.school_id, window_id) if row else None
            if window is None:
                raise LookupError(window_id)
            school = await session.get_one(School, window.window.school_id)
            until = window.closes_at + timedelta(days=days)
            text = with_deadline(school.rulebook, rulebook_of(school), window, until)
            registrar = select(Person.id).where(col(Person.number) == cast.REGISTRAR.number)
            by_id = (await session.execute(registrar)).scalar_one_or_none()
            try:
                await take_over(
                    session, school, text, stage.clock.now(), order=Order(_REASON, by_id)
                )
            except TimetableRefused as refusal:
                raise ValueError(str(refusal.findings[0].fault)) from None
        await stage.tick()
