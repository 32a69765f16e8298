"""The only place that reads the time. Everything else is handed `now`."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC instant."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that runs on from `start` and can be moved forward: the demonstration's time."""

    def __init__(self, start: datetime) -> None:
        """Begin at `start`, an aware instant."""
        self._base = start.astimezone(UTC)
        self._since = time.monotonic()

    def now(self) -> datetime:
        """Return `start` plus what has gone by and what it was moved."""
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def move_to(self, at: datetime) -> None:
        """Let it be `at` from now on; an earlier instant is ignored: time never runs backwards."""
        if at > self.now():
            self._base = at.astimezone(UTC)
            self._since = time.monotonic()
