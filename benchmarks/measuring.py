"""Measures work in interleaved rounds, so that a busy moment of the machine hits all alike."""

import resource
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Work = Callable[[], Awaitable[int]]
"""Does a round of work and returns how many things it did."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the report: things a second, as a median, and the ratio to the baseline."""

    subject: str
    name: str
    per_second: float
    ratio: float
    goal: str


async def compare(
    subject: str, works: dict[str, tuple[Work, str]], *, rounds: int
) -> list[Measured]:
    """Run every work once per round, in turn; the first one is the baseline that others relate to.

    Each work comes with its goal in words, empty where it has none.
    """
    speeds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, (work, _goal) in works.items():
            started = time.perf_counter()
            done = await work()
            speeds[name].append(done / (time.perf_counter() - started))
    medians = {name: statistics.median(found) for name, found in speeds.items()}
    baseline = next(iter(medians.values()))
    return [
        Measured(subject, name, speed, speed / baseline, works[name][1])
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
