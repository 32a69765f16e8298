"""Writes the audit: one entry a change, in the transaction that makes the change."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models.tables import AuditEntry


async def record(
    session: AsyncSession,
    *,
    school_id: int,
    at: datetime,
    deed: str,
    thing: str = "",
    actor_id: int | None = None,
    person_id: int | None = None,
    via: str = "",
    clause: str = "",
    **facts: Any,
) -> None:
    """Add who did what, for whom, when, through which channel and under which rule; no names."""
    session.add(
        AuditEntry(
            school_id=school_id,
            at=at,
            actor_id=actor_id,
            person_id=person_id,
            deed=deed,
            thing=thing,
            via=via,
            clause=clause,
            facts=facts,
        )
    )
