"""Guessing joining codes is hopeless: the limits, and the arithmetic behind them."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from models.rules.guessing import A_CHAT, A_SCHOOL, YEAR, Limit, chance_of_guessing, codes_possible
from models.rules.linking import ALPHABET, LENGTH, make_code, read_code

NOW = datetime(2024, 9, 16, 2, 0, tzinfo=UTC)
GAPS = st.lists(st.integers(0, 40 * 60), max_size=80)
"""Seconds between one try and the next."""


def tries_let_through(limit: Limit, gaps: list[int]) -> list[datetime]:
    """Return when wrong tries were counted by somebody who tries after each of these gaps."""
    counted: list[datetime] = []
    for at in itertools.accumulate(gaps, lambda at, gap: at + timedelta(seconds=gap), initial=NOW):
        if limit.paused_until(counted, at) is None:
            counted.append(at)
    return counted


@given(GAPS)
@example([0] * 80)
def test_no_span_ever_holds_more_tries_than_the_limit(gaps: list[int]) -> None:
    """However somebody paces their tries: five in any 15 minutes, and no more."""
    counted = tries_let_through(A_CHAT, gaps)

    for first in counted:
        assert sum(first <= at < first + A_CHAT.within for at in counted) <= A_CHAT.tries


@given(GAPS)
def test_the_tries_of_a_long_time_stay_below_the_bound(gaps: list[int]) -> None:
    """The bound that the arithmetic uses holds for every pace."""
    counted = tries_let_through(A_CHAT, gaps)

    span = (counted[-1] - counted[0]) if counted else timedelta(0)
    assert len(counted) <= A_CHAT.most(span)


def test_a_pause_begins_with_the_fifth_try_and_ends_to_the_microsecond() -> None:
    """Four are nothing; the pause ends 15 minutes after the fifth, and then nothing counts."""
    wrong = [NOW + timedelta(minutes=number) for number in range(5)]
    until = wrong[-1] + timedelta(minutes=15)

    assert A_CHAT.paused_until(wrong[:4], wrong[3]) is None
    assert A_CHAT.paused_until(wrong, wrong[-1]) == until
    assert A_CHAT.paused_until(wrong, until - timedelta(microseconds=1)) == until
    assert A_CHAT.paused_until(wrong, until) is None


@given(st.integers(1, 4), st.integers(1, 4))
def test_the_number_of_codes_is_what_counting_them_gives(digits: int, letters: int) -> None:
    """Codes without a letter or without a digit are never made, so they do not count."""
    alphabet = "ABCD"[:letters] + "2345"[:digits]

    counted = sum(
        any(sign.isdigit() for sign in code) and any(sign.isalpha() for sign in code)
        for code in itertools.product(alphabet, repeat=4)
    )

    assert codes_possible(alphabet, 4) == counted


@given(st.integers(0, 400_000))
def test_guessing_wins_at_most_one_percent_a_year(open_codes: int) -> None:
    """At 200 tries an hour all year, however many codes are open, far beyond any school."""
    tries = A_SCHOOL.tries * (YEAR / A_SCHOOL.within + 1)

    assert chance_of_guessing(open_codes) >= tries * open_codes / len(ALPHABET) ** LENGTH
    assert chance_of_guessing(open_codes) <= 0.01


def test_the_figures_of_a_large_school() -> None:
    """3,000 codes open all year: below one in a hundred thousand."""
    assert A_SCHOOL.most(YEAR) == 200 * (366 * 24 + 1)
    assert chance_of_guessing(3_000) < 1e-5


def test_every_code_that_is_made_is_among_those_counted() -> None:
    """Each has the length and the alphabet that the arithmetic counts with."""
    for code in (read_code(make_code()) for _ in range(2_000)):
        assert code is not None
        assert len(code) == LENGTH
        assert set(code) <= set(ALPHABET)
