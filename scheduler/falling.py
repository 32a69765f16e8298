"""Which schools have something to plan, asked of all of them at once: mostly, none has.

To plan a school takes a transaction of some milliseconds, which made a tenth of a core at rest of
500 schools. So a tick looks in three reads whether anything falls due anywhere, and leaves the
other schools alone for some minutes; what changes in them meanwhile is caught up with, as after an
outage of that length.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from models.queries import unplanned
from models.queries.schools import read_rulebook
from models.queries.unplanned import Span, Unplanned
from models.rulebooks import RulebookError
from models.rules.calendar import SchoolCalendar
from models.rules.reaching import last_call_again
from models.rules.reminders import all_occasions, digests
from models.store import Store
from models.vocabulary import Stage

LONGEST_REST = timedelta(minutes=10)
"""How long a school in which nothing falls due is left alone."""
AFTERWARDS = timedelta(days=30)
"""How long after its end a window may still have something to say: holidays hold it back."""


async def schools(store: Store, now: datetime) -> list[int]:
    """Return the schools in which something has fallen due, or that have rested long enough."""
    async with store.reading() as session:
        unplanned_ = await unplanned.schools(session, now)
        since = min((each.planned_until for each in unplanned_), default=now) - AFTERWARDS
        windows = await unplanned.windows(session, since, now)
        extended = await unplanned.extended(session, since)
    found = []
    for each in unplanned_:
        await asyncio.sleep(0)  # rulebooks that are read for the first time take a while
        rested = now - each.planned_until >= LONGEST_REST
        if rested or each.id in extended or _falls(each, windows.get(each.id, ()), now):
            found.append(each.id)
    return found


def _falls(school: Unplanned, windows: Iterable[Span], now: datetime) -> bool:
    """Say whether an occasion or a digest of a school falls due until `now`."""
    after, told = school.planned_until, (school.rulebook, school.code)
    try:
        rulebook = read_rulebook(*told)
    except RulebookError:
        return True  # planning it says so in the log
    calendar = SchoolCalendar(rulebook.school_days)
    return any(after < at <= now for each in windows for at in _instants(each, *told)) or any(
        digests(plan, calendar, after, now) for _, plan in rulebook.plans()
    )


@lru_cache(maxsize=20_000)
def _instants(window: Span, rulebook_text: str, code: str) -> frozenset[datetime]:
    """Return every instant at which a window has something to say to anybody."""
    rulebook = read_rulebook(rulebook_text, code)
    calendar = SchoolCalendar(rulebook.school_days)
    plans = (
        [rulebook.reminders_for(window.division)]
        if window.stage is Stage.CERTIFICATION
        else [plan for _, plan in rulebook.plans(window.division)]
    )
    again = [last_call_again(window, plan, calendar) for plan in plans]
    said = [each for plan in plans for each in all_occasions(window, plan, calendar)]
    return frozenset(
        [*(each.falls_at for each in said), *(each.due_at for each in again if each is not None)]
    )
