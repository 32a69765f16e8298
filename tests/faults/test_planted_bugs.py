"""A simulation that finds nothing proves nothing: bugs that are planted are found, each of them."""

import pytest

from tests.faults.conftest import Simulate
from tests.faults.planted import PLANTED

AT_MOST = 2_000
"""Seeds from 0 on that may be needed; the dullest bug needs some dozen."""


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("cheap_collections")
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_is_found(
    simulate: Simulate, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Some seed shows that a rule is broken."""
    PLANTED[name](monkeypatch)

    assert any(simulate(seed).violations for seed in range(AT_MOST))


def test_twenty_bugs_are_planted() -> None:
    """Fewer would not do."""
    assert len(PLANTED) >= 20
