"""What follows from how a call ended; pure."""

from datetime import datetime

from models.queries.outbox import Claimed, Result
from models.rules.retrying import pause
from models.vocabulary import AttemptOutcome, DeliveryState, Silence
from scheduler.channel import Outcome, Sent

QUOTA = "quota"
"""The reason of a result after which the school's month is used up."""


def judge(claimed: Claimed, attempt_id: int, sent: Sent, now: datetime) -> Result:
    """Return the delivery's next state: accepted, failed, or queued for another try."""
    state, try_at, silence = DeliveryState.ACCEPTED, None, None
    if sent.outcome is Outcome.PERMANENT:
        state = DeliveryState.FAILED
        silence = Silence.BLOCKED if sent.blocked else Silence.REFUSED
    elif sent.outcome is not Outcome.ACCEPTED:
        state = DeliveryState.QUEUED
        wait = pause(claimed.attempts, claimed.retry_key)
        try_at = now + max(wait, sent.retry_after or wait)
    return Result(
        delivery_id=claimed.id,
        attempt_id=attempt_id,
        attempts=claimed.attempts,
        outcome=AttemptOutcome(sent.outcome.value),
        status=sent.status,
        request_id=sent.request_id[:80],
        state=state,
        reason=QUOTA if sent.quota_spent else sent.reason,
        try_at=try_at,
        silence=silence,
        blocked_account_id=claimed.account_id if sent.blocked else None,
    )
