"""Random sequences of deeds and ticks say the same and end in the same rows on both engines (B6).

A failing sequence is named by its seed and does the same again.
"""

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from tests.store.twins import Step, Twin, steps_of

Twins = tuple[Twin, Twin]
STEPS = 6
SHORT = range(50)
LONG = range(50, 10_000)


@pytest.fixture
async def twins(sqlite_url: str, postgres_url: str) -> AsyncIterator[Twins]:
    """Give the same school on either engine."""
    first = await Twin.on(sqlite_url)
    pair = first, await Twin.on(postgres_url, first.deeds)
    yield pair
    for twin in pair:
        await twin.store.close()


async def _agree(twins: Twins, seeds: range) -> Counter[str]:
    """Do the sequences of these seeds on both; return how many of them wrote each table."""
    first, second = twins
    written: Counter[str] = Counter()
    for seed in seeds:
        steps = steps_of(seed, STEPS)
        said, state = await first.run(steps)
        said_there, state_there = await second.run(steps)
        assert said == said_there, seed
        assert state == state_there, (seed, said)
        written.update(name for name, rows in state.items() if rows)
    return written


@pytest.mark.timeout(240)
async def test_random_sequences_end_in_the_same_state(twins: Twins) -> None:
    """Fifty sequences of taps, joinings, ticks and waiting, which touch most of the rows."""
    written = await _agree(twins, SHORT)

    assert len(written) >= 15
    assert written["audit_entry"] > len(SHORT) / 2


@pytest.mark.long
@pytest.mark.timeout(3 * 3600)
async def test_ten_thousand_random_sequences_end_in_the_same_state(twins: Twins) -> None:
    """The rest of ten thousand."""
    await _agree(twins, LONG)


async def test_a_run_leaves_nothing_and_one_step_more_is_seen(sqlite_url: str) -> None:
    """The same steps say and leave the same each time; whoever does one thing more differs."""
    twin = await Twin.on(sqlite_url, {"ChooseLanguage": []})
    steps = [Step("tick", (0.0, 0.0)), Step("wait", (0.9, 0.0)), Step("tick", (0.0, 0.0))]
    first = await twin.run(steps)
    again = await twin.run(steps)
    more = await twin.run([*steps, Step("tick", (0.3, 0.0))])
    await twin.store.close()

    assert first == again
    assert more[1] != first[1]
