"""Empties one outlet's queue: takes up a batch, lets its calls begin at their pace, and the next.

A batch is taken up as soon as there is room for it, while the calls of the one before it are still
open; a call that hangs keeps its own place and nobody else's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from scheduler.fairness import OpenCalls, Outlet
from scheduler.preparing import Ready

BATCH = 200
"""Messages to a batch at most: a batch is one transaction."""
GRAIN = 0.01
"""Seconds for which it is not worth while to wait: the calls that fall into them begin at once."""
PATIENCE = 1.0
"""Seconds after which what has ended is settled, though calls are open that hang."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was taken up: its calls may begin in `begins_in` seconds, and each takes its `spans`.

    Without any, `later` says in how many seconds it is worth while to ask again; 0 if nothing
    waits.
    """

    ready: Sequence[Ready] = ()
    begins_in: float = 0.0
    spans: Sequence[float] = ()
    later: float = 0.0


@dataclass(frozen=True, slots=True)
class Draining:
    """One outlet being emptied.

    `take_up` settles what has ended and takes up to so many messages, which few outlets do at the
    same time: each waits for a `turn`. `call` makes one call, `watched` is entered while the calls
    of a batch are open.
    """

    outlet: Outlet
    open_calls: OpenCalls
    turn: asyncio.Semaphore
    at_once: int
    take_up: Callable[[Outlet, int], Awaitable[Batch]]
    call: Callable[[Outlet, Ready], Awaitable[None]]
    watched: Callable[[Outlet, int], AbstractContextManager[None]]

    async def run(self) -> None:
        """Send until nothing is left that may be sent, and every result is written down."""
        outlet = self.outlet
        async with asyncio.TaskGroup() as batches:
            while True:
                batch = await self._next()
                if batch.ready:
                    batches.create_task(self._send(batch))
                elif batch.later:
                    await asyncio.sleep(min(batch.later, PATIENCE))
                elif outlet.open:
                    await outlet.until_open(0, PATIENCE)
                elif not outlet.results:
                    return

    async def _next(self) -> Batch:
        """Wait for room, and take up as many messages as there is room for."""
        wanted = await self._wanted()
        async with self.turn:  # who waits for one keeps no calls meanwhile
            had = await self.open_calls.take(self.outlet, wanted)
            used = 0
            try:
                batch = await self.take_up(self.outlet, had)
                used = len(batch.ready)
            finally:
                self.open_calls.give_back(self.outlet, had - used)
            return batch

    async def _wanted(self) -> int:
        """Wait until a batch of what this outlet may have is free; where calls hang, for any."""
        while True:
            allowed = self.outlet.may_have(self.open_calls.share)
            batch = min(self.open_calls.at_a_time(allowed), self.at_once, BATCH)
            await self.outlet.until_open(allowed - batch, PATIENCE)
            free = allowed - self.outlet.open
            if free > 0:
                return min(batch, free)

    async def _send(self, batch: Batch) -> None:
        begun = 0
        due = asyncio.get_running_loop().time() + batch.begins_in
        try:
            with self.watched(self.outlet, len(batch.ready)):
                async with asyncio.TaskGroup() as calls, self.outlet.leaving:
                    for each, span in zip(batch.ready, batch.spans, strict=True):
                        due = await self._turn(due, span)
                        calls.create_task(self._call(each))
                        begun += 1
        finally:
            self.open_calls.give_back(self.outlet, len(batch.ready) - begun)

    async def _turn(self, due: float, span: float) -> float:
        """Wait until a call may begin; return when the next one may."""
        now = asyncio.get_running_loop().time()
        due = max(due, self.outlet.next_at, now)
        self.outlet.next_at = due + span
        if due - now > GRAIN:
            await asyncio.sleep(due - now)
        return due + span

    async def _call(self, ready: Ready) -> None:
        try:
            await self.call(self.outlet, ready)
        finally:
            self.open_calls.give_back(self.outlet, 1)
