"""What subject teachers ask for: what waits for them, and their decisions."""

from dataclasses import dataclass

from handlers.actions.action import Action
from handlers.codec import packs_as
from models.vocabulary import ReturnReason


@packs_as("pend")
@dataclass(frozen=True, slots=True)
class ShowPending(Action):
    """Show the works that wait for my certification, newest deadline first."""

    page: int = 0


@packs_as("look")
@dataclass(frozen=True, slots=True)
class ShowPendingItem(Action):
    """Open one of the works that wait for me."""

    outcome_id: int


@packs_as("cert")
@dataclass(frozen=True, slots=True)
class CertifyItem(Action):
    """Certify: this pupil made it, in this course (114函 point 2)."""

    outcome_id: int
    version: int


@packs_as("ret?")
@dataclass(frozen=True, slots=True)
class AskToReturn(Action):
    """Show the closed reasons for a return."""

    outcome_id: int
    version: int


@packs_as("ret")
@dataclass(frozen=True, slots=True)
class ReturnItem(Action):
    """Return the work for one of the closed reasons."""

    outcome_id: int
    version: int
    reason: ReturnReason


@packs_as("undo")
@dataclass(frozen=True, slots=True)
class WithdrawDecision(Action):
    """Take my decision back, within the minutes the rulebook gives."""

    certification_id: int


@packs_as("many?")
@dataclass(frozen=True, slots=True)
class ShowListToCertify(Action):
    """Show a list to look at before certifying all of it at once."""


@packs_as("many")
@dataclass(frozen=True, slots=True)
class CertifyList(Action):
    """Certify exactly the works that the list showed; the digest proves that it is unchanged."""

    count: int
    digest: str
