"""Who is to be told on paper and why, the codes on slips, and when a slip counts."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.letters import (
    Traces,
    Why,
    counted_at,
    listed_from,
    make_code,
    read_code,
    shown_code,
    why_on_paper,
)
from models.rules.linking import ALPHABET
from tests.support.cast import taipei

OPENS, CLOSES = taipei(2024, 10, 9), taipei(2024, 10, 15)
FROM = listed_from(OPENS, CLOSES)
HEARD = Traces(
    departed=False, has_account=True, is_open=True, refused=False, cut=False, reacted=True
)


@pytest.mark.parametrize(
    ("days", "hours"), [(1, 12), (2, 12), (3, 12), (3.01, 24), (4, 24), (30, 24)]
)
def test_a_short_window_leaves_half_a_day_and_a_longer_one_a_day(days: float, hours: int) -> None:
    """Three days is still short: the 12 hours of A13."""
    closes = OPENS + timedelta(days=days)

    assert closes - listed_from(OPENS, closes) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("departed", "account", "is_open", "refused", "cut", "reacted", "why"),
    [
        (False, True, True, False, False, True, None),
        (True, True, True, False, False, True, Why.DEPARTED),
        (False, False, False, False, False, False, Why.NO_ACCOUNT),
        (False, True, False, False, False, True, Why.BLOCKED),
        (False, True, True, True, False, False, Why.REFUSED),
        (False, True, True, False, True, False, Why.CUT),
        (False, True, True, True, True, True, None),
    ],
)
def test_whoever_cannot_have_heard_is_to_be_told_at_once(  # noqa: PLR0917 - a table of cases
    departed: bool,
    account: bool,
    is_open: bool,
    refused: bool,
    cut: bool,
    reacted: bool,
    why: Why | None,
) -> None:
    """The reason that says most; a tap proves that somebody has heard, while they are here."""
    traces = Traces(departed, account, is_open, refused, cut, reacted)

    assert why_on_paper(traces, FROM, OPENS) is why


def test_near_the_end_everybody_without_a_reaction_is_listed_and_nobody_with_one() -> None:
    """Whatever else is known: only a tap of somebody who is here and reachable proves notice."""
    for facts in product((False, True), repeat=6):
        traces = Traces(*facts)
        proven = traces.reacted and traces.is_open and not traces.departed

        assert (why_on_paper(traces, FROM, FROM) is None) is proven
        if why_on_paper(traces, FROM, FROM - timedelta(microseconds=1)) is not None:
            assert why_on_paper(traces, FROM, FROM) is not None


@settings(max_examples=20)
@given(st.data())
def test_one_wrong_sign_or_two_that_changed_places_are_noticed(data: st.DataObject) -> None:
    """A slip of the finger never opens another pupil's statement."""
    code = make_code()
    place = data.draw(st.integers(0, 7))
    sign = data.draw(st.sampled_from([s for s in ALPHABET if s != code[place]]))
    assert read_code(code[:place] + sign + code[place + 1 :]) is None

    first = data.draw(st.integers(0, 6))
    swapped = code[:first] + code[first + 1] + code[first] + code[first + 2 :]
    assert (read_code(swapped) is None) is (swapped != code)


@pytest.mark.parametrize("typed", ["7KQ2-MXWC", "7kq2mxwc", " ７ＫＱ２－ＭＸＷＣ ", "7KQ2 MXWC"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    """Small letters, full width, with a hyphen or a space."""
    assert read_code(typed) == "7KQ2MXWC"
    assert shown_code("7KQ2MXWC") == "7KQ2-MXWC"


@pytest.mark.parametrize("typed", ["", "7KQ2-MXW", "7KQ2-MXWCC", "0000-0000", "甲乙丙丁戊己庚辛"])
def test_what_is_no_code_is_none(typed: str) -> None:
    """Too short, too long, other signs."""
    assert read_code(typed) is None


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2024, 10, 12), taipei(2024, 10, 12, 9)),
        (date(2024, 10, 11), taipei(2024, 10, 11)),
        (date(2024, 10, 1), OPENS),
    ],
)
def test_a_slip_counts_from_the_beginning_of_its_day(day: date, counts: object) -> None:
    """Today it is now; before the window it is the window's beginning."""
    assert counted_at(day, OPENS, taipei(2024, 10, 12, 9)) == counts
