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
    has_more_time: bool = False
    has_muted: bool = False
    says_done: bool = False


def silence_of(
    recipient: Recipient, *, superseded: bool = False, required: bool = True, stale: bool = False
) -> Silence | None:
    """Return why this person is not told, or None to tell.

    Who has nothing left needs no reason about accounts; who has a later deadline of their own is
    told of that one; a later occasion that is due as well says all that this one would. What is
    required (receipt, last day) cannot be muted, nor silenced by saying that it is done elsewhere,
    nor held back because the data it rests on is stale.
    """
    if not recipient.has_left:
        return Silence.DECIDED if recipient.has_decided else Silence.NOTHING_OUTSTANDING
    if recipient.has_more_time:
        return Silence.EXTENDED
    if superseded:
        return Silence.SUPERSEDED
    if not recipient.is_reachable:
        return Silence.BLOCKED if recipient.has_account else Silence.NO_ACCOUNT
    if required:
        return None
    return _unwanted(recipient) or (Silence.STALE_DATA if stale else None)


def _unwanted(recipient: Recipient) -> Silence | None:
    """Return why this person does not want an optional reminder, or None."""
    if recipient.has_muted:
        return Silence.MUTED
    return Silence.SAID_DONE if recipient.says_done else None
