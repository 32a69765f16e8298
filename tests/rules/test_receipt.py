"""Silence counts as agreement only past the window, and a wish is no query."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import AlreadyConfirmed, AlreadyDone, AlreadySettled, NotAQuery, Outdated
from models.rules import receipt
from models.rules.receipt import Standing
from models.tables import Confirmation, Query, ReceiptStatement
from models.vocabulary import QueryReason, QueryState, StatementPart

CLOSES = datetime(2024, 10, 14, 16, tzinfo=UTC)
LAST = timedelta(microseconds=1)


def received(version: int = 1) -> ReceiptStatement:
    """Return statement 7."""
    return ReceiptStatement(
        id=7, school_id=1, submission_id=1, person_id=1, imported_at=CLOSES, version=version
    )


def confirmed(statement_id: int = 7, after: timedelta = timedelta(0)) -> Confirmation:
    """Return a confirmation of a statement, so long after a query was raised."""
    return Confirmation(
        id=1,
        school_id=1,
        statement_id=statement_id,
        person_id=1,
        confirmed_at=CLOSES - LAST + after,
    )


def doubted(
    line_id: int | None = 3, state: QueryState = QueryState.OPEN, statement_id: int = 7
) -> Query:
    """Return a query about a line of a statement."""
    return Query(
        id=1,
        school_id=1,
        statement_id=statement_id,
        line_id=line_id,
        person_id=1,
        reason=QueryReason.WRONG_FILE,
        state=state,
        raised_at=CLOSES - LAST,
    )


@pytest.mark.parametrize(
    ("confirmation", "queries", "now", "expected"),
    [
        (None, [], CLOSES - LAST, Standing.WAITING),
        (None, [], CLOSES, Standing.DEEMED_CONFIRMED),
        (None, [], CLOSES + LAST, Standing.DEEMED_CONFIRMED),
        (confirmed(), [], CLOSES - LAST, Standing.CONFIRMED),
        (confirmed(), [], CLOSES, Standing.CONFIRMED),
        (None, [doubted()], CLOSES - LAST, Standing.QUERIED),
        (None, [doubted()], CLOSES, Standing.QUERIED),
        (None, [doubted(state=QueryState.EXPLAINED)], CLOSES, Standing.QUERIED),
        (confirmed(), [doubted()], CLOSES, Standing.QUERIED),
        (
            confirmed(after=LAST),
            [doubted(state=QueryState.EXPLAINED)],
            CLOSES,
            Standing.CONFIRMED,
        ),
        (confirmed(8), [doubted(statement_id=8)], CLOSES - LAST, Standing.WAITING),
    ],
)
def test_where_a_statement_stands(
    confirmation: Confirmation | None, queries: list[Query], now: datetime, expected: Standing
) -> None:
    """From the deadline and what was said, at every look anew."""
    assert receipt.standing(received(), confirmation, queries, CLOSES, now) is expected


@given(
    st.booleans(),
    st.lists(st.sampled_from(QueryState), max_size=3),
    st.timedeltas(timedelta(0), timedelta(days=365)),
)
def test_time_alone_changes_nothing_but_silence(
    said: bool, states: list[QueryState], later: timedelta
) -> None:
    """Thirty days of downtime change nobody's standing (C2)."""
    queries = [doubted(line, state) for line, state in enumerate(states)]
    confirmation = confirmed() if said else None
    at_the_end = receipt.standing(received(), confirmation, queries, CLOSES, CLOSES)
    assert receipt.standing(received(), confirmation, queries, CLOSES, CLOSES + later) is at_the_end
    before = receipt.standing(received(), confirmation, queries, CLOSES, CLOSES - LAST)
    assert before is at_the_end or (before, at_the_end) == (
        Standing.WAITING,
        Standing.DEEMED_CONFIRMED,
    )


@pytest.mark.parametrize(
    ("confirmation", "states", "expected"),
    [
        (None, [], True),
        (None, [QueryState.EXPLAINED], True),
        (None, [QueryState.EXPLAINED, QueryState.OPEN], False),
        (None, [QueryState.CORRECTED], False),
        (confirmed(), [], False),
        (confirmed(), [QueryState.EXPLAINED], False),
    ],
)
def test_all_is_correct_is_said_once_and_with_every_query_explained(
    confirmation: Confirmation | None, states: list[QueryState], expected: bool
) -> None:
    """Whoever got an explanation can agree; what is corrected comes in a later round."""
    queries = [doubted(line, state) for line, state in enumerate(states)]

    assert receipt.can_confirm(confirmation, queries) is expected


def test_what_was_seen_is_confirmed_once() -> None:
    """A second tap hears when; another import is looked at first; an open query says otherwise."""
    receipt.confirm(received(), None, [], seen=1)
    receipt.confirm(received(), None, [doubted(state=QueryState.EXPLAINED)], seen=1)
    with pytest.raises(AlreadyConfirmed) as again:
        receipt.confirm(received(2), confirmed(), [], seen=1)
    assert again.value.confirmed_at == CLOSES - LAST
    with pytest.raises(Outdated):
        receipt.confirm(received(2), None, [], seen=1)
    with pytest.raises(Outdated):
        receipt.confirm(received(), None, [doubted()], seen=1)


@pytest.mark.parametrize("line_id", [3, None])
def test_a_wish_to_improve_is_no_query(line_id: int | None) -> None:
    """It is answered with the clause, whatever line it is about, also where one is queried."""
    with pytest.raises(NotAQuery) as refusal:
        receipt.query([doubted()], line_id, QueryReason.COULD_BE_BETTER, part=None, clause="六(三)")
    assert refusal.value.clause == "六(三)"


@pytest.mark.parametrize("reason", receipt.reasons_for(StatementPart.OUTCOME)[:-1])
def test_a_line_is_queried_once(reason: QueryReason) -> None:
    """Another line, and a missing work, can still be queried."""
    part = StatementPart.OUTCOME
    receipt.query([doubted(3)], 4, reason, part=part, clause="")
    receipt.query([doubted(3)], None, QueryReason.MISSING_ITEM, part=None, clause="")
    with pytest.raises(AlreadyDone):
        receipt.query([doubted(3)], 3, reason, part=part, clause="")
    with pytest.raises(AlreadyDone):
        receipt.query([doubted(None)], None, QueryReason.MISSING_ITEM, part=None, clause="")


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (StatementPart.PERFORMANCE, QueryReason.WRONG_COURSE),
        (StatementPart.COURSE_RECORD, QueryReason.WRONG_FILE),
        (StatementPart.OFFICER_RECORD, QueryReason.WRONG_COURSE),
    ],
)
def test_a_reason_that_does_not_fit_the_part_is_none(
    part: StatementPart, reason: QueryReason
) -> None:
    """Only what is made in a course has one that can be wrong, and records have no file."""
    assert reason not in receipt.reasons_for(part)
    with pytest.raises(Outdated):
        receipt.query([], 3, reason, part=part, clause="")


def test_a_query_is_settled_once() -> None:
    """The first word of the office stays."""
    known = doubted(3)
    receipt.settle(known)
    known.state, known.settled_at = QueryState.CORRECTED, CLOSES
    with pytest.raises(AlreadySettled) as refusal:
        receipt.settle(known)
    assert refusal.value.settled_at == CLOSES


def test_a_missing_work_has_no_line() -> None:
    """Whatever line the card was about."""
    assert receipt.line_in_doubt(3, QueryReason.MISSING_ITEM) is None
    assert receipt.line_in_doubt(3, QueryReason.WRONG_FILE) == 3
