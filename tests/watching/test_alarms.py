"""When an alarm leaves: after a minute, once, again after an hour, and once when it is over."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alarms import AGAIN, LASTS, Alarms, whats
from bot.health import Problem

START = datetime(2026, 11, 22, tzinfo=UTC)
LOOKS = 15
"""Seconds from one look to the next."""
Told = list[tuple[int, str]]


def lived_through(seen: list[str], *, deaf: range = range(0)) -> Told:
    """Return the looks at which something was told; "!" begins what is over.

    Each look sees the problems whose letters stand in its text; while `deaf` nobody can be told.
    """
    alarms, told = Alarms(), []
    for number, letters in enumerate(seen):
        now = START + timedelta(seconds=number * LOOKS)
        due = alarms.due([Problem(each, "") for each in letters], now)
        if due and number not in deaf:
            alarms.told(due, now)
            told += [(number, each) for each in whats(due.problems)]
            told += [(number, f"!{each}") for each in whats(due.over)]
    return told


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ([""] * 20, []),
        (["a"] * 4, []),
        (["a"] * 20, [(4, "a")]),
        (["a"] * 3 + [""] * 20, []),
        (["a"] * 3 + [""] + ["a"] * 4, []),
        (["a"] * 10 + [""] * 10, [(4, "a"), (13, "!a")]),
        (["a"] * 10 + [""] * 3 + ["a"] * 10, [(4, "a")]),
        (["a", "a", "ab", "ab", "ab", "ab", "ab", "ab"], [(4, "a"), (6, "b")]),
        (["a"] * 250, [(4, "a"), (244, "a")]),
    ],
    ids=[
        "all is well",
        "not yet a minute",
        "a minute",
        "over before anybody was told",
        "a hiccup begins anew",
        "over",
        "gone for a moment is not over",
        "each by itself",
        "once more after an hour",
    ],
)
def test_an_alarm_leaves_when_it_should(seen: list[str], told: Told) -> None:
    """Neither a hiccup nor a restart is told, and nothing every few seconds."""
    assert lived_through(seen) == told


def test_an_alarm_that_could_not_leave_is_tried_with_every_look() -> None:
    """Whoever is to be told was away himself."""
    seen = ["a"] * 10 + [""] * 10
    assert lived_through(seen, deaf=range(4, 7)) == [(7, "a"), (13, "!a")]
    assert lived_through(seen, deaf=range(12, 16)) == [(4, "a"), (16, "!a")]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["", "a", "b", "ab"]), max_size=80))
def test_alarms_are_few_and_always_end(seen: list[str]) -> None:
    """Whatever flickers: at most one in a minute, and what was told ends when all is well."""
    told = lived_through([*seen, *[""] * 10])
    for what in "ab":
        mine = [(at, each) for at, each in told if each.endswith(what)]
        words = [each for _, each in mine]
        assert words == [what, f"!{what}"] * (len(words) // 2)
        begun = [at for at, each in mine if each == what]
        gaps = [after - before for before, after in pairwise(begun)]
        assert all(gap * LOOKS >= LASTS.total_seconds() for gap in gaps)
    assert AGAIN > LASTS


def test_what_will_not_pass_by_itself_is_told_at_once_and_a_single_time() -> None:
    """And once more when it is over, a month later."""
    alarms, spent = Alarms(), Problem("quota/060402", "", at_once=True)
    first = alarms.due([spent], START)
    alarms.told(first, START)
    later = [alarms.due([spent], START + hours * AGAIN) for hours in range(1, 48)]
    over = alarms.due([], START + 48 * AGAIN)

    assert whats(first.problems) == ["quota/060402"]
    assert not any(later)
    assert whats(over.over) == ["quota/060402"]
