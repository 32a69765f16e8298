"""Fetches a bot's updates where no webhook can reach the installation.

Telegram forgets an update once a later one is asked for, so the offset moves on only after the
commit. A database or a network that is away is waited for; nothing is lost for a day.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import Conflict, TelegramError

from bot.telegram.client import Client
from bot.telegram.wire import LeaveAlone

log = structlog.get_logger()

WAIT = 25
"""Seconds that Telegram may hold a request open until something comes."""
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0

Keep = Callable[[list[Any]], Awaitable[None]]


class Poller:
    """Fetches one bot's updates and hands them over to be kept."""

    def __init__(
        self,
        school_code: str,
        client: Client,
        keep: Keep,
        *,
        wait: int = WAIT,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        """Hand updates to `keep`, which returns once they are committed."""
        self._school_code = school_code
        self._client = client
        self._keep = keep
        self._wait = wait
        self._first_pause = first_pause
        self._offset = 0

    async def run(self) -> None:
        """Fetch until cancelled; whatever is away is tried again, ever more seldom."""
        pause = self._first_pause
        while True:
            try:
                await self.fetch()
                pause = self._first_pause
            except LeaveAlone as error:
                await asyncio.sleep(error.seconds)
            except (TelegramError, SQLAlchemyError) as error:
                log.warning("polling_failed", school=self._school_code, kind=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def fetch(self) -> None:
        """Fetch once; raises TelegramError or SQLAlchemyError, and then nothing is passed over."""
        try:
            updates = await self._client.updates(self._offset, wait=self._wait)
        except Conflict:
            await self._take_over()
            raise
        events = [update for update in updates if isinstance(update, dict)]
        await self._keep(events)
        ids = [id_ for update in events if type(id_ := update.get("update_id")) is int]
        self._offset = max([self._offset, *(id_ + 1 for id_ in ids)])

    async def _take_over(self) -> None:
        """Clear a webhook that stands in the way; without one another process is fetching."""
        webhook = await self._client.webhook()
        if webhook.url:
            log.warning("webhook_removed_for_polling", school=self._school_code)
            await self._client.delete_webhook()
        else:
            log.error("polled_by_another_process", school=self._school_code)
