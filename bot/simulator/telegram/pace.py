"""How fast a bot may send: to one chat, to one group, over all; and who does not wait.

Telegram publishes "about" one message a second to a chat with short bursts, twenty a minute to a
group and thirty a second over all. A tenth more passes here, as clocks and networks waver.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.simulator.limits import Limit, Windows

CHAT = "chat"
GROUP = "group"
OVERALL = "overall"
LIMITS = {CHAT: Limit(8, 6), GROUP: Limit(22, 60), OVERALL: Limit(33, 1)}


class Pace:
    """Counts messages; `limits` may be changed at any time, one taken out is free.

    Windows are real seconds. A bot that was told to wait has waited when either the real seconds
    or so much of world time has gone by, so that a test may move the one or the other.
    """

    def __init__(self, now: Callable[[], datetime], ticks: Callable[[], float]) -> None:
        self.limits = dict(LIMITS)
        self._now = now
        self._ticks = ticks
        self._windows = Windows(ticks)
        self._halts: dict[tuple[str, int | None], tuple[float, datetime]] = {}

    def wait(self, account: str, chat_id: int, *, is_group: bool) -> tuple[str, int]:
        """Count one message; the limit it breaks, or "", and the seconds to leave it."""
        for name, key in self._limits_of(chat_id, is_group):
            limit = self.limits.get(name)
            seconds = self._windows.count((account, name, key), limit) if limit else 0
            if seconds:
                return name, self.halt(account, key, seconds)
        return "", 0

    def halt(self, account: str, chat_id: int | None, seconds: float) -> int:
        """Tell a bot to leave a chat, or everything, for so long; in whole seconds."""
        whole = max(1, math.ceil(seconds))
        until = self._now() + timedelta(seconds=whole)
        self._halts[account, chat_id] = (self._ticks() + whole, until)
        return whole

    def halted(self, account: str, chat_id: int) -> int:
        """How many seconds the bot should still leave this chat alone; 0 if it may go on."""
        return max(self._left(account, chat_id), self._left(account, None))

    def _left(self, account: str, chat_id: int | None) -> int:
        until = self._halts.get((account, chat_id))
        if until is None:
            return 0
        left = until[0] - self._ticks()
        if left <= 0 or self._now() >= until[1]:
            del self._halts[account, chat_id]
            return 0
        return math.ceil(left)

    @staticmethod
    def _limits_of(chat_id: int, is_group: bool) -> tuple[tuple[str, int | None], ...]:
        return (OVERALL, None), (GROUP if is_group else CHAT, chat_id)
