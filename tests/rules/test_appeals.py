"""What an appeal can be about, and once about each matter: a table of cases, and at random."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import AlreadyAppealed, AlreadySettled, DomainError, NothingToAppeal
from models.rules.appeals import Earlier, Matter, appeal, is_doubtful, settle
from models.vocabulary import AppealState, OutcomeState
from tests.support.cast import taipei

NOW = taipei(2025, 2, 12, 9)
SENT, ENDED, TO_COME = taipei(2025, 1, 20), taipei(2025, 2, 11), taipei(2025, 2, 18)
RETURNED = Matter(OutcomeState.RETURNED, 7, SENT, TO_COME)
OVERDUE = Matter(OutcomeState.AWAITING, None, SENT, ENDED)
WAITING = Matter(OutcomeState.AWAITING, None, SENT, TO_COME)
ANSWERED, OPEN = AppealState.EXPLAINED, AppealState.OPEN


@pytest.mark.parametrize(
    ("matter", "earlier", "refusal"),
    [
        (RETURNED, None, None),
        (Matter(OutcomeState.RETURNED, None, None, None), None, None),
        (OVERDUE, None, None),
        (WAITING, None, NothingToAppeal),
        (Matter(OutcomeState.AWAITING, None, SENT, None), None, NothingToAppeal),
        (Matter(OutcomeState.AWAITING, None, SENT, NOW), None, None),
        (Matter(OutcomeState.UPLOADED, None, None, ENDED), None, NothingToAppeal),
        (Matter(OutcomeState.CERTIFIED, None, SENT, ENDED), None, NothingToAppeal),
        (RETURNED, Earlier(OPEN, 7, NOW), AlreadyAppealed),
        (RETURNED, Earlier(ANSWERED, 7, NOW), AlreadyAppealed),
        (RETURNED, Earlier(ANSWERED, 6, NOW), None),
        (RETURNED, Earlier(OPEN, 6, NOW), AlreadyAppealed),
        (RETURNED, Earlier(ANSWERED, None, NOW), None),
        (OVERDUE, Earlier(ANSWERED, None, ENDED), AlreadyAppealed),
        (OVERDUE, Earlier(ANSWERED, None, SENT - timedelta(days=1)), None),
        (OVERDUE, Earlier(ANSWERED, 7, ENDED), None),
    ],
)
def test_an_appeal_is_about_a_return_or_a_missed_day_and_once(
    matter: Matter, earlier: Earlier | None, refusal: type[DomainError] | None
) -> None:
    """Another return, or another missed day after it was sent again, is another matter."""
    if refusal is None:
        appeal(matter, earlier, NOW)
        return
    with pytest.raises(refusal):
        appeal(matter, earlier, NOW)


@settings(max_examples=60)
@given(
    state=st.sampled_from(OutcomeState),
    certification_id=st.none() | st.integers(1, 3),
    days=st.integers(-5, 5),
    answered=st.sampled_from(AppealState),
)
def test_raising_the_same_twice_is_always_refused(
    state: OutcomeState, certification_id: int | None, days: int, answered: AppealState
) -> None:
    """Whatever can be raised can be raised once, whatever came of it."""
    matter = Matter(state, certification_id, SENT, NOW + timedelta(days=days))
    if not is_doubtful(matter, NOW):
        with pytest.raises(NothingToAppeal):
            appeal(matter, None, NOW)
        return
    appeal(matter, None, NOW)
    with pytest.raises(AlreadyAppealed):
        appeal(matter, Earlier(answered, certification_id, NOW), NOW)


def test_the_first_answer_stays() -> None:
    """An appeal that was answered is not answered again."""
    settle(OPEN, None, NOW)
    with pytest.raises(AlreadySettled) as refused:
        settle(AppealState.GRANTED, ENDED, NOW)
    assert refused.value.settled_at == ENDED
