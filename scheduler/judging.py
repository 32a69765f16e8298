"""What follows from how a call ended; pure."""

from datetime import datetime

from models.queries.claiming import Claimed
from models.queries.outbox import Result
from models.rules.retrying import may_have_arrived, pause, pause_in_doubt
from models.vocabulary import AttemptOutcome, DeliveryState, Silence
from scheduler.channel import Sent

QUOTA = "quota"
"""The reason of a result after which the school's month is used up."""


CREDENTIALS = "credentials"
"""The reason of a refusal that is about the school's token: no message is at fault, all wait."""


def judge(
    claimed: Claimed, attempt_id: int, sent: Sent, now: datetime, *, has_key: bool = True
) -> Result:
    """Return the delivery's next state: accepted, failed, or queued for another try.

    A channel that says how long to wait is taken at its word; where that is guessed, the pauses
    grow beyond it. Without a retry key a try that may have arrived is followed by a longer pause.
    """
    state, try_at, silence = DeliveryState.ACCEPTED, None, None
    outcome = AttemptOutcome(sent.outcome.value)
    if sent.reason == CREDENTIALS:
        outcome = AttemptOutcome.TRANSIENT
    if outcome is AttemptOutcome.PERMANENT:
        state = DeliveryState.FAILED
        silence = Silence.BLOCKED if sent.blocked else Silence.REFUSED
    elif outcome is not AttemptOutcome.ACCEPTED:
        state = DeliveryState.QUEUED
        wait = pause(claimed.attempts, claimed.retry_key)
        if not has_key and may_have_arrived(outcome, sent.status):
            wait = pause_in_doubt(claimed.attempts)
        if sent.retry_after is not None:
            wait = max(wait, sent.retry_after) if sent.is_guessed else sent.retry_after
        try_at = now + wait
    return Result(
        delivery_id=claimed.id,
        attempt_id=attempt_id,
        attempts=claimed.attempts,
        outcome=outcome,
        status=sent.status,
        request_id=sent.request_id[:80],
        state=state,
        reason=QUOTA if sent.quota_spent else sent.reason,
        try_at=try_at,
        silence=silence,
        blocked_account_id=claimed.account_id if sent.blocked else None,
    )
