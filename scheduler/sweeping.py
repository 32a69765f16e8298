"""Takes up what a crash left behind: the same message with the same key, or an honest *unknown*."""

from datetime import datetime

from models.queries import outbox, rides
from models.rules.retrying import key_is_spent
from models.store import Store

_AT_ONCE = 500


async def sweep(store: Store, now: datetime) -> int:
    """Take up deliveries whose lease ran out while they were being sent; return how many."""
    swept = await _end_rides(store, now)
    while True:
        async with store.writing() as session:
            lapsed = await outbox.lapsed(session, now, limit=_AT_ONCE)
            if not lapsed:
                return swept
            spent = [id_ for id_, tried_at in lapsed if key_is_spent(tried_at, now)]
            again = [id_ for id_, tried_at in lapsed if not key_is_spent(tried_at, now)]
            await outbox.take_up_again(session, again, now)
            await outbox.give_up(session, spent, now, reason="expired")
            swept += len(lapsed)


async def _end_rides(store: Store, now: datetime) -> int:
    """End what rode on answers of which nobody saw whether they left."""
    ended = 0
    while True:
        async with store.writing() as session:
            lost = await rides.lapsed(session, now, limit=_AT_ONCE)
            if not lost:
                return ended
            await rides.get_off(session, lost, now)
            ended += len(lost)
