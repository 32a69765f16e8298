"""Sending works for certification and reminding teachers, as tables of cases."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import (
    AlreadyDone,
    DomainError,
    NotReady,
    NudgedRecently,
    Outdated,
    WindowClosed,
    WindowNotOpen,
)
from models.rules import requesting
from models.vocabulary import OutcomeState, Stage
from tests.rules.test_opening import START, Days

NOW = datetime(2024, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "seen", "refusal"),
    [
        (OutcomeState.UPLOADED, 3, None),
        (OutcomeState.RETURNED, 3, None),
        (OutcomeState.UPLOADED, 2, Outdated),
        (OutcomeState.RETURNED, 2, Outdated),
        (OutcomeState.AWAITING, 3, AlreadyDone),
        (OutcomeState.AWAITING, 2, AlreadyDone),
        (OutcomeState.DRAFT, 3, NotReady),
        (OutcomeState.CERTIFIED, 3, Outdated),
    ],
)
def test_which_works_can_be_sent(
    state: OutcomeState, seen: int, refusal: type[DomainError] | None
) -> None:
    """Uploaded and returned works, as the card showed them."""
    if refusal is None:
        sent = requesting.request("作品", state, version=3, seen=seen)
        assert sent is OutcomeState.AWAITING
        return
    with pytest.raises(refusal):
        requesting.request("作品", state, version=3, seen=seen)


UPLOAD = Days(10, 20, Stage.UPLOAD)
CERTIFICATION = Days(15, 27, Stage.CERTIFICATION)


@pytest.mark.parametrize(
    ("day", "found"),
    [(10, UPLOAD), (14, UPLOAD), (15, CERTIFICATION), (19, CERTIFICATION), (26, CERTIFICATION)],
)
def test_works_are_sent_from_the_first_day_of_uploading_to_the_end_of_certification(
    day: int, found: Days
) -> None:
    """The later of the open ends is the deadline."""
    now = START + timedelta(days=day)
    assert requesting.window_for_request([UPLOAD, CERTIFICATION], now) is found


def test_outside_both_windows_nothing_is_sent() -> None:
    """The refusal names the window that opens next, or the one that closed last."""
    with pytest.raises(WindowNotOpen) as early:
        requesting.window_for_request([UPLOAD, CERTIFICATION], START)
    assert early.value.stage is Stage.UPLOAD
    with pytest.raises(WindowClosed) as late:
        requesting.window_for_request([UPLOAD, CERTIFICATION], START + timedelta(days=27))
    assert late.value.stage is Stage.CERTIFICATION
    with pytest.raises(WindowNotOpen) as never:
        requesting.window_for_request([], START)
    assert never.value.opens_at is None


@given(st.integers(1, 30), st.timedeltas(timedelta(0), timedelta(days=60)))
def test_between_two_nudges_lies_the_pause_of_the_rulebook(days: int, later: timedelta) -> None:
    """To the microsecond: the next may go at the instant that the refusal names."""
    next_at = NOW + timedelta(days=days)
    refusal = nullcontext() if NOW + later >= next_at else pytest.raises(NudgedRecently)
    with refusal as refused:
        requesting.nudge(OutcomeState.AWAITING, nudged_at=NOW, pause_days=days, now=NOW + later)
    assert refused is None or refused.value.next_at == next_at


@pytest.mark.parametrize("state", set(OutcomeState) - {OutcomeState.AWAITING})
def test_nobody_is_nudged_about_a_work_that_does_not_wait(state: OutcomeState) -> None:
    """The card was drawn before the work was decided or taken back."""
    with pytest.raises(Outdated):
        requesting.nudge(state, nudged_at=None, pause_days=3, now=NOW)


def test_the_first_nudge_may_go_at_once() -> None:
    """Sending a work is no nudge."""
    requesting.nudge(OutcomeState.AWAITING, nudged_at=None, pause_days=3, now=NOW)
