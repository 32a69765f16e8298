"""Progress as *has decided / has not*, never as a number of works and never as a ranking (N7)."""

from dataclasses import dataclass

from models.vocabulary import Stage

PUPIL_STAGES = (Stage.UPLOAD, Stage.SELECTION, Stage.RECEIPT)
"""The stages that pupils decide about; certification is their teachers' business."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many people a window concerns, and how many of them have something left.

    `unreachable` are those of the latter whom no message can reach: no account, or blocked;
    `untold` those whom the last one did not reach although it could have; `on_paper` those to be
    told of a receipt statement by letter or in person (rules/letters.py), where that was asked for.
    """

    concerned: int
    undecided: int
    unreachable: int = 0
    untold: int = 0
    on_paper: int = 0

    @property
    def decided(self) -> int:
        """Return how many have decided; to hand in nothing is a decision too (114函 point 1)."""
        return self.concerned - self.undecided

    @property
    def reachable(self) -> int:
        """Return how many have something left and can be reached by a message."""
        return self.undecided - self.unreachable
