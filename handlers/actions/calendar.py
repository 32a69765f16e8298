"""A calendar of my own deadlines, under an address that only I know."""

from dataclasses import dataclass

from handlers.actions.action import Action
from handlers.codec import packs_as


@packs_as("cal")
@dataclass(frozen=True, slots=True)
class ShowCalendar(Action):
    """Show whether my calendar can be subscribed to, and since when."""


@packs_as("calnew")
@dataclass(frozen=True, slots=True)
class RenewCalendar(Action):
    """Give me a new address for my calendar; an earlier one shows nothing any more."""


@packs_as("calend")
@dataclass(frozen=True, slots=True)
class EndCalendar(Action):
    """Let the address of my calendar show nothing any more."""
