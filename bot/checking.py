"""One line of what `bot school check` and `bot doctor` say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is well, and in words what was seen or is to do."""

    well: bool
    said: str

    @property
    def line(self) -> str:
        """Return the check as a line for a terminal."""
        return f"{'✓' if self.well else '✗'} {self.said}"
