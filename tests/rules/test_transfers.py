"""A transfer is refused whole with every reason, and two rows become one without a loss."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.access import Grant
from models.rules.handing_out import HANDED_OUT, Reason, looked_after, objection
from models.rules.transfers import (
    Conflict,
    Hindrance,
    Objection,
    Seat,
    Traces,
    conflicts,
    hindrances,
    new_slots,
)
from models.vocabulary import Choice, ConsoleRole, ItemKind, PersonKind, Stage

TODAY = date(2024, 10, 11)
HERE = Seat("0123", 3, 12)
OUTCOMES = (113, ItemKind.OUTCOME)
SELECTING = (Stage.SELECTION, "113")


@pytest.mark.parametrize(
    ("wanted", "day", "found"),
    [
        (Seat("0123", 4, 5), TODAY, ()),
        (Seat("0124", 3, 12), date(2024, 9, 1), ()),
        (HERE, TODAY, (Hindrance.NOTHING_NEW,)),
        (Seat("0123", 4, 5), date(2024, 10, 12), (Hindrance.NOT_YET,)),
        (Seat("", 4, 5), TODAY, (Hindrance.NO_NUMBER,)),
        (Seat("01 23", 4, 5), TODAY, (Hindrance.NO_NUMBER,)),
        (Seat("0" * 33, 4, 5), TODAY, (Hindrance.NO_NUMBER,)),
        (Seat("0999", 4, 5), TODAY, (Hindrance.NUMBER_TAKEN,)),
        (Seat("0123", 4, 0), TODAY, (Hindrance.NO_SEAT,)),
        (Seat("0123", 4, 100), TODAY, (Hindrance.NO_SEAT,)),
        (Seat("0123", 4, 7), TODAY, (Hindrance.SEAT_TAKEN,)),
        (Seat("0124", None, 0), TODAY, ()),
        (
            Seat("0999", 4, 7),
            date(2025, 1, 1),
            (Hindrance.NOT_YET, Hindrance.NUMBER_TAKEN, Hindrance.SEAT_TAKEN),
        ),
    ],
)
def test_a_move_is_refused_with_all_that_stands_against_it(
    wanted: Seat, day: date, found: tuple[Hindrance, ...]
) -> None:
    """A number or seat of somebody else, a day to come, nothing new: each is said, all at once."""
    assert (
        hindrances(HERE, wanted, day=day, today=TODAY, numbers_taken={"0999"}, seats_taken={7})
        == found
    )


@pytest.mark.parametrize(
    ("kept", "gone", "found"),
    [
        (Traces(1), Traces(2), ()),
        (Traces(1), Traces(1), (Objection(Conflict.SAME_ROW),)),
        (Traces(1), Traces(2, kind=PersonKind.STAFF), (Objection(Conflict.OTHER_KIND),)),
        (Traces(1, "林美"), Traces(2, "林小美"), (Objection(Conflict.OTHER_NAME),)),
        (Traces(1, "林美"), Traces(2, "林小美", departed=True), ()),
        (Traces(1, departed=True), Traces(2), (Objection(Conflict.DEPARTED),)),
        (Traces(1), Traces(2, departed=True), ()),
        (
            Traces(1, channels=frozenset({"line", "telegram"})),
            Traces(2, channels=frozenset({"line"})),
            (Objection(Conflict.BOTH_JOINED, "line"),),
        ),
        (
            Traces(1, channels=frozenset({"telegram"})),
            Traces(2, channels=frozenset({"line"})),
            (),
        ),
        (
            Traces(1, statements={7: "112-2"}),
            Traces(2, statements={7: "112-2", 8: "113-1"}),
            (Objection(Conflict.BOTH_HAVE_STATEMENT, "112-2"),),
        ),
        (
            Traces(1, decisions={SELECTING: Choice.DONE}),
            Traces(2, decisions={SELECTING: Choice.NOTHING}),
            (Objection(Conflict.DECIDED_DIFFERENTLY, "113"),),
        ),
        (
            Traces(1, decisions={SELECTING: Choice.NOTHING}),
            Traces(2, selected={OUTCOMES: frozenset({1})}),
            (Objection(Conflict.DECIDED_DIFFERENTLY, "113"),),
        ),
        (
            Traces(1, decisions={SELECTING: Choice.DONE}),
            Traces(2, decisions={SELECTING: Choice.DONE}),
            (),
        ),
        (
            Traces(1, selected={OUTCOMES: frozenset({1, 2})}),
            Traces(2, selected={OUTCOMES: frozenset({1})}),
            (),
        ),
        (
            Traces(1, selected={OUTCOMES: frozenset({1, 2})}),
            Traces(2, selected={OUTCOMES: frozenset({1, 2})}),
            (Objection(Conflict.TOO_MANY_SELECTED, "113"),),
        ),
    ],
)
def test_two_rows_become_one_only_where_nothing_is_decided_for_anybody(
    kept: Traces, gone: Traces, found: tuple[Objection, ...]
) -> None:
    """Two chats in one app, two statements, two different words, too much selected: refused."""
    assert conflicts(kept, gone, {OUTCOMES: 3}) == found


traces = st.builds(
    Traces,
    st.integers(1, 3),
    st.sampled_from(["林美", "林小美"]),
    st.sampled_from(PersonKind),
    st.just(value=False),
    st.frozensets(st.sampled_from(["line", "telegram"])),
    st.dictionaries(st.integers(1, 3), st.just("113-1"), max_size=3),
    st.dictionaries(st.just(SELECTING), st.sampled_from(Choice)),
    st.dictionaries(st.just(OUTCOMES), st.frozensets(st.integers(1, 6))),
)


@given(traces, traces)
@settings(max_examples=60, deadline=None)
def test_what_stands_against_it_stands_against_both_ways(one: Traces, other: Traces) -> None:
    """Which of the two rows stays changes nothing about whether they can become one."""
    caps = {OUTCOMES: 6}
    assert set(conflicts(one, other, caps)) == set(conflicts(other, one, caps))


@given(st.frozensets(st.integers(1, 10)), st.frozensets(st.integers(1, 10)))
@settings(max_examples=60, deadline=None)
def test_what_was_selected_finds_a_slot_of_its_own(
    kept: frozenset[int], gone: frozenset[int]
) -> None:
    """Nothing is lost, nothing is pushed out, and no slot is higher than there are works."""
    given_ = new_slots(kept, gone)

    assert given_.keys() == gone
    assert len(set(given_.values())) == len(gone)
    assert not set(given_.values()) & kept
    assert all(1 <= slot <= len(kept) + len(gone) for slot in given_.values())


@pytest.mark.parametrize(
    ("wanted", "has", "reason"),
    [
        (Grant(ConsoleRole.HOMEROOM_TEACHER, 1, "201"), (), None),
        (Grant(ConsoleRole.VIEWER, 1), (Grant(ConsoleRole.SUBMITTER, 1, "works"),), None),
        (Grant(ConsoleRole.REGISTRAR, 1), (), Reason.NOT_THIS_ROLE),
        (Grant(ConsoleRole.ADMINISTRATOR), (), Reason.NOT_THIS_ROLE),
        (Grant(ConsoleRole.VIEWER, 2), (), Reason.NOT_THIS_ROLE),
        (Grant(ConsoleRole.VIEWER), (), Reason.NOT_THIS_ROLE),
        (Grant(ConsoleRole.HOMEROOM_TEACHER, 1), (), Reason.NO_SCOPE),
        (Grant(ConsoleRole.DEPARTMENT_HEAD, 1, "night"), (), Reason.UNKNOWN_SCOPE),
        (Grant(ConsoleRole.VIEWER, 1, "201"), (), Reason.UNKNOWN_SCOPE),
        (
            Grant(ConsoleRole.VIEWER, 1),
            (Grant(ConsoleRole.VIEWER, 2),),
            Reason.TRUSTED_ELSEWHERE,
        ),
        (
            Grant(ConsoleRole.VIEWER, 1),
            (Grant(ConsoleRole.REGISTRAR, 1),),
            Reason.TRUSTED_ELSEWHERE,
        ),
    ],
)
def test_a_registrar_hands_out_narrow_roles_of_the_own_school(
    wanted: Grant, has: tuple[Grant, ...], reason: Reason | None
) -> None:
    """Never one that hands out others, never all of a school by an empty field."""
    assert objection(wanted, 1, {"201", "works"}, has) is reason


grants = st.builds(
    Grant, st.sampled_from(ConsoleRole), st.sampled_from([None, 1, 2]), st.just("201")
)


@given(grants, st.lists(grants))
@settings(max_examples=60, deadline=None)
def test_no_hand_out_ever_reaches_beyond_the_school(wanted: Grant, has: list[Grant]) -> None:
    """What is allowed is a narrow role here, for somebody who has nothing but such roles."""
    if objection(wanted, 1, {"201"}, has) is None:
        assert wanted.role in HANDED_OUT
        assert wanted.school_id == 1
        assert looked_after([*has, wanted], 1)
