"""Whose word counts about a work that the platform and we know, case by case, and what never is."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.importing.reconciling import Ours, Theirs, reconcile
from models.vocabulary import Difference, OutcomeState
from tests.rules.rulebook_texts import taipei

DRAFT, UPLOADED, AWAITING, CERTIFIED, RETURNED = OutcomeState
BEFORE, DATA_AT = taipei("2024-05-19 08:00"), taipei("2024-05-20 08:00")
AFTER = DATA_AT + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("ours", "withdrawn", "theirs", "taken", "told"),
    [
        # certified over there, awaited here: the teacher did it there
        (AWAITING, False, CERTIFIED, True, [(Difference.CERTIFIED_THERE, True)]),
        (RETURNED, False, CERTIFIED, False, [(Difference.CERTIFIED_THERE, False)]),
        # certified here, not there: ours stays
        (CERTIFIED, False, AWAITING, False, [(Difference.NOT_CERTIFIED_THERE, False)]),
        (CERTIFIED, False, RETURNED, False, [(Difference.NOT_CERTIFIED_THERE, False)]),
        # withdrawn here: a file does not certify it again
        (AWAITING, True, CERTIFIED, False, [(Difference.WITHDRAWN_HERE, False)]),
        (AWAITING, True, RETURNED, True, []),
        # it went on over there
        (UPLOADED, False, AWAITING, True, []),
        (AWAITING, False, RETURNED, True, []),
        # it would go back
        (AWAITING, False, UPLOADED, False, [(Difference.STATE, False)]),
        (RETURNED, False, AWAITING, False, [(Difference.STATE, False)]),
        (CERTIFIED, False, CERTIFIED, False, []),
    ],
)
def test_what_was_done_here_counts(
    ours: OutcomeState,
    withdrawn: bool,
    theirs: OutcomeState,
    taken: bool,
    told: list[tuple[Difference, bool]],
) -> None:
    """A file may bring a work on; it undoes nothing, and what it would undo is told."""
    verdict = reconcile(
        Ours(ours, "T", "f.pdf", "aa", BEFORE, withdrawn),
        Theirs(theirs, "T", "f.pdf", "aa"),
        DATA_AT,
    )

    assert [(one.difference, one.taken) for one in verdict.told] == told
    if ours is not theirs:
        assert verdict.takes_state is taken


@pytest.mark.parametrize("touched", [False, True])
def test_another_title_or_file_of_a_certified_work_is_told(touched: bool) -> None:
    """Ours stays where it was certified here; where only the platform did, theirs counts."""
    ours = Ours(CERTIFIED, "T", "f.pdf", "aa", BEFORE if touched else None)
    verdict = reconcile(ours, Theirs(CERTIFIED, "U", "g.pdf", "bb"), DATA_AT)

    assert [(one.difference, one.taken) for one in verdict.told] == [
        (Difference.TITLE, not touched),
        (Difference.FILE, not touched),
    ]
    assert verdict.takes_file is not touched


states = st.sampled_from(OutcomeState)


@settings(max_examples=80)
@given(states, states, st.sampled_from([None, BEFORE, AFTER]), st.booleans(), st.booleans())
def test_nothing_that_was_certified_here_is_lost_in_silence(
    ours: OutcomeState, theirs: OutcomeState, touched_at: object, withdrawn: bool, same: bool
) -> None:
    """A file older than the deed says nothing; a certificate never goes or changes untold."""
    mine = Ours(ours, "T", "f", "aa", touched_at, withdrawn)  # type: ignore[arg-type]
    verdict = reconcile(mine, Theirs(theirs, "T" if same else "U", "f", "aa"), DATA_AT)

    if touched_at is AFTER:
        assert (verdict.takes_state, verdict.takes_file, verdict.told) == (False, False, ())
    elif ours is CERTIFIED:
        assert (theirs is CERTIFIED and same) or verdict.told
        assert touched_at is None or not (
            verdict.takes_file or (theirs is not ours and verdict.takes_state)
        )
