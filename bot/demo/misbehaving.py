"""Faults by the page's names: what messages meet at LINE's and at Telegram's servers."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.simulator.telegram.world import TelegramWorld
from bot.simulator.world import World

_LINE_PATH = "/message/push"
_TELEGRAM_PATH = "sendMessage"


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """A fault of the simulator, and how often messages meet it: each with a chance, or the next.

    A lost answer must not be lost for ever, or nobody would see the 409 that settles it at LINE;
    each time-out lasts ten real seconds, so that only a few are tried.
    """

    fault: str
    rate: float | None = None
    times: int | None = None


FAULTS: Mapping[str, Misbehaviour | None] = MappingProxyType(
    {
        "none": None,
        "500": Misbehaviour("error_before", rate=1.0),
        "timeout": Misbehaviour("silence_before", times=3),
        "lost": Misbehaviour("error_after", rate=0.5),
        "429": Misbehaviour("rate_limit", rate=0.5),
    }
)
"""What the page calls a fault, and what it means."""


def misbehave(line: World, telegram: TelegramWorld, kind: str) -> None:
    """Let messages meet this fault from now on; "none" ends it. Raises KeyError for another word.

    LINE's answers to taps are spared; at Telegram whatever writes a new message meets it.
    """
    wanted = FAULTS[kind]
    for faults, path in ((line.faults, _LINE_PATH), (telegram.faults, _TELEGRAM_PATH)):
        faults.clear()
        if wanted is not None:
            faults.add(wanted.fault, rate=wanted.rate, times=wanted.times, path=path)
