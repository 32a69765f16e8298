"""The demonstration's clock: it runs on, can be moved forward, and begins again at a reset."""

from datetime import datetime

from bot.clock import MovableClock


class StageClock:
    """A clock whose time everybody on the stage shares."""

    def __init__(self, start: datetime) -> None:
        """Begin at `start`, an aware instant."""
        self._clock = MovableClock(start)

    def now(self) -> datetime:
        """Return the present instant of the demonstration."""
        return self._clock.now()

    def move_to(self, at: datetime) -> None:
        """Let it be `at` from now on; an earlier instant is ignored."""
        self._clock.move_to(at)

    def begin_again(self, start: datetime) -> None:
        """Begin once more at `start`, which lies in the past of whoever watched."""
        self._clock = MovableClock(start)
