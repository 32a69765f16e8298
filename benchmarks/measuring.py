"""What a benchmark finds: lines of a race, and figures that are held against a goal."""

import math
import os
import resource
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Role(StrEnum):
    """What a contestant stands for."""

    TODAY = "today"
    """What people write today."""
    LIMIT = "limit"
    """The most that the machine and the library below allow."""
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Round:
    """One round of work: how many things were done, in how many seconds of time and of CPU."""

    done: int
    seconds: float
    cpu: float
    more: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One contestant in a race: medians of its rounds, and the most memory that it ever held."""

    race: str
    name: str
    role: Role
    per_second: float
    cpu_ms: float
    megabytes: float
    more: Mapping[str, float] = field(default_factory=dict)

    def times(self, other: "Line") -> float:
        """Return how many times as fast as another this is."""
        return self.per_second / other.per_second


@dataclass(frozen=True, slots=True)
class Figure:
    """Something seen, held against its goal (goals: speed and memory)."""

    work: str
    seen: float
    unit: str
    goal: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Say whether the goal is reached; what lies on it does, however floats add up."""
        reached = self.seen >= self.goal if self.at_least else self.seen <= self.goal
        return reached or math.isclose(self.seen, self.goal)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the benchmark of one subject found."""

    lines: tuple[Line, ...] = ()
    figures: tuple[Figure, ...] = ()


def peak_megabytes(pid: int | str = "self") -> float:
    """Return the most memory that a process has held; elsewhere than on Linux only our own.

    The kernel's figure for the process as it is now: `ru_maxrss` also counts what the process was
    before it became another program.
    """
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        return megabytes(pid, "VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def megabytes(pid: int | str, what: str = "VmRSS") -> float:
    """Return a figure of the kernel about a process's memory, in megabytes; Linux only."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"{what} of a process that has ended")


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that another process has used so far; Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
