"""Who is in which name list, how its cells are written, and what an identity number looks like."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.namelists.cells import (
    Calendar,
    begins_a_formula,
    rewritten_day,
    tidy,
    written_day,
)
from models.rules.namelists.identities import (
    Found,
    Gap,
    Identities,
    Identity,
    gathered,
    has_own_form,
    is_sound,
)
from models.rules.namelists.lists import Batch, Listed, concerns
from models.rules.roc import any_day

CONTINUING = frozenset({"continuing"})
BORN = date(2008, 5, 3)


def _pupil(grade: int, division: str = "day", *, departed: bool = False) -> Listed:
    return Listed(1, "01", "小美", departed, "101", 3, grade, division)


@pytest.mark.parametrize(
    ("grade", "batches"),
    [
        (1, {Batch.REGULAR}),
        (2, {Batch.REGULAR}),
        (3, {Batch.FIRST, Batch.SECOND}),
        (0, set(Batch)),
    ],
)
def test_grade_12_is_in_its_batches_and_nobody_without_a_class_is_passed_over(
    grade: int, batches: set[Batch]
) -> None:
    """The others are in the regular list; departed or not makes no difference."""
    for departed in (False, True):
        pupil = _pupil(grade, departed=departed)
        assert {batch for batch in Batch if concerns(pupil, batch, frozenset())} == batches


def test_a_list_without_divisions_is_of_all_that_no_other_list_has() -> None:
    """進修部 has a list of its own; a school without divisions has one list."""
    regular = Batch.REGULAR
    evening, day, plain = _pupil(1, "continuing"), _pupil(1), _pupil(1, "")
    assert [concerns(each, regular, CONTINUING) for each in (evening, day, plain)] == [
        True,
        False,
        False,
    ]
    assert [concerns(each, regular, frozenset(), CONTINUING) for each in (evening, day, plain)] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("number", "sound"),
    [
        ("A123456789", True),
        ("A123456788", False),
        ("A132456789", False),
        ("A800000014", True),
        ("A800000015", False),
        ("AA00000009", True),
        ("AA00000008", False),
        ("P1234567", True),
        ("123456789", True),
    ],
)
def test_a_check_digit_tells_a_slip_and_other_forms_have_none(number: str, sound: bool) -> None:
    """身分證字號, both forms of 居留證號, and a passport's number."""
    assert is_sound(number) is sound


@settings(max_examples=30, deadline=None)
@given(st.from_regex(r"[A-Z][A-D1289][0-9]{7}", fullmatch=True))
def test_of_ten_check_digits_one_is_right(number: str) -> None:
    """A slip in the last digit is always noticed."""
    ten = [f"{number}{digit}" for digit in range(10)]
    assert all(has_own_form(each) for each in ten)
    assert sum(is_sound(each) for each in ten) == 1


def test_the_file_may_say_a_pupil_twice_but_not_two_things() -> None:
    """Two rows that differ, and one number for two pupils, are gaps; so is a row that lacks one."""
    one, other = Identity("A123456789", BORN), Identity("B123456780", BORN)
    rows = [
        ("1", Found(2, one)),
        ("1", Found(3, one)),
        ("2", Found(4, other)),
        ("2", Found(5, None, Gap.INCOMPLETE)),
        ("3", Found(6, Identity("C123456781", BORN))),
        ("4", Found(7, Identity("C123456781", date(2009, 1, 1)))),
        ("5", Found(8, Identity("D123456782", BORN))),
    ]
    identities = Identities(gathered(rows))
    assert [identities.of(number) for number in ("1", "2", "3", "4", "05", "6")] == [
        one,
        Gap.CONTRADICTS,
        Gap.SHARED,
        Gap.SHARED,
        Gap.LOST_ZERO,
        Gap.ABSENT,
    ]
    assert (identities.row_of("1"), identities.row_of("6")) == (2, None)


def test_no_identity_shows_what_it_holds() -> None:
    """Neither in a traceback nor in a log."""
    identities = Identities({"1": Found(2, Identity("A123456789", BORN))})
    assert "A123" not in repr(identities)
    assert "2008" not in repr(identities)


@pytest.mark.parametrize(
    "said",
    [
        *("97/5/3", "097.05.03", "0970503", "民國97年5月3日", "2008-05-03", "2008/5/3"),
        *("20080503", "2008-05-03 00:00:00", "2008/05/03 00:00"),
    ],
)
def test_a_day_in_either_calendar_is_written_in_the_lists_own(said: str) -> None:
    """ROC days in and out, and Gregorian ones."""
    assert any_day(said) == BORN
    assert rewritten_day(said, Calendar.ROC) == "0970503"
    assert rewritten_day(said, Calendar.GREGORIAN) == "2008/05/03"


@given(st.dates(date(1912, 1, 1), date(2910, 12, 31)), st.sampled_from(Calendar))
@settings(max_examples=30, deadline=None)
def test_a_written_day_reads_back(day: date, calendar: Calendar) -> None:
    """Every day of the ROC calendar, in both ways."""
    assert any_day(written_day(day, calendar)) == day


@pytest.mark.parametrize("said", ["", "不詳", "114/13/1", "1140230", "97", "20251301"])
def test_what_is_no_day_stays_as_it_is(said: str) -> None:
    """Nothing is guessed."""
    assert rewritten_day(said, Calendar.ROC) is None


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("第一行\r\n第二行\r第三行", "第一行\n第二行\n第三行"),
        ("𠝹\u3000１２３\t=1", "𠝹\u3000１２３\t=1"),
        ("a\x00b\x0bc\ufffe", "abc"),
    ],
)
def test_a_cell_keeps_every_character_that_a_cell_can_hold(text: str, tidied: str) -> None:
    """Line ends become one kind; only control characters go."""
    assert tidy(text) == tidied


@pytest.mark.parametrize("first", "=+-@\t\r＝＋－＠")
def test_what_a_spreadsheet_program_would_run_is_known(first: str) -> None:
    """By its first character, of half or full width."""
    assert begins_a_formula(f"{first}1")
    assert not begins_a_formula(f"1{first}")
