"""Watches an installation from inside each of its processes, and lets the outside know.

The worker sends the heartbeat, only while all is well; silence is the alarm that needs nobody.
Every process looks for itself and posts alarms: a web process misses the worker, the worker
misses the web, both miss the database.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta

import structlog

from bot import metrics_page, tracing
from bot.alarms import Alarms, whats
from bot.clock import Clock
from bot.health import Looker, Problem
from bot.heartbeat import Outside
from bot.i18n import words
from bot.wiring import Installation

log = structlog.get_logger()

WEB, WORKER = "web", "worker"
EVERY = 15.0
"""Seconds from one look to the next."""
BEATS_EVERY = timedelta(seconds=60)


class Watch:
    """One process's watch over the installation."""

    def __init__(
        self,
        looker: Looker,
        outside: Outside,
        clock: Clock,
        *,
        beats: bool,
        misses_web: bool,
    ) -> None:
        """Look with `looker`, tell `outside`; say whether it `beats` and `misses_web`."""
        self._looker = looker
        self._outside = outside
        self._clock = clock
        self._beats = beats
        self._misses_web = misses_web
        self._alarms = Alarms()
        self._beaten_at: datetime | None = None

    async def run(self) -> None:
        """Look until cancelled; whatever breaks is logged by kind and looked at again."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - a watch that raises must not end
                log.error("watch_failed", kind=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Look once, and tell what is to be told: an alarm, or that all is well."""
        problems = [*(await self._looker.look()).problems, *await self._web()]
        now = self._clock.now()
        alarm = self._alarms.due([*problems, *await self._looker.spent()], now)
        if alarm and await self._outside.tell(alarm):
            self._alarms.told(alarm, now)
            log.error("alarm", problems=whats(alarm.problems), over=whats(alarm.over))
        if not problems and self._beats:
            await self._beat(now)

    async def _web(self) -> list[Problem]:
        if not self._misses_web or await self._outside.web_answers():
            return []
        return [Problem(WEB, "web: no answer at BOT_WEB_URL")]

    async def _beat(self, now: datetime) -> None:
        """Beat once a minute; after a beat that did not arrive, with the next look."""
        if self._beaten_at is not None and abs(now - self._beaten_at) < BEATS_EVERY:
            return
        if await self._outside.beat():
            self._beaten_at = now


@asynccontextmanager
async def watched(installation: Installation, roles: Collection[str]) -> AsyncIterator[None]:
    """Let an installation be watched while the block runs in a process with these roles."""
    tracing.configure()
    settings = installation.settings
    role = "+".join(sorted(roles))
    is_worker = WORKER in roles
    async with (
        metrics_page.open_page(installation),
        aclosing(Outside(settings, words(), role)) as outside,
    ):
        watch = Watch(
            Looker(installation.store, settings.database_url, installation.clock),
            outside,
            installation.clock,
            beats=is_worker and bool(settings.heartbeat_url),
            misses_web=is_worker and WEB not in roles and bool(settings.web_url),
        )
        looking = asyncio.create_task(watch.run())
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
