"""When the platform's word about a work is taken over, and how rows are paired."""

from __future__ import annotations

import pytest

from models.rules.importing.comparison import paired
from models.rules.importing.reconciling import accepts
from models.vocabulary import OutcomeState

DRAFT, UPLOADED, AWAITING, CERTIFIED, RETURNED = OutcomeState


@pytest.mark.parametrize("ours", OutcomeState)
@pytest.mark.parametrize("theirs", OutcomeState)
def test_the_platform_is_followed_where_nothing_was_done_here(
    ours: OutcomeState, theirs: OutcomeState
) -> None:
    """Forwards and backwards alike."""
    assert accepts(ours, theirs, touched=False)


@pytest.mark.parametrize(
    ("ours", "taken"),
    [
        (DRAFT, {UPLOADED, AWAITING, CERTIFIED, RETURNED}),
        (UPLOADED, {AWAITING, CERTIFIED, RETURNED}),
        (AWAITING, {CERTIFIED, RETURNED}),
        (RETURNED, set()),
        (CERTIFIED, set()),
    ],
)
def test_what_was_done_here_only_goes_on(ours: OutcomeState, taken: set[OutcomeState]) -> None:
    """A decision made here is final for a file; an open request takes the teacher's answer."""
    assert {state for state in OutcomeState if accepts(ours, state, touched=True)} == taken


def test_rows_are_paired_by_the_first_key_that_tells_them_apart() -> None:
    """What equals nothing or several is left for the next key, and at last left over."""
    pairs, ours, theirs = paired(
        [("a", 1), ("b", 2), ("b", 3), ("c", None)],
        [("a", 9), ("b", 2), ("d", 3), ("e", None)],
        (lambda row: row[0], lambda row: row[0]),
        (lambda row: row[1], lambda row: row[1]),
    )
    assert pairs == [(("a", 1), ("a", 9)), (("b", 2), ("b", 2)), (("b", 3), ("d", 3))]
    assert (ours, theirs) == ([("c", None)], [("e", None)])
