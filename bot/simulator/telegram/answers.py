"""What the Bot API answers: results, refusals and Telegram's own sentences."""

from typing import Any

import orjson

from bot.simulator.answers import Answer

BLOCKED = "Forbidden: bot was blocked by the user"
KICKED = "Forbidden: bot was kicked from the group chat"
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
OTHER_GET_UPDATES = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


class Rejected(Exception):
    """Telegram says no: an error code, its sentence, and what may help to go on."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> Answer:
        """The refusal as it goes over the wire."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        headers = {}
        if "retry_after" in self.parameters:
            headers["retry-after"] = str(self.parameters["retry_after"])
        return Answer(self.code, orjson.dumps(body), headers=headers)


def bad(description: str) -> Rejected:
    """400 with Telegram's sentence."""
    return Rejected(400, f"Bad Request: {description}")


def too_many(seconds: int) -> Rejected:
    """429: leave it for so many seconds."""
    return Rejected(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def result(value: Any) -> Answer:
    """A call that went well."""
    return Answer(200, orjson.dumps({"ok": True, "result": value}))
