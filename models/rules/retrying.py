"""When a message is tried again, and when trying again would be a second message.

A channel keeps a retry key for 24 hours and takes a later use for a new message, so a key is given
up after 23. What a channel certainly refused may be said again under a new key; what it may have
accepted may not.
"""

import random
from datetime import datetime, timedelta

from models.vocabulary import AttemptOutcome

KEY_LASTS = timedelta(hours=23)
"""How long after its first try a retry key may still be used: channels forget it after 24."""

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=4)
FIRST_PAUSE_IN_DOUBT = timedelta(seconds=30)
LONGEST_PAUSE_IN_DOUBT = timedelta(hours=6)
SERVER_ERROR = 500


def pause(attempts: int, key: str) -> timedelta:
    """Return how long to wait after so many attempts: doubling, capped, spread by the key."""
    doubled = FIRST_PAUSE * float(2 ** min(attempts - 1, 10))
    spread = random.Random(f"{key}/{attempts}").uniform(0.5, 1.0)  # noqa: S311 - no secret
    return min(doubled, LONGEST_PAUSE) * spread


def pause_in_doubt(attempts: int) -> timedelta:
    """Return how long to wait before what may have arrived is said once more without a key.

    Each time is one more message on the phone: half a minute, then six times as long every time.
    """
    return min(FIRST_PAUSE_IN_DOUBT * float(6 ** min(attempts - 1, 6)), LONGEST_PAUSE_IN_DOUBT)


def key_is_spent(first_tried_at: datetime | None, now: datetime) -> bool:
    """Say whether a key is too old to be used once more."""
    return first_tried_at is not None and now - first_tried_at >= KEY_LASTS


def may_have_arrived(outcome: AttemptOutcome, status: int | None) -> bool:
    """Say whether an attempt that was not accepted may have been, unknown to us.

    A server error says nothing about what the server had done before it; a refusal does.
    """
    match outcome:
        case AttemptOutcome.OPEN | AttemptOutcome.UNKNOWN | AttemptOutcome.ACCEPTED:
            return True
        case AttemptOutcome.TRANSIENT:
            return status is not None and status >= SERVER_ERROR
        case AttemptOutcome.PERMANENT:
            return False
