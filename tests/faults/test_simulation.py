"""A week at random, five hundred times: clocks jump, workers die or stand still, lines break.

Every run follows from its seed: it prints which one failed, and what happened in it. `BELL_SEEDS`
says how many seeds are run; `make test-long` runs 20,000.
"""

import os

import pytest

from tests.faults.conftest import Simulate

SEEDS = int(os.environ.get("BELL_SEEDS", "500"))
PARTS = 10


def failures(simulate: Simulate, seeds: range) -> list[str]:
    """Return, for the seeds that break a rule, which rules and all that happened."""
    found = []
    for seed in seeds:
        ended = simulate(seed)
        if ended.violations:
            found.append("\n".join([f"seed {seed}", *ended.violations, *ended.trace]))
    return found


@pytest.mark.timeout(60 + SEEDS)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_seed_breaks_a_rule(simulate: Simulate, part: int) -> None:
    """Whatever happens in whatever order: nothing lost, doubled, stuck, or said too late."""
    found = failures(simulate, range(part, SEEDS, PARTS))

    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("seed", [3, 42])
def test_a_seed_replays_exactly(simulate: Simulate, seed: int) -> None:
    """The same seed does the same, call by call, whatever has run before it."""
    once = simulate(seed)
    simulate(seed + 1)

    assert simulate(seed) == once
    assert len(once.trace) > 5
