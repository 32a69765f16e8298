"""Whose turn it is to call Telegram: so many a second for a bot, one to a chat, few to a group.

Answers to taps go ahead of notices. When Telegram asks to be left alone, nobody of this bot gets
a turn until that time is over, and everybody else's bot goes on.
"""

import asyncio
import heapq
from collections import deque
from contextlib import suppress
from itertools import count
from weakref import WeakValueDictionary

TO_A_GROUP, A_MINUTE = 20, 61.0


class _Chat:
    """One chat: a call waits for the one before it and then for the rest of a second.

    In a group it also waits until the twentieth before it is a minute ago.
    """

    __slots__ = ("__weakref__", "forgotten_at", "free_at", "lock", "turns")

    def __init__(self, *, is_group: bool) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0
        self.forgotten_at = 0.0
        self.turns: deque[float] | None = deque(maxlen=TO_A_GROUP) if is_group else None

    def took(self, now: float, between: float) -> None:
        """Note a turn: when the next may come, and when nothing needs to be known any more."""
        self.free_at = self.forgotten_at = now + between
        if self.turns is not None:
            self.turns.append(now)
            self.forgotten_at = now + A_MINUTE
            if len(self.turns) == TO_A_GROUP:
                self.free_at = max(self.free_at, self.turns[0] + A_MINUTE)


class Turns:
    """Gives the turns of one bot; make it inside the running loop."""

    def __init__(self, per_second: float, between: float) -> None:
        """Allow `per_second` calls over all, and one in `between` seconds to a chat.

        With 0 seconds between them, chats are not limited, and groups are not either.
        """
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
            is_group = chat.startswith("-") and self._between > 0
            known = self._chats[chat] = _Chat(is_group=is_group)
        async with known.lock:
            await asyncio.sleep(known.free_at - self._loop.time())
            await self.any_turn(ahead=ahead)
            known.took(self._loop.time(), self._between)
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
        """Keep a chat until its time is over; whoever waits for it keeps it as well."""
        self._recent[chat] = known
        self._loop.call_at(known.forgotten_at, self._forget, chat, known)

    def _forget(self, chat: str, known: _Chat) -> None:
        if known.forgotten_at <= self._loop.time() and self._recent.get(chat) is known:
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
