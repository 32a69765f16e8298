"""The step of a work follows from its rows, in the order of the law's stages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.lifecycle import Step, Trail, step_of_outcome, step_of_performance
from models.rules.receipt import Standing
from models.vocabulary import OutcomeState, QueryState

CERTIFIED = OutcomeState.CERTIFIED
trails = st.builds(
    Trail,
    st.booleans(),
    st.booleans(),
    st.none() | st.sampled_from(Standing),
    st.none() | st.sampled_from(QueryState),
)


@pytest.mark.parametrize(
    ("state", "trail", "step"),
    [
        (OutcomeState.DRAFT, Trail(), Step.DRAFT),
        (OutcomeState.UPLOADED, Trail(), Step.UPLOADED),
        (OutcomeState.AWAITING, Trail(), Step.AWAITING),
        (OutcomeState.RETURNED, Trail(), Step.RETURNED),
        (CERTIFIED, Trail(), Step.CERTIFIED),
        (CERTIFIED, Trail(submitted=True, standing=Standing.CONFIRMED), Step.CERTIFIED),
        (CERTIFIED, Trail(selected=True), Step.SELECTED),
        (CERTIFIED, Trail(True, True), Step.SUBMITTED),
        (CERTIFIED, Trail(True, True, Standing.WAITING), Step.RECEIPT_OPEN),
        (CERTIFIED, Trail(True, True, Standing.CONFIRMED), Step.CONFIRMED),
        (CERTIFIED, Trail(True, True, Standing.DEEMED_CONFIRMED), Step.DEEMED_CONFIRMED),
        (CERTIFIED, Trail(True, True, Standing.QUERIED), Step.SUBMITTED),
        (CERTIFIED, Trail(True, True, Standing.QUERIED, QueryState.OPEN), Step.QUERIED),
        (CERTIFIED, Trail(True, True, Standing.QUERIED, QueryState.CORRECTED), Step.CORRECTED),
        (CERTIFIED, Trail(True, True, Standing.QUERIED, QueryState.EXPLAINED), Step.EXPLAINED),
    ],
)
def test_every_step_of_a_course_outcome(state: OutcomeState, trail: Trail, step: Step) -> None:
    """domain.md's drawing of a work's life, arrow by arrow."""
    assert step_of_outcome(state, trail) is step


@given(st.sampled_from(sorted(set(OutcomeState) - {CERTIFIED})), trails)
def test_what_is_not_certified_goes_no_further(state: OutcomeState, trail: Trail) -> None:
    """No row of a later stage moves a work past its certification."""
    assert step_of_outcome(state, trail) == state.value


@given(trails)
def test_a_performance_goes_the_same_way_without_certification(trail: Trail) -> None:
    """Selected, it stands where a certified course outcome stands."""
    if trail.selected:
        assert step_of_performance(trail) is step_of_outcome(CERTIFIED, trail)
    else:
        assert step_of_performance(trail) is Step.RECORDED
