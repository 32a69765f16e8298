"""What anybody may ask for: the overview, help, the dates, a question in plain words."""

from dataclasses import dataclass

from handlers.actions.action import Action
from handlers.codec import packs_as


@packs_as("home")
@dataclass(frozen=True, slots=True)
class ShowHome(Action):
    """Show what is open for me, by when, and what happens then."""


@packs_as("help")
@dataclass(frozen=True, slots=True)
class ShowHelp(Action):
    """Show what can be tapped and typed."""


@packs_as("rules")
@dataclass(frozen=True, slots=True)
class ShowTimetable(Action):
    """Show every window of the school's timetable that is open or to come."""


@dataclass(frozen=True, slots=True)
class AskQuestion(Action):
    """Something was asked in plain words. Never in a button."""

    text: str


@dataclass(frozen=True, slots=True)
class SendFile(Action):
    """A picture, film or file was sent into the chat; works are uploaded on the school platform."""


@dataclass(frozen=True, slots=True)
class UnknownAction(Action):
    """Whatever could not be read; answered with the home card."""
