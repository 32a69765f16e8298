"""Measures work in interleaved rounds, so that a busy moment of the machine hits all alike."""

import resource
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Work = Callable[[], Awaitable[int]]
"""Does a round of work and returns how many things it did."""


async def _nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of doing the work; `prepare` comes before every round and is not measured."""

    work: Work
    goal: str = ""
    prepare: Callable[[], Awaitable[None]] = _nothing


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the report: things a second, as a median, and the ratio to the baseline."""

    subject: str
    name: str
    per_second: float
    ratio: float
    goal: str


async def compare(subject: str, variants: dict[str, Variant], *, rounds: int) -> list[Measured]:
    """Run every variant once per round, in turn; the others relate to the first one."""
    speeds: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, variant in variants.items():
            await variant.prepare()
            started = time.perf_counter()
            done = await variant.work()
            speeds[name].append(done / (time.perf_counter() - started))
    medians = {name: statistics.median(found) for name, found in speeds.items()}
    baseline = next(iter(medians.values()))
    return [
        Measured(subject, name, speed, speed / baseline, variants[name].goal)
        for name, speed in medians.items()
    ]


def peak_megabytes() -> float:
    """Return the most memory that this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(lines: list[Measured]) -> str:
    """Return the report as text, columns aligned."""
    rows = [("work", "variant", "per second", "ratio", "goal")]
    rows += [
        (one.subject, one.name, f"{one.per_second:,.0f}", f"{one.ratio:.2f}", one.goal)
        for one in lines
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
