"""Keeps calls below a rate: a channel allows so many a second and refuses the rest."""

import asyncio


class Pace:
    """Lets calls through at most so often; a short burst passes at once."""

    def __init__(self, per_second: float, burst: float = 0.1) -> None:
        """Allow `per_second` calls, and as many at once as fall into `burst` seconds."""
        self._between = 1 / per_second
        self._burst = burst
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for a turn; turns are given in the order in which they were asked for."""
        now = asyncio.get_running_loop().time()
        self._next = max(self._next, now - self._burst) + self._between
        if self._next > now:
            await asyncio.sleep(self._next - now)
