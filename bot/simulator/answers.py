"""What the Messaging API answers: bodies, refusals and LINE's own sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

AUTHENTICATION_FAILED = (
    "Authentication failed. Confirm that the access token in the authorization header is valid."
)
INVALID_REPLY = "Invalid reply token"
SEND_FAILED = "Failed to send messages"
NOT_FOUND = "Not found"
RETRY_KEY_ACCEPTED = "The retry key is already accepted"
RATE_LIMIT = "The API rate limit has been exceeded. Try again later."
CONCURRENCY_LIMIT = "The number of concurrent operations has been exceeded. Try again later."
MONTHLY_LIMIT = "You have reached your monthly limit."
SAME_USER_LIMIT = "Too many messages have been sent to the same user. Try again later."
LIMIT_SENTENCES = {
    "rate_limit": RATE_LIMIT,
    "concurrency_limit": CONCURRENCY_LIMIT,
    "monthly_limit": MONTHLY_LIMIT,
    "same_user_limit": SAME_USER_LIMIT,
}


@dataclass(slots=True)
class Answer:
    """A status and a body of bytes."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """LINE says no: a status, a sentence, and the properties at fault."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        details: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        sent_messages: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body: dict[str, Any] = {"message": message}
        if details:
            self.body["details"] = list(details)
        if sent_messages:
            self.body["sentMessages"] = list(sent_messages)

    def answer(self) -> Answer:
        """The refusal as it goes over the wire."""
        return Answer(self.status, orjson.dumps(self.body), headers=self.headers)


def json_answer(body: Any, status: int = 200) -> Answer:
    """An answer of JSON."""
    return Answer(status, orjson.dumps(body))


def invalid(details: Sequence[Mapping[str, str]]) -> Refused:
    """400 with every property that is at fault."""
    return Refused(400, f"The request body has {len(details)} error(s)", details=details)


def invalid_property(name: str) -> Refused:
    """400 for one property of a simple request."""
    return Refused(
        400, f"The property, {name}, in the request body is invalid (line: -, column: -)"
    )
