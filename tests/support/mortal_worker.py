"""The real worker in a process of its own, on a clock that the test moves; killed with SIGKILL.

Lives are forked from a server that has imported everything once, so that one costs milliseconds.
"""

import asyncio
import multiprocessing
import os
import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from typing import Any

from bot import worker
from bot.settings import Settings
from bot.wiring import installed

TICKS_EVERY: Any = 0.3
"""Seconds between ticks: a minute of the school's day is over sooner here than outside."""
LONGEST_CALL = 0.5

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


class SharedClock:
    """A clock that stands still until it is moved, and shows every process the same."""

    def __init__(self, start: datetime) -> None:
        """Begin at an aware instant."""
        # Without a lock: whoever is killed while holding one would keep it for ever.
        self._hand: Any = _FORKS.RawValue("d", start.timestamp())

    def now(self) -> datetime:
        """Return where the hand points."""
        return datetime.fromtimestamp(self._hand.value, UTC)

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self._hand.value += by.total_seconds()


@dataclass(slots=True)
class MortalWorker:
    """One life after another of the worker over one database."""

    settings: Settings
    clock: SharedClock
    lives: int = 0
    _process: ForkServerProcess | None = None

    def start(self) -> None:
        """Begin another life."""
        self.lives += 1
        self._process = _FORKS.Process(target=_live, args=(self.settings, self.clock), daemon=True)
        self._process.start()

    def kill(self) -> None:
        """End this life with SIGKILL: nothing is finished, nothing is said."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    def pause(self) -> None:
        """Let it stand still, as under SIGSTOP, until it is resumed."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on as if nothing had been."""
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        if self._process is not None and self._process.pid is not None:
            os.kill(self._process.pid, what)


def _live(settings: Settings, clock: SharedClock) -> None:
    """Be a worker until killed, or until the run that started this has gone."""
    worker.EVERY.update(dict.fromkeys(worker.EVERY, TICKS_EVERY))
    asyncio.run(_work(settings, clock))


async def _work(settings: Settings, clock: SharedClock) -> None:
    async with installed(settings, clock, longest_call=LONGEST_CALL) as installation:
        working = asyncio.create_task(worker.until_stopped(installation))
        parent = os.getppid()
        while os.getppid() == parent and not working.done():
            await asyncio.wait([working], timeout=1)
