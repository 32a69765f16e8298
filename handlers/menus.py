"""Which menu a chat has: one per duty, a person's weightiest duty deciding, and one for guests."""

from models.vocabulary import Duty

GUEST = "guest"
BY_WEIGHT = (Duty.REGISTRAR, Duty.HOMEROOM_TEACHER, Duty.SUBJECT_TEACHER, Duty.PUPIL)


def menu_for(duties: frozenset[Duty]) -> str:
    """Return the menu's name: a duty's word, or "guest" for a chat that belongs to nobody."""
    return next((duty.value for duty in BY_WEIGHT if duty in duties), GUEST)
