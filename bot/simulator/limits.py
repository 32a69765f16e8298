"""How often LINE lets a channel call each endpoint (per channel and endpoint, in real time)."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in so many seconds."""

    calls: int
    seconds: float


OTHER = "other"
TO_ONE_USER = "to one user"
LIMITS: dict[str, Limit] = {
    "POST /v2/bot/message/multicast": Limit(200, 1),
    "POST /v2/bot/chat/loading/start": Limit(100, 1),
    "POST /v2/bot/richmenu": Limit(100, 3_600),
    "DELETE /v2/bot/richmenu/{rich_menu_id}": Limit(100, 3_600),
    "DELETE /v2/bot/richmenu/alias/{alias}": Limit(100, 3_600),
    OTHER: Limit(2_000, 1),
}


class Windows:
    """Counts calls in windows of time that begin with the first call."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._begun: dict[Hashable, tuple[float, int]] = {}

    def count(self, key: Hashable, limit: Limit) -> float:
        """Count one call; 0 if it may pass, else the seconds until the next window."""
        ticks = self._ticks()
        began, calls = self._begun.get(key, (ticks, 0))
        if ticks - began >= limit.seconds:
            began, calls = ticks, 0
        if calls >= limit.calls:
            return began + limit.seconds - ticks
        self._begun[key] = (began, calls + 1)
        return 0


class RateLimits:
    """LINE's limits; `limits` may be changed at any time, an endpoint taken out is free.

    Who exceeds them is refused, and that is a violation: a careful client keeps below.

    LINE limits sends to one user without saying how far: set `TO_ONE_USER` to try it.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self.limits = dict(LIMITS)
        self._windows = Windows(ticks)

    def allow(self, channel_id: str, endpoint: str) -> bool:
        """Count one call of an endpoint, named as "POST /path", and say whether it may pass."""
        limit = self.limits.get(endpoint) or self.limits.get(OTHER)
        return limit is None or not self._windows.count((channel_id, endpoint), limit)

    def allow_send_to(self, channel_id: str, chat_id: str) -> bool:
        """Count one message to one chat."""
        limit = self.limits.get(TO_ONE_USER)
        return limit is None or not self._windows.count((channel_id, chat_id), limit)
