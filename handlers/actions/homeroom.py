"""What homeroom teachers ask for: how far their class is, and a word to the undecided."""

from dataclasses import dataclass

from handlers.actions.action import Action
from handlers.codec import packs_as


@packs_as("class")
@dataclass(frozen=True, slots=True)
class ShowClass(Action):
    """Show my class: decided or not decided, per stage."""

    class_id: int


@packs_as("open")
@dataclass(frozen=True, slots=True)
class ShowUndecided(Action):
    """Show who of my class has something open in this window."""

    class_id: int
    window_id: int
    page: int = 0


@packs_as("nudge")
@dataclass(frozen=True, slots=True)
class NudgeClass(Action):
    """Remind exactly those who have not decided; once a day at most."""

    class_id: int
    window_id: int


@packs_as("joined")
@dataclass(frozen=True, slots=True)
class ShowJoinings(Action):
    """Show who of my class joined or joined again, and when, a page at a time."""

    class_id: int
    page: int = 0
