"""Looks at months of counted messages as they stand now, with a fresh forecast; writes nothing."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import budgets, pauses, rationing
from models.queries.budgets import Month
from models.rules import budget
from models.rules.months import month_began
from models.rules.quota import renews_at
from models.store import Store
from models.tables import School
from models.vocabulary import NoticeState
from scheduler.budgeting import AHEAD
from scheduler.forecasting import needs


@dataclass(frozen=True, slots=True)
class Outlook:
    """A school's month on one channel: `held_back` wait for a tap, `not_told` waited in vain.

    `stopped_until` is until when nothing that costs is sent, None where it is.
    """

    school_code: str
    channel: str
    month: Month
    stopped_until: datetime | None
    held_back: int
    not_told: int

    @property
    def reserve(self) -> int:
        """Return how many messages are kept for what is required until the month ends."""
        return budget.reserve(self.month.needs_left)

    @property
    def needed(self) -> int:
        """Return how many messages the timetable needs until the month ends."""
        return sum(need.cost for need in self.month.needs_left)

    @property
    def is_short(self) -> bool:
        """Say whether anything will be cut."""
        return any(share.cut for share in self.month.shares)


async def outlooks(
    store: Store, counted: Collection[str], now: datetime, *, school_id: int | None = None
) -> list[Outlook]:
    """Return the months of all schools, or of one."""
    async with store.reading() as session:
        return [
            await _outlook(session, school, channel, counted, now)
            for school, channel in await budgets.charged_channels(session, counted, school_id)
        ]


async def _outlook(
    session: AsyncSession, school: School, channel: str, counted: Collection[str], now: datetime
) -> Outlook:
    ahead = await needs(session, school, now, renews_at(now + AHEAD), counted)
    until = await pauses.stopped_until(session, school.id)
    held = await rationing.untold(session, school.id, month_began(now))
    return Outlook(
        school_code=school.code,
        channel=channel,
        month=replace(await budgets.month(session, school.id, channel, now), needs=tuple(ahead)),
        stopped_until=until if until is not None and until > now else None,
        held_back=held.get(NoticeState.WAITING, 0),
        not_told=held.get(NoticeState.SKIPPED, 0),
    )
