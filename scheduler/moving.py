"""Moves a deadline, or drops a window: what was to be said is taken back, a new date is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import audit, moves, planning
from models.queries.planning import Announcement
from models.queries.windows import TermWindow
from models.tables import School, Term, Window
from models.vocabulary import NoticeKind, Stage
from scheduler.passed_by import tell_closed


@dataclass(frozen=True, slots=True)
class Order:
    """Who changes a timetable and why, for the audit; `via` is how, `facts` what else is known."""

    reason: str = ""
    actor_id: int | None = None
    via: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def noted(self) -> dict[str, Any]:
        """Return what the audit keeps besides who did what; a reason where one was given."""
        return ({"reason": self.reason} if self.reason else {}) | dict(self.facts)


async def move_deadline(
    session: AsyncSession,
    window: Window,
    new_closes_at: datetime,
    *,
    now: datetime,
    order: Order,
) -> int:
    """Let a window end at another instant (exclusive); return how many people it touches.

    Everybody who still has something left is told the new date and the old one, unless the window
    has not opened: then nobody was told of the old date yet. Raises ValueError for an end before
    the beginning. What is reminded of later follows from the new date; where a receipt's new end
    has passed already, who kept silent is told so instead.
    """
    if new_closes_at <= window.opens_at:
        raise ValueError("a window cannot end before it opens")
    closed_at, window.closes_at = window.closes_at, new_closes_at
    if closed_at == new_closes_at:
        return 0
    window.version, window.changed_at = window.version + 1, now
    await session.flush()
    found = TermWindow(window, await session.get_one(Term, window.term_id))
    await moves.forget_old_date(session, found.id, new_closes_at, now)
    await audit.record(
        session,
        school_id=window.school_id,
        at=now,
        actor_id=order.actor_id,
        deed="moved deadline",
        thing=f"timetable_window:{window.id}",
        via=order.via,
        closed_at=closed_at.isoformat(),
        closes_at=new_closes_at.isoformat(),
        **order.noted,
    )
    if now < window.opens_at or window.stage is Stage.SUBMISSION:
        return 0
    if window.stage is Stage.RECEIPT and new_closes_at <= now:
        school = await session.get_one(School, window.school_id)
        return await tell_closed(session, school, found, now)
    saying = Announcement(
        kind=NoticeKind.DEADLINE_MOVED,
        occasion=f"deadline-moved/{window.id}/{window.version}",
        due_at=now,
        deadline_at=new_closes_at,
        required=window.stage is Stage.RECEIPT,
        facts={"closed_at": closed_at.isoformat()},
    )
    return await planning.announce(session, found, saying, now=now)


async def retire_window(
    session: AsyncSession, window: Window, *, now: datetime, order: Order
) -> None:
    """Take a window out of the timetable: nothing more is said about it, and nothing shows it.

    The row stays for what refers to it; a rulebook that has the window again brings it back.
    """
    window.retired_at, window.version = now, window.version + 1
    await session.flush()
    await moves.forget_window(session, window.id, now)
    await audit.record(
        session,
        school_id=window.school_id,
        at=now,
        actor_id=order.actor_id,
        deed="retired window",
        thing=f"timetable_window:{window.id}",
        via=order.via,
        **order.noted,
    )
