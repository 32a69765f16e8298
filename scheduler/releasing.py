"""Ends a hold: what may have been said before a restore gets its reason, the rest may leave.

Everything waiting is bundled anew afterwards, so that nobody gets more than one message of it.
"""

from datetime import datetime

from models.queries import holds, in_doubt
from models.queries.holds import Hold
from models.queries.in_doubt import Doubt, Telling
from models.store import Store
from scheduler.planning import plan


async def doubt(store: Store, hold: Hold, now: datetime) -> Doubt:
    """Plan what fell due meanwhile, and return how much of it may have been said already.

    What fell due after the hold was put on was certainly not said.
    """
    if not hold.restored:
        return Doubt()
    await plan(store, now)
    found = Doubt()
    async with store.reading() as session:
        for school_id in await in_doubt.schools(session):
            found += await in_doubt.count(session, school_id, hold.at)
    return found


async def release(
    store: Store, hold: Hold, telling: Telling, by: str, now: datetime, *, via: str
) -> None:
    """Let messages leave again, once all that is in doubt is settled.

    A school is one transaction; broken off, the hold is still on and releasing it begins anew.
    """
    if hold.restored:
        async with store.reading() as session:
            schools = await in_doubt.schools(session)
        for school_id in schools:
            async with store.writing() as session:
                await in_doubt.settle(session, school_id, hold.at, telling, now)
    async with store.writing() as session:
        await holds.take_off(session, hold, by, now, via=via)
