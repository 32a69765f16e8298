"""Whose turn it is to call Telegram: so many a second for a bot, one a second to a chat.

Answers to taps go ahead of notices. When Telegram asks to be left alone, nobody of this bot gets
a turn until that time is over, and everybody else's bot goes on.
"""

import asyncio
import heapq
from contextlib import suppress
from itertools import count
from weakref import WeakValueDictionary


class _Chat:
    """One chat: a call waits for the one before it and then for the rest of a second."""

    __slots__ = ("__weakref__", "free_at", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0


class Turns:
    """Gives the turns of one bot; make it inside the running loop."""

    def __init__(self, per_second: float, between: float) -> None:
        """Allow `per_second` calls over all, and one in `between` seconds to a chat."""
        self._spacing = 1 / per_second
        self._between = between
        self._loop = asyncio.get_running_loop()
        self._queue: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._number = count()
        self._free_at = 0.0
        self._alone_until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._chats: WeakValueDictionary[str, _Chat] = WeakValueDictionary()
        self._recent: dict[str, _Chat] = {}

    @property
    def held_for(self) -> float:
        """Return for how many seconds Telegram still wants to be left alone."""
        return max(self._alone_until - self._loop.time(), 0.0)

    def hold(self, seconds: float) -> None:
        """Give no turn for so long."""
        self._alone_until = max(self._alone_until, self._loop.time() + seconds)

    async def turn(self, chat: str, *, ahead: bool = False) -> None:
        """Wait for a turn to write to a chat; `ahead` of everybody who does not say so."""
        known = self._chats.get(chat)
        if known is None:
            known = self._chats[chat] = _Chat()
        async with known.lock:
            await asyncio.sleep(known.free_at - self._loop.time())
            await self.any_turn(ahead=ahead)
            known.free_at = self._loop.time() + self._between
            self._remember(chat, known)

    async def any_turn(self, *, ahead: bool = False) -> None:
        """Wait for a turn that is no new message in a chat, such as an edit."""
        mine = self._loop.create_future()
        heapq.heappush(self._queue, (not ahead, next(self._number), mine))
        self._give()
        await mine

    def close(self) -> None:
        """Give no more turns; who still waits is told so by a cancelled wait."""
        if self._timer is not None:
            self._timer.cancel()
        for *_, waiting in self._queue:
            waiting.cancel()

    def _remember(self, chat: str, known: _Chat) -> None:
        """Keep a chat until its second is over; whoever waits for it keeps it as well."""
        self._recent[chat] = known
        self._loop.call_at(known.free_at, self._forget, chat, known)

    def _forget(self, chat: str, known: _Chat) -> None:
        if known.free_at <= self._loop.time() and self._recent.get(chat) is known:
            with suppress(KeyError):
                del self._recent[chat]

    def _give(self) -> None:
        """Give turns that are due, and come back for the next."""
        while self._queue and self._timer is None:
            if self._queue[0][2].done():  # it waited too long and went away
                heapq.heappop(self._queue)
                continue
            now = self._loop.time()
            due = max(self._free_at, self._alone_until)
            if due > now:
                self._timer = self._loop.call_at(due, self._again)
                return
            heapq.heappop(self._queue)[2].set_result(None)
            self._free_at = max(self._free_at, now - self._spacing) + self._spacing

    def _again(self) -> None:
        self._timer = None
        self._give()
