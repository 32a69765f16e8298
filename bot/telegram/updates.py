"""What Telegram tells of an update beside its contents: its id, its time, whose it is and where."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.loose import digest, part, text_at

Json = dict[str, Any]

MESSAGES = ("message", "edited_message", "channel_post", "edited_channel_post")
TAP = "callback_query"
MEMBERSHIP = "my_chat_member"
WANTED = ("message", "edited_message", TAP, MEMBERSHIP)
"""The kinds of update that a bot asks for; Telegram keeps to the list until it is given another."""

_LARGEST = 2**53
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 4_102_444_800  # the year 2100: later than any update, early enough for every engine
_A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an answer needs: the chat, the message to edit in it, and the tap to acknowledge.

    It travels as Heard.reply_token; an empty part is what there is none of.
    """

    chat: str
    message: str = ""
    tap: str = ""

    @property
    def token(self) -> str:
        """Return the ticket as one text."""
        return f"{self.chat}:{self.message}:{self.tap}"

    @classmethod
    def read(cls, token: str) -> "Ticket":
        """Return the ticket that a text was made of; what is missing is empty."""
        chat, _, rest = token.partition(":")
        message, _, tap = rest.partition(":")
        return cls(chat, message, tap)


def update_key(update: Json, raw: bytes) -> str:
    """Return what makes the update one of a kind: its id, or a digest where it has none."""
    return id_at(update, "update_id") or digest(raw)


def id_at(holder: object, name: str) -> str:
    """Return the whole number under `name` as text; empty where there is none that could be."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if type(value) is not int or not -_LARGEST < value < _LARGEST:
        return ""
    return str(value)


def happened_at(update: Json, received_at: datetime) -> datetime:
    """Return when it happened: the end of the second that Telegram names, or when it came.

    Taps carry no time. A message's second is told as it began; its end keeps the order to a tap.
    """
    kind = next((each for each in (*MESSAGES, MEMBERSHIP) if each in update), "")
    date = part(update, kind).get("date")
    if type(date) is not int or not 0 < date < _LATEST:
        return received_at
    return min(_EPOCH + timedelta(seconds=date) + _A_SECOND, received_at)


def is_private(chat: Json) -> bool:
    """Say whether nobody else reads along; what is not known to be private is not."""
    return text_at(chat, "type") == "private"
