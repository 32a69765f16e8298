"""The decisions of a subject teacher: by tables, and by properties over every combination."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import errors
from models.rules.certification import (
    STATE_AFTER,
    Asked,
    Decided,
    Taken,
    check_list,
    decide,
    list_digest,
    undo_until,
    window_for,
    withdraw,
)
from models.vocabulary import CertificationDecision, OutcomeState, Stage

NOW = datetime(2025, 2, 1, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CERTIFIED, RETURNED = CertificationDecision.CERTIFIED, CertificationDecision.RETURNED
STANDING = Decided(CERTIFIED, by_id=1, by_name="林老師", decided_at=NOW - HOUR)
PAIRS = st.lists(
    st.tuples(st.integers(1, 10**6), st.integers(1, 50)), unique_by=lambda pair: pair[0]
)


@dataclass(frozen=True)
class Span:
    """A certification window of the tests."""

    opens_at: datetime = NOW - HOUR
    closes_at: datetime = NOW + HOUR
    stage: Stage = Stage.CERTIFICATION
    term_id: int = 1
    grades: tuple[int, ...] = (1, 2, 3)
    division: str | None = None


OPEN = Span()
CLOSED = Span(closes_at=NOW)
COMING = Span(opens_at=NOW + timedelta(microseconds=1))

DECISIONS = [
    # state, seen, standing, window, what comes of it
    (OutcomeState.AWAITING, 3, None, OPEN, None),
    (OutcomeState.AWAITING, 3, STANDING, OPEN, None),  # returned before, and sent again
    (OutcomeState.AWAITING, 2, None, OPEN, errors.Outdated),
    (OutcomeState.AWAITING, 3, None, CLOSED, errors.WindowClosed),
    (OutcomeState.AWAITING, 3, None, COMING, errors.WindowNotOpen),
    (OutcomeState.AWAITING, 3, None, None, errors.WindowNotOpen),
    (OutcomeState.CERTIFIED, 3, STANDING, OPEN, errors.AlreadyDecided),
    (OutcomeState.CERTIFIED, 2, STANDING, CLOSED, errors.AlreadyDecided),
    (OutcomeState.RETURNED, 3, STANDING, OPEN, errors.AlreadyDecided),
    (OutcomeState.UPLOADED, 3, STANDING, OPEN, errors.Outdated),
    (OutcomeState.DRAFT, 3, None, OPEN, errors.Outdated),
]


@pytest.mark.parametrize("decision", list(CertificationDecision))
@pytest.mark.parametrize(("state", "seen", "standing", "window", "refusal"), DECISIONS)
def test_a_work_is_decided_about_once_inside_its_window(
    *,
    state: OutcomeState,
    seen: int,
    standing: Decided | None,
    window: Span | None,
    refusal: type[errors.DomainError] | None,
    decision: CertificationDecision,
) -> None:
    """Only a work that waits, in the version that was seen, while the window is open."""
    asked = Asked("斜面實驗報告", state, version=3, seen=seen)

    if refusal is None:
        after = decide(asked, decision, standing=standing, window=window, by_id=1, now=NOW)
        assert after is STATE_AFTER[decision]
    else:
        with pytest.raises(refusal):
            decide(asked, decision, standing=standing, window=window, by_id=1, now=NOW)


@pytest.mark.parametrize("by_id", [1, 2])
def test_an_old_card_says_who_decided_and_when(by_id: int) -> None:
    """The refusal carries the name, the instant, and whether it was the same person."""
    asked = Asked("斜面實驗報告", OutcomeState.CERTIFIED, version=3, seen=2)

    with pytest.raises(errors.AlreadyDecided) as refused:
        decide(asked, RETURNED, standing=STANDING, window=OPEN, by_id=by_id, now=NOW)

    assert refused.value.by_name == "林老師"
    assert refused.value.decided_at == NOW - HOUR
    assert refused.value.by_actor is (by_id == 1)


def taken(**values: object) -> Taken:
    """Make a decision of a minute ago that can be taken back."""
    facts: dict[str, object] = {
        "title": "斜面實驗報告",
        "decision": CERTIFIED,
        "decided_at": NOW - timedelta(minutes=1),
        "withdrawn": False,
        "state": OutcomeState.CERTIFIED,
        "selected": False,
    }
    return Taken(**(facts | values))  # type: ignore[arg-type]


WITHDRAWALS = [
    ({}, OPEN, None),
    ({"decision": RETURNED, "state": OutcomeState.RETURNED}, OPEN, None),
    ({"withdrawn": True}, OPEN, errors.AlreadyDone),
    ({"decided_at": NOW - timedelta(minutes=10)}, OPEN, errors.UndoTooLate),
    ({"state": OutcomeState.AWAITING}, OPEN, errors.Outdated),
    ({"decision": RETURNED, "state": OutcomeState.UPLOADED}, OPEN, errors.Outdated),
    ({"selected": True}, OPEN, errors.SelectedMeanwhile),
    ({}, CLOSED, errors.WindowClosed),
]


@pytest.mark.parametrize(("values", "window", "refusal"), WITHDRAWALS)
def test_a_decision_is_taken_back_once_and_in_time(
    values: dict[str, object], window: Span, refusal: type[errors.DomainError] | None
) -> None:
    """The work waits again, unless it is too late or the pupil went on."""
    if refusal is None:
        after = withdraw(taken(**values), window=window, minutes=10, now=NOW)
        assert after is OutcomeState.AWAITING
    else:
        with pytest.raises(refusal):
            withdraw(taken(**values), window=window, minutes=10, now=NOW)


@given(st.integers(1, 600), st.integers(0, 36_000_000_000))
def test_the_minutes_end_at_an_exclusive_instant(minutes: int, micros: int) -> None:
    """A decision can be taken back exactly while `now` is before its end."""
    now = NOW + timedelta(microseconds=micros)
    window = Span(closes_at=NOW + timedelta(days=30))
    made = taken(decided_at=NOW)

    if now < undo_until(NOW, minutes):
        assert withdraw(made, window=window, minutes=minutes, now=now) is OutcomeState.AWAITING
    else:
        with pytest.raises(errors.UndoTooLate):
            withdraw(made, window=window, minutes=minutes, now=now)


def test_of_several_windows_the_longest_that_speaks_of_the_pupil_counts() -> None:
    """Another term, another grade or another division does not count."""
    later = NOW + timedelta(days=9)
    fitting = Span(closes_at=NOW + timedelta(days=2), division="day")
    planned = [
        OPEN,
        fitting,
        Span(closes_at=later, term_id=2),
        Span(closes_at=later, grades=(3,)),
        Span(closes_at=later, division="continuing"),
    ]

    assert window_for(planned, term_id=1, grade=2, division="day") is fitting
    assert window_for(planned, term_id=3, grade=2, division="day") is None


@given(PAIRS, st.randoms())
def test_a_digest_knows_a_list_in_any_order(pairs: list[tuple[int, int]], mixer: object) -> None:
    """The same works in the same versions, however they are sorted."""
    mixed = list(pairs)
    mixer.shuffle(mixed)  # type: ignore[attr-defined]

    assert list_digest(mixed) == list_digest(pairs)


@given(PAIRS, PAIRS)
def test_another_list_is_never_certified(
    shown: list[tuple[int, int]], waiting: list[tuple[int, int]]
) -> None:
    """A list passes only where exactly these works wait in exactly these versions."""
    asked = (len(shown), list_digest(shown))

    if shown and set(shown) == set(waiting):
        check_list(asked, waiting=waiting, last_batch=[])
    else:
        with pytest.raises(errors.Outdated):
            check_list(asked, waiting=waiting, last_batch=[])


@given(PAIRS.filter(bool), PAIRS)
def test_a_second_tap_on_a_list_is_known_as_such(
    shown: list[tuple[int, int]], waiting: list[tuple[int, int]]
) -> None:
    """The works that were decided last, in the versions they had before, are that list."""
    asked = (len(shown), list_digest(shown))

    if set(shown) != set(waiting):
        with pytest.raises(errors.AlreadyDone):
            check_list(asked, waiting=waiting, last_batch=shown)
