"""Terms and days of the ROC calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.roc import Term, parse_day, roc_day

terms = st.builds(Term.of, st.integers(90, 150), st.sampled_from([1, 2]))


@pytest.mark.parametrize("code", ["113-1", "1131"])
def test_a_term_is_read_with_and_without_its_hyphen(code: str) -> None:
    """113-1 and 1131 are the same term."""
    assert Term(code) == Term.of(113, 1)
    assert str(Term(code)) == "113-1"


@pytest.mark.parametrize("code", ["", "113", "113-3", "113-0", "2024-1", "013-1", "113-1 ", "一"])
def test_anything_else_is_no_term(code: str) -> None:
    """A term that cannot be read is refused with what was expected."""
    with pytest.raises(ValueError, match="113-1"):
        Term(code)


@given(terms)
def test_the_next_term_and_back_again_is_the_same_term(term: Term) -> None:
    """Terms follow one another without a gap."""
    assert term.next.previous == term == term.previous.next
    assert term < term.next


def test_terms_are_ordered_by_year_before_semester() -> None:
    """Year 99 comes before year 113, whatever their texts look like."""
    assert sorted([Term("113-1"), Term("99-2"), Term("112-2")]) == [
        Term("99-2"),
        Term("112-2"),
        Term("113-1"),
    ]


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2024, 7, 31), "112-2"),
        (date(2024, 8, 1), "113-1"),
        (date(2025, 1, 31), "113-1"),
        (date(2025, 2, 1), "113-2"),
    ],
)
def test_a_day_falls_in_a_term(day: date, code: str) -> None:
    """The academic year begins on 1 August, its second semester on 1 February."""
    assert Term.on(day) == Term(code)


def test_an_academic_year_runs_from_august_to_august() -> None:
    """Year 113 begins on 2024-08-01 in both of its semesters."""
    assert Term("113-2").year_starts_on == date(2024, 8, 1)
    assert Term("113-1").next_year_starts_on == date(2025, 8, 1)


@pytest.mark.parametrize(
    "text",
    ["114/2/3", "114/02/03", "114.02.03", "114-2-3", "1140203", "民國114年2月3日", "2025-02-03"],
)
def test_a_day_is_read_in_every_form_that_schools_write(text: str) -> None:
    """All of these are 3 February 2025."""
    assert parse_day(text) == date(2025, 2, 3)


@pytest.mark.parametrize("text", ["", "5", "114/13/1", "114/2/30", "tomorrow", "2025/02/03"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r"written like|month|day"):
        parse_day(text)


def test_a_day_is_shown_with_its_weekday() -> None:
    """Dates look like 114/2/3（一）."""
    assert roc_day(date(2025, 2, 3)) == "114/2/3（一）"


@given(st.dates(date(1930, 1, 1), date(2060, 12, 31)))
def test_a_shown_day_reads_back(day: date) -> None:
    """Reading what was shown gives the same day."""
    assert parse_day(roc_day(day).partition("（")[0]) == day
