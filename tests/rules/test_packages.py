"""What came back beside what was submitted: cases, and whatever texts there are."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.importing.later_rounds import Earlier, KnownDoubt, reopened
from models.rules.importing.packages import Deviance, Received, Sent, is_equal, match
from models.rules.importing.problems import Place
from models.rules.importing.records import ReceiptRow
from models.vocabulary import QueryState, StatementPart

OUTCOME = StatementPart.OUTCOME
PERFORMANCE = StatementPart.PERFORMANCE
PLACE = Place("學期課程學習成果", 1)

rare = st.sampled_from("堃喆峯煊邨𠝹𠮷𡘙𪜶㗎０１９ａ　（）。=+-@'\",\n\t")
texts = st.one_of(
    st.text(rare, max_size=8),
    st.from_regex(r"0[0-9]{1,8}", fullmatch=True),
    st.from_regex(r"0?[0-9]{2,3}/[01]?[0-9]/[0-3]?[0-9]", fullmatch=True),
)
rows = st.lists(
    st.tuples(
        st.sampled_from(["000001", "000002"]),
        st.sampled_from([OUTCOME, PERFORMANCE]),
        st.fixed_dictionaries({"科目名稱": texts, "成果簡述": texts, "修課學分": texts}),
    ),
    max_size=8,
)


def received(pupil: str, part: StatementPart = OUTCOME, **cells: str) -> Received:
    """Return a row of a package."""
    return Received(PLACE, pupil, part, cells)


def sent(pupil: str, part: StatementPart = OUTCOME, *, expected: bool = True, **cells: str) -> Sent:
    """Return a row of a name list."""
    return Sent(pupil, part, "", f"成果{cells.get('科目名稱', '')}", cells, expected)


@pytest.mark.parametrize(
    ("ours", "theirs", "equal"),
    [
        ("國文", "國文 ", True),
        ("國文", "國語文", False),
        ("第一行\n第二行", "第一行\r\n第二行", True),
        ("0970503", "2008/05/03", True),
        ("0970503", "97/5/3", True),
        ("0970503", "2008/05/04", False),
        ("4", "4.0", True),
        ("007", "7", False),
        ("０１", "01", False),
        ("𠝹", "刂", False),
        ("", "", True),
        ("", "0", False),
    ],
)
def test_cells_are_equal_when_they_say_the_same(ours: str, theirs: str, equal: bool) -> None:
    """Days in any calendar and whole numbers; nothing else is forgiven."""
    assert is_equal(ours, theirs) is equal
    assert is_equal(theirs, ours) is equal


@settings(max_examples=25, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_whatever_was_submitted_matches_itself_in_any_order(
    made: list[tuple[str, StatementPart, dict[str, str]]], dice: random.Random
) -> None:
    """Rows with something in them pair off without a word; each of ours is used once."""
    filled = [row for row in made if any(cell.strip() for cell in row[2].values())]
    out = [Sent(pupil, part, "", "題目", cells) for pupil, part, cells in filled]
    back = [Received(PLACE, pupil, part, cells) for pupil, part, cells in filled]
    dice.shuffle(back)
    matched = match(back, out)
    assert not matched.deviations
    assert matched.same == len(filled)
    assert len({id(of) for _, of in matched.rows}) == len(filled)
    assert [row for row, _ in matched.rows] == back


@settings(max_examples=25, deadline=None)
@given(rows, rows)
def test_every_row_of_either_side_is_accounted_for(
    ours: list[tuple[str, StatementPart, dict[str, str]]],
    theirs: list[tuple[str, StatementPart, dict[str, str]]],
) -> None:
    """Same, changed, missing or new: no row is lost, and none is counted twice."""
    out = [Sent(pupil, part, "", "題目", cells) for pupil, part, cells in ours]
    back = [Received(PLACE, pupil, part, cells) for pupil, part, cells in theirs]
    matched = match(back, out)
    told = [each.deviance for each in matched.deviations]
    changed = told.count(Deviance.CHANGED)
    assert matched.same + changed + told.count(Deviance.NOT_RECEIVED) == len(out)
    compared = sum(1 for row in back if row.part in {each.part for each in out})
    assert matched.same + changed + told.count(Deviance.NOT_SUBMITTED) == compared


def test_a_changed_cell_is_told_and_not_taken_for_a_loss() -> None:
    """The likeliest of a pupil's works is meant; a cell that only one side has is not compared."""
    out = [
        sent("1", 科目名稱="國文", 成果簡述="甲", 修課學分="4", 課程代碼="A"),
        sent("1", 科目名稱="數學", 成果簡述="乙", 修課學分="4", 課程代碼="B"),
        sent("2", 科目名稱="國文", 成果簡述="甲", 修課學分="4", 課程代碼="A"),
    ]
    back = [received("1", 科目名稱="數學", 成果簡述="乙", 修課學分="3", 附註="x")]
    matched = match(back, out)
    assert matched.rows[0][1] is out[1]
    told = [(each.deviance, each.pupil, each.title, each.columns) for each in matched.deviations]
    assert told == [
        (Deviance.CHANGED, "1", "成果數學", (("修課學分", "4", "3"),)),
        (Deviance.NOT_RECEIVED, "1", "成果國文", ()),
        (Deviance.NOT_RECEIVED, "2", "成果國文", ()),
    ]


def test_what_need_not_come_back_is_not_missed_and_an_unlisted_part_is_not_compared() -> None:
    """Officers of the other semester; performances where only outcomes were exported here."""
    matched = match(
        [received("1", PERFORMANCE, 名稱="壁畫")],
        [sent("1", 科目名稱="國文", expected=False)],
    )
    assert not matched.deviations
    assert matched.rows[0][1] is None


def line(pupil: str, title: str) -> ReceiptRow:
    """Return a line of a statement."""
    return ReceiptRow(PLACE, pupil, OUTCOME, title, "國文")


@pytest.mark.parametrize(
    ("before", "doubts", "asked", "stays"),
    [
        (["甲", "乙"], [], False, False),
        (["乙", "甲"], [], False, False),
        (["甲"], [], False, True),
        (["甲", "丙"], [], False, True),
        (["甲", "乙"], [QueryState.OPEN], False, False),
        (["甲", "乙"], [QueryState.CORRECTED], False, True),
        (["甲", "乙"], [], True, True),
    ],
)
def test_a_later_round_asks_who_has_another_statement_or_waits_for_a_correction(
    before: list[str], doubts: list[QueryState], asked: bool, stays: bool
) -> None:
    """Order does not matter; an open query alone reopens nothing, the office settles it."""
    earlier = Earlier(
        [(OUTCOME, title, "國文") for title in before],
        [KnownDoubt(7, state, (OUTCOME, "甲", "國文")) for state in doubts],
    )
    found = reopened(
        [line("1", "甲"), line("1", "乙")], {"1": earlier}, frozenset("1" if asked else "")
    )
    assert bool(found.rows) is stays
    assert found.unchanged == int(not stays)
    assert [each.changed for each in found.doubts] == [False] * len(doubts)


def test_a_query_is_changed_when_its_line_is_another_or_a_missing_work_has_come() -> None:
    """Somebody new in the round is asked without more."""
    missing = KnownDoubt(1, QueryState.OPEN, None)
    wrong = KnownDoubt(2, QueryState.OPEN, (OUTCOME, "甲", "國文"))
    earlier = {"1": Earlier([(OUTCOME, "甲", "國文")], [missing, wrong])}
    found = reopened([line("1", "乙"), line("2", "丙")], earlier)
    assert [(each.id, each.title, each.changed) for each in found.doubts] == [
        (1, "", True),
        (2, "甲", True),
    ]
    assert len(found.rows) == 2
