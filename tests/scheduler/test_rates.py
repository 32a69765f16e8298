"""A channel's rate is kept by all workers together, and what it allows is used."""

import pytest

from bot.simulator.limits import Limit
from tests.support.many_schools import Hours, Peer, in_no_time

SCHOOLS = ("110301", "110302")
PER_SECOND, ALLOWED = 198.0, Limit(200, 1)
MESSAGES = 600


@pytest.mark.parametrize("workers", [1, 3])
def test_however_many_workers_there_are_a_channel_gets_what_it_allows(
    sqlite_url: str, workers: int
) -> None:
    """Nobody is refused, nobody gets anything twice, and no second goes by unused."""

    async def sent(hours: Hours) -> None:
        await hours.fill(SCHOOLS, MESSAGES)
        peer = Peer(hours.loop.time, per_second=PER_SECOND, allows=ALLOWED)

        await hours.work([hours.worker(peer) for _ in range(workers)], 60)

        assert peer.too_fast == 0
        assert set(peer.taken.values()) == {1}
        assert len(peer.taken) == MESSAGES * len(SCHOOLS)
        for code in SCHOOLS:
            began, ended = peer.came_at[code][0], peer.came_at[code][-1]
            assert ended - began < 1.05 * MESSAGES / PER_SECOND

    in_no_time(sent, sqlite_url)
