"""The life of a work through all stages, in the words of one closed set (docs/glossary.md).

Which step a work has reached is derived from the rows at every look; nothing stores it.
"""

from dataclasses import dataclass
from enum import StrEnum

from models.rules.receipt import Standing
from models.vocabulary import OutcomeState, QueryState


class Step(StrEnum):
    """How far a work has come; the words follow the order of the law's own stages."""

    DRAFT = "draft"
    UPLOADED = "uploaded"
    AWAITING = "awaiting"
    RETURNED = "returned"
    CERTIFIED = "certified"
    RECORDED = "recorded"
    SELECTED = "selected"
    SUBMITTED = "submitted"
    RECEIPT_OPEN = "receipt_open"
    CONFIRMED = "confirmed"
    DEEMED_CONFIRMED = "deemed_confirmed"
    QUERIED = "queried"
    CORRECTED = "corrected"
    EXPLAINED = "explained"


@dataclass(frozen=True, slots=True)
class Trail:
    """What happened to a work after it could be selected.

    `standing` is None while the pupil has no receipt statement of the submission; `query` is the
    state of a query on the work's own line.
    """

    selected: bool = False
    submitted: bool = False
    standing: Standing | None = None
    query: QueryState | None = None


_QUERY_STEPS = {
    QueryState.OPEN: Step.QUERIED,
    QueryState.CORRECTED: Step.CORRECTED,
    QueryState.EXPLAINED: Step.EXPLAINED,
}
_STANDING_STEPS = {
    Standing.WAITING: Step.RECEIPT_OPEN,
    Standing.CONFIRMED: Step.CONFIRMED,
    Standing.DEEMED_CONFIRMED: Step.DEEMED_CONFIRMED,
    # Another line is in doubt: about this work nothing more is known than that it was submitted.
    Standing.QUERIED: Step.SUBMITTED,
}


def step_of_outcome(state: OutcomeState, trail: Trail) -> Step:
    """Return the step of a course outcome; it leaves certification only when it was selected."""
    if state is not OutcomeState.CERTIFIED or not trail.selected:
        return Step(state.value)
    return _after_selection(trail)


def step_of_performance(trail: Trail) -> Step:
    """Return the step of a diverse performance, which needs no certification."""
    return _after_selection(trail) if trail.selected else Step.RECORDED


def _after_selection(trail: Trail) -> Step:
    if not trail.submitted:
        return Step.SELECTED
    if trail.query is not None:
        return _QUERY_STEPS[trail.query]
    if trail.standing is None:
        return Step.SUBMITTED
    return _STANDING_STEPS[trail.standing]
