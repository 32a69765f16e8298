"""A race: processes of their own, in turn, and what each of them came to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from benchmarks.measuring import Role
from benchmarks.racing import Contestant, Setting, Turn, race
from benchmarks.sizes import SIZES

SETTING = Setting(SIZES["tiny"])


@asynccontextmanager
async def counter(setting: Setting) -> AsyncIterator[Turn]:
    """Count to the number of messages, from zero in every round."""
    counted = 0

    async def prepare() -> None:
        nonlocal counted
        counted = 0

    async def work() -> int:
        nonlocal counted
        for _ in range(setting.size.messages):
            counted += 1
        return counted

    yield Turn(work, prepare, lambda: {"counted": counted})


@asynccontextmanager
async def broken(_setting: Setting) -> AsyncIterator[Turn]:
    """Break at work."""

    async def work() -> int:
        raise ValueError

    yield Turn(work)


def test_everybody_runs_every_round_in_a_process_of_their_own() -> None:
    """Rounds begin anew, a team shares its work, and what was used is measured."""
    contestants = (
        Contestant("alone", Role.LIMIT, counter, SETTING),
        Contestant("two", Role.OURS, counter, SETTING, team=2),
    )
    alone, two = race("counting", contestants, rounds=2)
    assert (alone.name, two.name) == ("alone", "two")
    assert alone.per_second > 0 < two.per_second
    assert alone.megabytes > 5 < two.megabytes
    assert alone.more == {"counted": SETTING.size.messages}


def test_a_contestant_that_breaks_ends_the_race() -> None:
    """A figure of work that was not done would be a lie."""
    with pytest.raises(RuntimeError, match="has ended"):
        race("breaking", [Contestant("broken", Role.OURS, broken, SETTING)], rounds=1)
