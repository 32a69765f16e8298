"""The product's processes, on a clock that the test moves: killed, paused, asked to stop.

Lives are forked from a server that has imported everything once, so that one costs milliseconds.
"""

import asyncio
import logging
import multiprocessing
import os
import random
import signal
import socket
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.context import ForkServerProcess
from typing import Any

from bot import app, worker
from bot.commands import running
from bot.listening import listening
from bot.settings import Settings
from bot.wiring import Installation, installed

TICKS_EVERY: Any = 0.3
"""Seconds between ticks: a minute of the school's day is over sooner here than outside."""
LONGEST_CALL = 0.5
HOST = "127.0.0.1"
PORTS = range(20_000, 32_000)
"""Below those that the system hands out to whoever calls, which may hold one at any moment."""
ENDS_WITHIN = 60.0
A_MOMENT = 0.02

Being = Callable[[Installation], Coroutine[Any, Any, None]]

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


@dataclass(slots=True, eq=False)
class Mortal:
    """One life after another of a process over one database."""

    be: Callable[[Settings, SharedClock, float, Any], None]
    settings: Settings
    clock: SharedClock
    longest_call: float = LONGEST_CALL
    lives: int = 0
    _up: Any = field(default_factory=lambda: _FORKS.RawValue("i", 0))
    """1 once this life has read its database."""
    _process: ForkServerProcess | None = None

    @property
    def pid(self) -> int:
        """The process that lives."""
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    @property
    def port(self) -> int:
        """Where it answers, if it does."""
        return self.settings.port

    def start(self) -> None:
        """Begin another life, unless the last one is not over."""
        if self._process is not None:
            return
        self.lives += 1
        self._up.value = 0
        given = (self.settings, self.clock, self.longest_call, self._up)
        self._process = _FORKS.Process(target=self.be, args=given, daemon=True)
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

    async def stops(self) -> int | None:
        """Ask it to stop, and return its exit code; None where it has not stopped in time."""
        self._signal(signal.SIGTERM)
        assert self._process is not None
        await asyncio.to_thread(self._process.join, ENDS_WITHIN)
        code = self._process.exitcode
        self.kill()
        return code

    async def is_ready(self) -> None:
        """Wait until it takes connections."""
        async with asyncio.timeout(ENDS_WITHIN):
            while not await answers(self.port):
                await asyncio.to_thread(threading.Event().wait, A_MOMENT)

    async def is_up(self) -> None:
        """Wait until it has read its database: one that is away before then ends it."""
        async with asyncio.timeout(ENDS_WITHIN):
            while not self._up.value:
                await asyncio.to_thread(threading.Event().wait, A_MOMENT)

    def _signal(self, what: signal.Signals) -> None:
        os.kill(self.pid, what)


def mortal_worker(
    settings: Settings, clock: SharedClock, longest_call: float = LONGEST_CALL
) -> Mortal:
    """Return a worker that has not begun to live."""
    return Mortal(_be_worker, settings, clock, longest_call)


def mortal_web(
    settings: Settings, clock: SharedClock, longest_call: float = LONGEST_CALL
) -> Mortal:
    """Return a web process that has not begun to live, with a port that stays."""
    mine = settings.model_copy(update={"host": HOST, "port": a_port()})
    return Mortal(_be_web, mine, clock, longest_call)


def a_port() -> int:
    """Return a port that nobody listens on."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as sock:
            if sock.connect_ex((HOST, port)):
                return port


async def answers(port: int) -> bool:
    """Say whether somebody takes connections at a port."""
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True


def _be_worker(settings: Settings, clock: SharedClock, longest_call: float, up: Any) -> None:
    """Be a worker until killed, or until the run that started this has gone."""
    worker.EVERY.update(dict.fromkeys(worker.EVERY, TICKS_EVERY))
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # ticks this dense overlap
    _live(settings, clock, longest_call, up, worker.until_stopped)


def _be_web(settings: Settings, clock: SharedClock, longest_call: float, up: Any) -> None:
    """Be a web process until killed, or until the run that started this has gone."""
    with listening(settings.host, settings.port) as sock:
        _live(settings, clock, longest_call, up, partial(running.answer, sock=sock))


def _live(settings: Settings, clock: SharedClock, longest_call: float, up: Any, be: Being) -> None:
    app.FINISH_WITHIN = worker.FINISH_WITHIN = longest_call
    running.STOP_WITHIN = int(longest_call)

    async def main() -> None:
        async with installed(settings, clock, longest_call=longest_call) as installation:
            up.value = 1
            being = asyncio.create_task(be(installation))
            parent = os.getppid()
            while os.getppid() == parent and not being.done():
                await asyncio.wait([being], timeout=1)

    asyncio.run(main())
