"""What the end of a call to Telegram means, in the words of the ledger.

python-telegram-bot names the errors, but not what to do: its BadRequest counts as a network error
and is none. Telegram has no retry key, so whatever may have been carried out is *unknown*.
"""

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
    TimedOut,
)

from bot.telegram.wire import LeaveAlone, NeverLeft, ServerFault
from scheduler.channel import Outcome, Sent

_NOBODY_THERE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")
_AS_IT_WAS = "message is not modified"


def outcome(error: TelegramError) -> Sent:
    """Return what became of a message whose call ended in this error."""
    match error:
        case LeaveAlone():
            wait = timedelta(seconds=error.seconds)
            return Sent(Outcome.TRANSIENT, 429, reason="rate", retry_after=wait)
        case NeverLeft():
            return Sent(Outcome.TRANSIENT, reason="connect")
        case Forbidden() | InvalidToken() | ChatMigrated() | BadRequest() | Conflict():
            return _refused(error)
        case ServerFault():
            return Sent(Outcome.UNKNOWN, error.status, reason=f"http_{error.status}")
        case TimedOut():
            return Sent(Outcome.UNKNOWN, reason="timeout")
    return Sent(Outcome.UNKNOWN, reason="connection_lost")


def is_as_it_was(error: BadRequest) -> bool:
    """Say whether a message was not edited because it says that already."""
    return _AS_IT_WAS in error.message.lower()


def _refused(error: TelegramError) -> Sent:
    """Return what Telegram certainly did not do; a token that is wrong is no message's fault."""
    status, reason, blocked = _REFUSALS[type(error)]
    if status == 400 and any(each in error.message.lower() for each in _NOBODY_THERE):
        reason, blocked = "no_such_person", True
    return Sent(Outcome.PERMANENT, status, reason=reason, blocked=blocked)


_REFUSALS: dict[type[TelegramError], tuple[int, str, bool]] = {
    Forbidden: (403, "blocked", True),
    InvalidToken: (401, "credentials", False),
    ChatMigrated: (400, "chat_migrated", False),
    BadRequest: (400, "http_400", False),
    Conflict: (409, "http_409", False),
}
"""The status of each refusal, its word for the ledger, and whether the person shut us out."""
