"""What LINE's answer to a call means, in the words of the ledger.

LINE tells its four kinds of 429 apart only by their sentence, says 200 for people who blocked us,
and says 409 when a message with the same retry key was accepted before: that is success.
"""

from collections.abc import Mapping
from datetime import timedelta

from scheduler.channel import Outcome, Sent

_GATEWAY = (502, 504)
_CREDENTIALS = (401, 403)
_RATE = timedelta(seconds=1)
_CONCURRENCY = timedelta(seconds=5)
_SAME_USER = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)


def outcome(status: int, headers: Mapping[str, str], body: bytes) -> Sent:
    """Return what became of a message by the status, the headers and the body of the answer."""
    request_id = headers.get("x-line-request-id", "")[:80]
    if 200 <= status < 300:
        return Sent(Outcome.ACCEPTED, status, request_id)
    if status == 409:
        return _conflict(headers, request_id)
    if status == 429:
        return _limited(headers, body, request_id)
    if status in _GATEWAY:  # what stands behind the gateway may have accepted it
        return Sent(Outcome.UNKNOWN, status, request_id, f"http_{status}")
    if status >= 500:
        return Sent(Outcome.TRANSIENT, status, request_id, f"http_{status}")
    return Sent(Outcome.PERMANENT, status, request_id, _refusal(status, body))


def _conflict(headers: Mapping[str, str], request_id: str) -> Sent:
    accepted = headers.get("x-line-accepted-request-id", "")[:80]
    if accepted:
        return Sent(Outcome.ACCEPTED, 409, accepted)
    return Sent(Outcome.PERMANENT, 409, request_id, "conflict")


def _limited(headers: Mapping[str, str], body: bytes, request_id: str) -> Sent:
    said = body.lower()
    if b"monthly limit" in said:
        return Sent(Outcome.TRANSIENT, 429, request_id, "quota", quota_spent=True)
    if b"same user" in said:
        reason, wait = "same_user", _SAME_USER
    elif b"concurrent" in said:
        reason, wait = "concurrency", _CONCURRENCY
    else:
        reason, wait = "rate", _RATE
    asked = _asked_for(headers)
    return Sent(
        Outcome.TRANSIENT, 429, request_id, reason, retry_after=asked or wait, is_guessed=not asked
    )


def _asked_for(headers: Mapping[str, str]) -> timedelta | None:
    """Return the wait that the answer asks for; LINE documents none, a gateway may."""
    seconds = headers.get("retry-after", "")
    if not seconds.isascii() or not seconds.isdigit():
        return None
    return min(timedelta(seconds=int(seconds[:6])), _LONGEST_WAIT)


def _refusal(status: int, body: bytes) -> str:
    if status in _CREDENTIALS:
        return "credentials"
    if status == 400 and b"Failed to send messages" in body:
        return "no_such_person"
    if status == 400 and b"Invalid reply token" in body:
        return "reply_token"
    return f"http_{status}"
