"""Who of the people concerned is told, and why the others are not.

The same order of reasons stands in SQL in queries/planning.py, where it decides for thousands of
people at once; a test holds the two against each other.
"""

from dataclasses import dataclass

from models.vocabulary import Silence


@dataclass(frozen=True, slots=True)
class Recipient:
    """What is known of one person on one occasion."""

    has_left: bool
    has_decided: bool
    has_account: bool
    is_reachable: bool


def silence_of(recipient: Recipient, *, superseded: bool = False) -> Silence | None:
    """Return why this person is not told, or None to tell.

    Who has nothing left needs no reason about accounts; a later occasion that is due as well says
    all that this one would.
    """
    if not recipient.has_left:
        return Silence.DECIDED if recipient.has_decided else Silence.NOTHING_OUTSTANDING
    if superseded:
        return Silence.SUPERSEDED
    if not recipient.has_account:
        return Silence.NO_ACCOUNT
    return None if recipient.is_reachable else Silence.BLOCKED
