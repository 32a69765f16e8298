"""Lets what waits ride on the free answer to a tap: drawn like a message, told like one.

It is for channels whose messages cost. Who taps is awake and reads: neither the hour nor the month
holds back what the answer has room for.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import holds, outbox, preferences, rides
from models.queries.bundles import skip
from models.queries.rides import Rider
from models.rules import bundling
from models.vocabulary import DeliveryState, Silence
from scheduler.channel import Outcome, Sent
from scheduler.judging import CREDENTIALS, judge
from scheduler.preparing import Preparation, Ready

log = structlog.get_logger()

_NOT_ITS_FAULT = frozenset({CREDENTIALS, "reply_token"})
"""Refusals that are not about what was said."""


@dataclass(frozen=True, slots=True)
class Ride:
    """What goes along with an answer: its own messages, and the answer with them."""

    ready: Ready
    body: bytes


async def board(preparation: Preparation, rider: Rider) -> Ready | None:
    """Return what rides on an answer to this person, in the ledger already; None if nothing can.

    Everything that waits goes together, the newest word on each subject. What breaks here stays in
    its savepoint: the answer leaves all the same.
    """
    try:
        async with preparation.session.begin_nested():
            return await _boarded(preparation, rider)
    except Exception as error:  # noqa: BLE001 - a notice must not hold up the answer to a tap
        log.error("ride_failed", person=rider.person_id, kind=type(error).__name__)
        return None


async def _boarded(preparation: Preparation, rider: Rider) -> Ready | None:
    session, now = preparation.session, preparation.now
    if await holds.standing(session, preparation.school.id) is not None:
        return None
    since = await preferences.imported_at(session, preparation.school.id)
    due = await rides.waiting(session, rider, since, now)
    if not due:
        return None
    bundle = bundling.bundle(due)
    await skip(session, [each.id for each in bundle.superseded], Silence.SUPERSEDED)
    claimed = await rides.begin(session, rider, [each.id for each in bundle.told], now)
    ready = await preparation.ready([claimed])
    return ready[0] if ready else None


async def arrive(session: AsyncSession, ride: Ride, sent: Sent, now: datetime) -> None:
    """Write what became of a ride with its answer."""
    ready = ride.ready
    result = judge(ready.claimed, ready.attempt_id, sent, now)
    if was_refused(sent) or result.state is DeliveryState.ACCEPTED:
        await outbox.settle(session, [result], now)
        return
    ended = replace(result, state=DeliveryState.FAILED, silence=None)
    await outbox.settle(session, [ended], now)
    await rides.get_off(session, [ready.claimed.id], now)


def was_refused(sent: Sent) -> bool:
    """Say whether an answer was refused for what it says: perhaps for what rode on it."""
    return sent.outcome is Outcome.PERMANENT and sent.reason not in _NOT_ITS_FAULT
