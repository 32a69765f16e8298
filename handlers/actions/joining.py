"""Linking a chat to a person by a joining code, and taking it off again."""

from dataclasses import dataclass

from handlers.actions.action import Action
from handlers.codec import packs_as


@packs_as("agree")
@dataclass(frozen=True, slots=True)
class AgreeToLink(Action):
    """I read what data is kept; link this chat to the person of the code I sent (0: the last)."""

    code_id: int


@packs_as("decline")
@dataclass(frozen=True, slots=True)
class DeclineToLink(Action):
    """Do not link this chat."""

    code_id: int


@packs_as("unlink?")
@dataclass(frozen=True, slots=True)
class AskToUnlink(Action):
    """Show what unlinking means before it is done."""


@packs_as("unlink")
@dataclass(frozen=True, slots=True)
class Unlink(Action):
    """Take this chat account off my person."""


@dataclass(frozen=True, slots=True)
class SendCode(Action):
    """A joining code was typed. Never in a button."""

    text: str


@dataclass(frozen=True, slots=True)
class SendBrokenCode(Action):
    """Something was typed that cannot be a joining code but may have been meant as one."""
