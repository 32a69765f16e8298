"""Many LINE channels at once from one process: they keep to their limits, and use what they allow.

Goal: one channel gets what LINE allows it; 20 schools' messages leave no slower than one school's,
and at a limit that the machine can reach for all of them none gets more than it allows in a second,
nor much less.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from benchmarks.dispatching import dispatching, schools
from benchmarks.measuring import Figure, Findings, Role
from benchmarks.racing import Contestant, Setting, Turn, race
from benchmarks.servers import server
from benchmarks.sizes import SQLITE, Size

if TYPE_CHECKING:
    from benchmarks.databases import Databases
    from bot.line.channel import LineChannel

SCHOOLS = 20
SLOW = 30
"""Messages a second to each channel, where the limit is to be what is measured."""


def measure(databases: "Databases", size: Size, *, rounds: int) -> Findings:
    """Race one school's messages with those of many schools, and hold many to a limit."""
    from bot.line.channel import PUSHES_PER_SECOND

    one, several = (
        schools(size, 1, size.messages * 10),
        schools(size, SCHOOLS, size.messages // 2),
    )
    one_school, many_schools = (
        Setting(each, databases.crowded(SQLITE, each)) for each in (one, several)
    )
    alone, together, limited = race(
        "LINE channels",
        (
            Contestant("one channel", Role.OURS, dispatched, one_school),
            Contestant(f"{SCHOOLS} channels", Role.OURS, dispatched, many_schools),
            Contestant(f"{SCHOOLS} channels at {SLOW}/s", Role.OURS, held_back, many_schools),
        ),
        rounds=min(rounds, 3),
    )
    allowed = SCHOOLS * SLOW
    most = limited.more["most a second"]
    used = limited.per_second / allowed
    title = f"{SCHOOLS} LINE channels"
    return Findings(
        (alone, together, limited),
        (
            Figure(
                "one LINE channel: of what is allowed",
                alone.per_second / PUSHES_PER_SECOND,
                "×",
                0.9,
                at_least=True,
            ),
            Figure(f"{title}: as fast as one", together.times(alone), "×", 0.9, at_least=True),
            Figure(f"{title} at {SLOW}/s: the most in a second", most, "/s", SLOW + 1),
            Figure(f"{title} at {SLOW}/s: of what is allowed", used, "×", 0.9, at_least=True),
        ),
    )


@asynccontextmanager
async def dispatched(setting: Setting) -> AsyncIterator[Turn]:
    """Send at LINE's own limits."""
    async with server("line") as peer:
        there = Setting(setting.size, setting.url, peer.address)
        async with dispatching(there, line(peer.address)) as turn:
            yield turn


@asynccontextmanager
async def held_back(setting: Setting) -> AsyncIterator[Turn]:
    """Send at a limit far below LINE's own."""
    async with server("line") as peer:
        channel = line(peer.address)
        channel.per_second = SLOW
        there = Setting(setting.size, setting.url, peer.address)
        async with dispatching(there, channel) as turn:
            yield turn


def line(peer: str) -> "LineChannel":
    """Return the product's LINE; each school has a token of its own, by which the peer counts."""
    from bot.line.channel import LineChannel, LineCredentials

    return LineChannel(lambda code: LineCredentials("s", f"token-{code}"), api_url=peer)
