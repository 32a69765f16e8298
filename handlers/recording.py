"""Writes the audit entry of a tap: who asks, when and how stand in the context."""

from typing import Any

from handlers.context import Context
from models.queries import audit
from models.tables import Person


async def record(
    context: Context,
    deed: str,
    thing: str,
    *,
    person_id: int | None = None,
    by: Person | None = None,
    clause: str = "",
    **facts: Any,
) -> None:
    """Write that the person of the context did something to a thing such as "course_outcome:12".

    `person_id` is whom it is about, where that is somebody else; `by` is who did it, where the
    account was nobody's until now. No names among the facts.
    """
    actor = by or context.person
    await audit.record(
        context.session,
        school_id=actor.school_id,
        at=context.now,
        actor_id=actor.id,
        person_id=actor.id if person_id is None else person_id,
        deed=deed,
        thing=thing,
        via=context.via,
        clause=clause,
        **facts,
    )
