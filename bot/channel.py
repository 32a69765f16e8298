"""What a channel is that people also speak in; each folder bot/<channel>/ has one of its own."""

from datetime import datetime
from typing import Protocol

from bot.heard import Heard
from scheduler.channel import Channel, Sent


class ChatChannel(Channel, Protocol):
    """A channel that people also speak in: it hears, answers free of charge, and dresses chats."""

    def hear(self, raw: bytes, received_at: datetime) -> Heard:
        """Return what an event says; never raises."""
        ...

    def joined(self, first: bytes, second: bytes) -> bytes:
        """Return two drawn answers as one, as far as both fit."""
        ...

    async def reply(self, school_code: str, token: str, body: bytes) -> Sent:
        """Answer a tap free of charge; the token works once and soon expires."""
        ...

    async def dress(self, school_code: str, address: str, menu: str, locale: str) -> bool:
        """Give a chat a duty's menu, or a guest's, in a language; return whether it has it now."""
        ...
