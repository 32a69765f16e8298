"""One line of what `bot school check` says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is well, and in words what was seen or is to do."""

    well: bool
    said: str
