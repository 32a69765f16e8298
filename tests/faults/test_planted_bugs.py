"""A simulation that finds nothing proves nothing: bugs that are planted are found, each of them."""

import pytest

from tests.faults.conftest import Simulate
from tests.faults.planted import PLANTED

AT_MOST = 2_000
"""Seeds from 0 on that may be needed."""
RARE = ("whose_account_is_not_looked_at", "body_is_drawn_anew", "night_is_forgotten_at_a_retry")
"""Bugs that need dozens of seeds: these are looked for by `make test-long`."""
CASES = [pytest.param(name, marks=[pytest.mark.long] * (name in RARE)) for name in PLANTED]


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("cheap_collections")
@pytest.mark.parametrize("name", CASES)
def test_a_planted_bug_is_found(
    simulate: Simulate, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Some seed shows that a rule is broken."""
    PLANTED[name](monkeypatch)

    assert any(simulate(seed).violations for seed in range(AT_MOST))


def test_twenty_bugs_are_planted() -> None:
    """Fewer would not do."""
    assert len(PLANTED) - len(RARE) >= 20
