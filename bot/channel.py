"""What a channel is that people also speak in; each folder bot/<channel>/ has one of its own."""

from datetime import datetime
from typing import Protocol

from bot.heard import Heard
from scheduler.channel import Channel, Sent


class ChatChannel(Channel, Protocol):
    """A channel that people also speak in: it hears, answers, and dresses chats.

    `label` is what people call the app. `answers_count` is whether answers are calls of the same
    rate as messages that are sent unasked.
    """

    label: str
    answers_count: bool

    def invitation(self, known_as: str, code: str) -> str:
        """Return the address that opens a school's account with a joining code typed in."""
        ...

    def hear(self, raw: bytes, received_at: datetime) -> Heard:
        """Return what an event says; never raises."""
        ...

    def joined(self, first: bytes, second: bytes) -> bytes:
        """Return two drawn answers as one, as far as both fit."""
        ...

    async def reply(self, school_code: str, token: str, body: bytes) -> Sent:
        """Answer free of charge; the token works once where the channel has such, and soon ends."""
        ...

    async def acknowledge(self, school_code: str, heard_token: str) -> None:
        """Let the phone know that a tap has come; returns at once and never raises."""
        ...

    async def dress(self, school_code: str, address: str, menu: str, locale: str) -> bool:
        """Give a chat a duty's menu, or a guest's, in a language; return whether it has it now."""
        ...
