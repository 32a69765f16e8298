"""Looks after the months of counted messages: reads them, foretells the rest, tells the office.

Once an hour each channel that costs is asked what a month allows and how much of it is used; the
answer is kept beside our own count. What will be cut is told as soon as it is known, each window
once; that a month ran out is told at once, and the log has it too.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import budgets, notices, pauses, pupils, rationing
from models.queries.budgets import Asked, Month
from models.rules import budget
from models.rules.budget import Share
from models.rules.months import month_of
from models.rules.quota import renews_at
from models.store import Store
from models.tables import School
from models.vocabulary import NoticeKind
from scheduler.forecasting import needs
from scheduler.separately import each_by_itself

log = structlog.get_logger()

AT_ONCE = 20
"""Schools whose months are read in one tick: a channel that does not answer holds up no others."""
AHEAD = timedelta(days=14)
"""How far is foretold at least; the month that it ends in, to its end."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What a channel says of a month: its `limit`, None on a plan without one, and what is used."""

    limit: int | None
    used: int


class Metered(Protocol):
    """A channel whose messages cost, and that says how far a month is used."""

    async def quota(self, school_code: str) -> Quota | None:
        """Return what the channel says of a school's month; None where it does not answer."""
        ...


async def read_months(store: Store, channels: Mapping[str, Metered], now: datetime) -> int:
    """Read every month whose last reading is an hour old, some schools at a time; return how many.

    In a new month, and after one ran out, that is at once.
    """
    async with store.reading() as session:
        asked = await budgets.to_be_read(session, channels.keys(), now, limit=AT_ONCE)
    said = await asyncio.gather(*(channels[each.channel].quota(each.code) for each in asked))
    for reading in zip(asked, said, strict=True):
        take = partial(_take, store, reading, frozenset(channels), now)
        await each_by_itself("budget", [reading[0].school_id], take)
    return len(asked)


async def run_out(
    session: AsyncSession, school_id: int, channels: Collection[str], now: datetime
) -> None:
    """Note that a channel sends no more this month: its messages rest, and the office is told."""
    until = renews_at(now)
    stopped = await pauses.stopped_until(session, school_id)
    await pauses.stop(session, school_id, until, now, channels)
    await budgets.read_soon(session, school_id, now)
    if stopped is None or stopped <= now:
        log.error("quota_spent", school=school_id, until=until.isoformat())
        facts = {"renews_at": until.isoformat()}
        office = _Office(session, school_id, now)
        await office.tell(NoticeKind.QUOTA_SPENT, f"spent/{month_of(now)}", facts, required=True)


async def _take(
    store: Store,
    reading: tuple[Asked, Quota | None],
    counted: Collection[str],
    now: datetime,
    school_id: int,
) -> None:
    """Keep a reading with what the timetable needs, and tell the office what follows."""
    asked, quota = reading
    ahead = []
    if quota is None or quota.limit is not None:
        async with store.reading() as session:
            school = await session.get_one(School, school_id)
            ahead = await needs(session, school, now, renews_at(now + AHEAD), counted)
    async with store.writing() as session:
        said = (quota.limit, quota.used) if quota else None
        month = await budgets.keep(session, asked, said, ahead, now)
        office = _Office(session, school_id, now)
        if quota is not None:
            await _resume(session, school_id, month, now)
            await office.tell_of_others(month)
        await office.tell_short(month)


async def _resume(session: AsyncSession, school_id: int, month: Month, now: datetime) -> None:
    """Let messages leave again where a month that had run out was given more."""
    until = await pauses.stopped_until(session, school_id)
    if until is not None and until > now and month.meter.has_room_again:
        await pauses.end(session, school_id)
        await rationing.look_again(session, school_id, now)
        log.info("quota_raised", school=school_id)


@dataclass(frozen=True, slots=True)
class _Office:
    """The registrars of a school, and how they are told: of each thing once."""

    session: AsyncSession
    school_id: int
    now: datetime

    async def tell_of_others(self, month: Month) -> None:
        """Tell that others spend the month too: at first, and whenever it has doubled."""
        others = budget.sent_by_others(month.reading.used, month.reading.counted)
        if not others or month.meter.limit is None:
            return
        log.warning("quota_differs", school=self.school_id, others=others)
        facts = {"others": others, "used": month.meter.used, "limit": month.meter.limit}
        occasion = f"others/{month.month}/{others.bit_length()}"
        await self.tell(NoticeKind.QUOTA_DIFFERS, occasion, facts)

    async def tell_short(self, month: Month) -> None:
        """Tell of each window that the month has no message for some of its reminders."""
        short: dict[int | NoticeKind, list[Share]] = defaultdict(list)
        for share in month.shares:
            if share.cut:
                short[share.need.window_id or share.need.kind].append(share)
        for shares in short.values():
            await self._tell_one_short(month, shares)

    async def _tell_one_short(self, month: Month, shares: Sequence[Share]) -> None:
        first = shares[0].need
        is_later = first.at >= month.ends_at
        cut = sum(share.cut for share in shares)
        facts = {
            "kind": first.kind.value,
            "limit": month.meter.limit,
            "used": 0 if is_later else month.meter.used,
            "reserve": budget.reserve(month.needs_later if is_later else month.needs_left),
            "cost": sum(share.need.cost for share in shares),
            "cut": cut,
            "elsewhere": sum(share.elsewhere for share in shares),
            "first_at": first.at.isoformat(),
        }
        occasion = f"short/{month_of(first.at)}/{first.window_id or first.kind}"
        # Required: one message that says what hundreds will not get must not be among the cut.
        if await self.tell(
            NoticeKind.QUOTA_SHORT, occasion, facts, window_id=first.window_id, required=True
        ):
            log.warning("quota_short", school=self.school_id, window=first.window_id, cut=cut)

    async def tell(
        self,
        kind: NoticeKind,
        occasion: str,
        facts: dict[str, Any],
        *,
        window_id: int | None = None,
        required: bool = False,
    ) -> bool:
        """Write a notice for each registrar; return whether it is new."""
        is_new = False
        for registrar_id in await pupils.registrars(self.session, self.school_id):
            is_new |= await notices.tell(
                self.session,
                school_id=self.school_id,
                person_id=registrar_id,
                kind=kind,
                occasion=f"quota/{occasion}",
                now=self.now,
                facts=facts,
                window_id=window_id,
                required=required,
            )
        return is_new
