"""Which menu a chat has: one per duty, a person's weightiest duty deciding, and one for guests.

It speaks the person's language, so that a chat wears a menu *in* a locale.
"""

from dataclasses import dataclass

from models.vocabulary import Duty

LOOK = 2
"""Counts how menus and commands look: raised with every change, so that chats are dressed anew."""
GUEST = "guest"
BY_WEIGHT = (Duty.REGISTRAR, Duty.HOMEROOM_TEACHER, Duty.SUBJECT_TEACHER, Duty.PUPIL)


@dataclass(frozen=True, slots=True)
class Attire:
    """A menu in a language: what a chat is dressed in."""

    menu: str
    locale: str

    @property
    def worn(self) -> str:
        """Return how an account remembers it, "pupil/en/1": an older look is not worn any more."""
        return f"{self.menu}/{self.locale}/{LOOK}"


def menu_for(duties: frozenset[Duty]) -> str:
    """Return the menu's name: a duty's word, or "guest" for a chat that belongs to nobody."""
    return next((duty.value for duty in BY_WEIGHT if duty in duties), GUEST)
