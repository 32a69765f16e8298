"""Selecting works for submission, never more than the caps of 要點四(二)2 and 四(三)2."""

from collections.abc import Collection

from models.errors import AlreadyDone, NotCertified, Outdated, TooManySelected
from models.vocabulary import Choice, ItemKind, OutcomeState


def require_certified(title: str, state: OutcomeState) -> None:
    """Raise NotCertified for a course outcome that no teacher has certified (要點四(二)1)."""
    if state is not OutcomeState.CERTIFIED:
        raise NotCertified(title)


def slot_for(kind: ItemKind, taken: Collection[int], *, already: bool, cap: int) -> int:
    """Return the lowest free slot for one more work of this kind, counted from 1.

    Raises AlreadyDone where the work is selected, TooManySelected where the cap is reached.
    """
    if already:
        raise AlreadyDone
    if len(taken) >= cap:
        raise TooManySelected(kind, cap)
    return next(slot for slot in range(1, cap + 1) if slot not in taken)


def finish(*, selected: int, nothing: bool) -> Choice:
    """Return the decision that a tap on *finish* makes; any number is right (114函 points 1 and 4).

    Raises Outdated where the card spoke of another selection than there is: *nothing* while works
    are selected, or *these works* while none is.
    """
    if nothing != (selected == 0):
        raise Outdated
    return choice_for(selected)


def choice_for(selected: int) -> Choice:
    """Return what a decision about a selection of so many works says."""
    return Choice.DONE if selected else Choice.NOTHING
