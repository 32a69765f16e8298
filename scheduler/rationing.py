"""Rations a month's counted messages: who of those who are due gets one, as the budget has it."""

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import budgets, counted, rationing, reachability
from models.queries.budgets import Month
from models.queries.rationing import Wanting
from models.rules import budget
from models.rules.budget import Need
from models.rules.taipei import day_of
from models.vocabulary import NoticeKind


async def ration(
    session: AsyncSession, school_id: int, channels: Collection[str], now: datetime
) -> None:
    """Hold back what the month has no message for on these channels; decided anew every time.

    What is required is held back only for people with another chat, who get it there.
    """
    await rationing.let_go(session, school_id, now)
    for month in await budgets.months(session, school_id, now):
        if month.reading.channel in channels and month.meter.left is not None:
            await _ration(session, school_id, month, month.meter.left, now)


async def _ration(
    session: AsyncSession, school_id: int, month: Month, left: int, now: datetime
) -> None:
    due = await rationing.wanting(session, school_id, now)
    ahead = month.needs_left
    channel = {month.reading.channel}
    left -= await counted.under_way(session, school_id, channel)
    left -= await rationing.promised(session, school_id, now)
    if len(due) + sum(need.cost for need in ahead) <= left:
        return
    has_other = await reachability.charged(session, {each.person_id for each in due}, channel)
    people = _people_by_need(due, has_other, now)
    held = {
        person_id
        for share in budget.triage([*people, *ahead], max(left, 0))
        if share.need.spare or not share.need.required
        for person_id in people.get(share.need, ())[share.granted :]
    }
    await rationing.mark(session, [each.id for each in due if each.person_id in held])


def _people_by_need(
    due: Iterable[Wanting], has_other: Mapping[int, bool], now: datetime
) -> dict[Need, Sequence[int]]:
    """Return who needs a message now, by their most urgent notice: what tells the same together.

    Whose turn it is first differs from day to day.
    """
    urgent: dict[int, Wanting] = {}
    for each in sorted(due, key=_less_urgent):
        if each.person_id in has_other:
            urgent[each.person_id] = each
    groups: dict[tuple[NoticeKind, bool, datetime | None, bool], list[int]] = defaultdict(list)
    for person_id, each in urgent.items():
        groups[each.kind, each.required, each.deadline_at, has_other[person_id]].append(person_id)
    return {
        Need(now, kind, required, len(people), len(people) if spare else 0, deadline_at): sorted(
            people, key=lambda person_id: zlib.crc32(f"{person_id}/{day_of(now)}".encode())
        )
        for (kind, required, deadline_at, spare), people in groups.items()
    }


def _less_urgent(wanting: Wanting) -> tuple[int, float, int]:
    """Return the order in which the most urgent of a person's notices comes last."""
    matters = budget.importance(wanting.kind, required=wanting.required)
    ends = wanting.deadline_at.timestamp() if wanting.deadline_at else float("inf")
    return (-matters, -ends, wanting.id)
