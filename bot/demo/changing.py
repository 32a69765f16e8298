"""What the page changes at the school: a deadline is moved, somebody gets a phone."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.demo.seed import cast
from bot.demo.seed.chats import address_of
from bot.demo.stage import Stage
from bot.demo.views.people import user_ids
from models.queries import linking
from models.tables import Person, Window
from scheduler.moving import move_deadline

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
                reason=_REASON,
                actor_id=(await session.execute(registrar)).scalar_one_or_none(),
            )
        await stage.tick()


async def put_on_phone(stage: Stage, person_id: int) -> dict[str, Any]:
    """Give somebody LINE; who is not linked yet also gets a joining code."""
    async with stage.store.writing() as session:
        chats = await user_ids(session, [person_id])
        if person_id in chats:
            return {"userId": chats[person_id], "linked": True, "code": None}
        person = await session.get_one(Person, person_id)
        name, user_id = person.name, address_of(person.number)
        code = await linking.issue(
            session, person, stage.clock.now(), stage.installation.vault.pepper
        )
    if user_id not in stage.world.users:
        stage.world.add_user(user_id, name)
    return {"userId": user_id, "linked": False, "code": code}
