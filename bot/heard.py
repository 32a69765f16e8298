"""What came in from a channel, as one plain value that the conversation works on."""

from dataclasses import dataclass
from datetime import datetime

from handlers.actions import Action


@dataclass(frozen=True, slots=True)
class Heard:
    """One event as a person meant it.

    `address` is who did it and `place` where an answer goes: in a group the two differ. `action`
    is None where no answer is wanted. `follow` is True when the account added or unblocked us,
    False when it blocked us, None where the event says nothing about it. `unsent` is the id of a
    message that was taken back. `key` is the channel's id of the event, empty where it gave none.
    """

    address: str
    place: str
    in_group: bool
    action: Action | None
    happened_at: datetime
    reply_token: str = ""
    follow: bool | None = None
    unsent: str = ""
    key: str = ""
