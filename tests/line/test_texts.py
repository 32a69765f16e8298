"""Texts fit where LINE counts, at the limit and one beyond it, and hide nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.validation import counting
from bot.texts import clean, fit, fit_label, graphemes, units

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇹🇼"
WAVE = "👋🏽"


@pytest.mark.parametrize("sign", ["a", "字", "𠮷", FAMILY, FLAG, WAVE, "e\u0301"])
def test_a_text_at_the_limit_stays_whole_and_one_beyond_it_is_cut(sign: str) -> None:
    """The limit counts UTF-16 units, and no character is ever cut in two."""
    whole = sign * 10
    limit = units(whole)

    assert fit(whole, limit) == whole

    cut = fit(whole + "x", limit)

    assert cut.endswith("…")
    assert cut[:-1] == sign * (len(cut[:-1]) // len(sign))
    assert units(cut) <= limit


@pytest.mark.parametrize("sign", ["a", "字", "𠮷", FAMILY, FLAG, WAVE, "e\u0301"])
def test_a_label_counts_characters_as_a_reader_sees_them(sign: str) -> None:
    """Twenty families are twenty characters, whatever they are made of."""
    assert list(graphemes(sign * 3)) == [sign] * 3
    assert fit_label(sign * 6, 6) == sign * 6
    assert fit_label(sign * 7, 6) == sign * 5 + "…"


@pytest.mark.parametrize(
    "hidden", ["", " ", "\n", "\u200b", "\u202e\u2066", "\u200d\ufe0f", "\u3164", "\x00", "\ud800"]
)
def test_a_text_of_which_nothing_can_be_seen_is_empty(hidden: str) -> None:
    """LINE refuses an empty text, so what nobody could read counts as none."""
    assert clean(hidden) == ""
    assert fit_label(hidden, 20) == ""


def test_marks_that_turn_a_line_round_are_dropped() -> None:
    """A name cannot reverse or hide what stands beside it."""
    assert clean("王\u202e小明\u2066\u200b\ufeff!\x07") == "王小明!"


@given(st.text(st.characters(), max_size=200), st.integers(2, 60))
def test_no_text_is_longer_than_its_limit(text: str, limit: int) -> None:
    """Whatever the text, neither count of LINE's is exceeded, and it can be written as UTF-8."""
    shown, label = fit(text, limit), fit_label(text, limit)

    assert counting.utf16_units(shown.encode().decode()) <= limit
    assert counting.graphemes(label.encode().decode()) <= limit
