"""Who of the school has a chat app with the school's account in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Friend:
    """Somebody who has added the school's account on a channel."""

    channel: str
    user_id: str
    name: str
    blocks: bool
