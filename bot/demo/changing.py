"""What the page changes at the school: a deadline is moved in the registrar's name."""

from datetime import timedelta

from sqlmodel import col, select

from bot.demo.seed import cast
from bot.demo.stage import Stage
from models.tables import Person, Window
from scheduler.moving import Order, move_deadline

_REASON = "示範：延後截止日"


async def move_deadline_by(stage: Stage, window_id: int, days: int) -> None:
    """Move the end of a window by whole days, in the registrar's name, and tell whom it touches.

    Raises LookupError for no such window and ValueError for an end before the beginning.
    """
    async with stage.alone():
        async with stage.store.writing() as session:
            window = await session.get(Window, window_id)
            if window is None:
                raise LookupError(window_id)
            registrar = select(Person.id).where(col(Person.number) == cast.REGISTRAR.number)
            await move_deadline(
                session,
                window,
                window.closes_at + timedelta(days=days),
                now=stage.clock.now(),
                order=Order(_REASON, (await session.execute(registrar)).scalar_one_or_none()),
            )
        await stage.tick()
