"""An event loop whose order is thrown by dice and whose time is a number: a run follows its seed.

Nothing is ever waited for: when nothing is ready, time jumps to the next timer. What is ready runs
in an order that the dice choose, so that whatever may happen in another order some day does.
"""

import asyncio
import random
import selectors
from typing import Any


class NothingLeftToWaitFor(AssertionError):
    """Every task waits for another one: a deadlock."""


class GoesRoundInCircles(AssertionError):
    """Something is done over and over and time does not pass."""


AT_MOST = 30_000
"""Turns of the loop: a run needs a tenth of them."""


class ShuffledLoop(asyncio.SelectorEventLoop):
    """Runs what is ready in an order of its own, by a clock of its own; has no I/O, no thread."""

    _ready: Any

    def __init__(self, dice: random.Random, at_most: int = AT_MOST) -> None:
        """Begin at second 0, for so many turns at most."""
        self._hand = 0.0
        self._turns = 0
        self._at_most = at_most
        self._dice = dice
        super().__init__(_Impatient(self))

    def time(self) -> float:
        """Return how many seconds have gone by."""
        return self._hand

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self._hand += seconds

    def _run_once(self) -> None:
        self._turns += 1
        if self._turns > self._at_most:
            raise GoesRoundInCircles
        if len(self._ready) > 1:
            handles = list(self._ready)
            self._dice.shuffle(handles)
            self._ready.clear()
            self._ready.extend(handles)
        super()._run_once()  # type: ignore[misc]


class _Impatient(selectors.SelectSelector):
    """Lets the time pass that it was asked to wait for."""

    def __init__(self, loop: ShuffledLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for nothing."""
        if timeout is None:
            raise NothingLeftToWaitFor
        self._loop.pass_time(max(timeout, 0.0))
        return []
