"""Writes notices: what is to be said to a person, at most once per occasion."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries.upserting import insert_new
from models.tables import Notice
from models.vocabulary import NoticeKind, NoticeState


async def tell(
    session: AsyncSession,
    *,
    school_id: int,
    person_id: int,
    kind: NoticeKind,
    occasion: str,
    now: datetime,
    facts: dict[str, Any] | None = None,
    window_id: int | None = None,
    due_at: datetime | None = None,
    deadline_at: datetime | None = None,
    required: bool = False,
) -> bool:
    """Write a notice unless this person has one for this occasion; return whether it is new."""
    row = {
        "school_id": school_id,
        "person_id": person_id,
        "kind": kind,
        "occasion": occasion,
        "window_id": window_id,
        "facts": facts or {},
        "required": required,
        "due_at": due_at or now,
        "deadline_at": deadline_at,
        "created_at": now,
        "state": NoticeState.WAITING,
    }
    return await insert_new(session, Notice, [row]) == 1
