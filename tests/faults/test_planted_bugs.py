"""A simulation that finds nothing proves nothing: bugs that are planted are found, each of them."""

import pytest

from tests.faults import planted_in_calls, planted_in_words
from tests.faults.conftest import Simulate
from tests.faults.weeks import Ended

AT_MOST = 2_000
"""Seeds from 0 on that may be needed."""
PLANTED = {bug.__name__: bug for bug in (*planted_in_calls.BUGS, *planted_in_words.BUGS)}
RARE = (
    "whose_account_is_not_looked_at",
    "planned_before_it_is_written",
    "superseded_takes_all",
    "body_is_drawn_anew",
)
"""Bugs that need dozens of seeds: these are looked for by `make test-long`."""
CASES = [pytest.param(name, marks=[pytest.mark.long] * (name in RARE)) for name in PLANTED]


def breaks_a_rule(ended: Ended) -> bool:
    """Say whether a run shows a broken rule, and not just code that raised."""
    return any(not rule.startswith(("broke", "logged")) for rule in ended.violations)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", CASES)
def test_a_planted_bug_is_found(
    simulate: Simulate, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Some seed shows that a rule is broken."""
    PLANTED[name](monkeypatch)

    assert any(breaks_a_rule(simulate(seed)) for seed in range(AT_MOST))


def test_twenty_bugs_are_planted() -> None:
    """Fewer would not do."""
    assert len(PLANTED) - len(RARE) >= 20
