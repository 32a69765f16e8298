"""Ten thousand messages are due in one second; whoever taps meanwhile does not wait for them (A8).

Time on a busy machine says little, so that what counts is the order in which LINE is called: LINE
allows 2,000 pushes a second, so two seconds are what 4,000 pushes take at full speed.
"""

import random
from collections.abc import Sequence

import pytest

from bot.simulator.state import Accepted, Json
from tests.faults.siege import Siege, a_moment, besieged

RECIPIENTS = 10_000
TAPPERS = 100
TWO_SECONDS = 4_000


async def tap(siege: Siege, taps: Sequence[Json]) -> dict[str, int]:
    """Bring one tap after the other; return by person how many pushes had been made before."""
    begun = {}
    for each in taps:
        begun[each["source"]["userId"]] = pushes(siege.world.accepted)
        await siege.brings([each])
        await a_moment()
    return begun


def pushes(accepted: Sequence[Accepted]) -> int:
    """Return how many messages were pushed."""
    return sum(one.via == "push" for one in accepted)


def overtaking(accepted: Sequence[Accepted], begun: dict[str, int]) -> list[int]:
    """Return for each answer how many pushes came between its tap and it, the fewest first."""
    before = 0
    found: dict[str, int] = {}
    for one in accepted:
        if one.via == "push":
            before += 1
        elif one.user in begun:
            found.setdefault(one.user, before - begun[one.user])
    assert found.keys() == begun.keys()
    return sorted(found.values())


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_who_taps_amid_a_great_sending_is_answered_first(database_url: str) -> None:
    """Nobody is skipped, and 95 of 100 answers leave before 4,000 more messages have."""
    async with besieged(database_url, seed=17, recipients=RECIPIENTS, fails=False) as siege:
        dice = random.Random(17)
        people = dice.sample(siege.addresses, TAPPERS)
        taps = await siege.taps_of(people, dice)
        firsts = {each["source"]["userId"]: each for each in taps}
        siege.web.start()
        await siege.web.is_ready()
        siege.worker.start()
        while not siege.world.accepted:
            await a_moment()

        begun = await tap(siege, list(firsts.values()))
        amid = pushes(siege.world.accepted)
        await siege.brings([each for each in taps if each not in firsts.values()])
        await siege.settles()
        await siege.comes(siege.nothing_is_left)

        assert amid < RECIPIENTS, "all had left before the last tap: tap faster"
        assert overtaking(siege.world.accepted, begun)[int(0.95 * TAPPERS)] < TWO_SECONDS
        await siege.check()
