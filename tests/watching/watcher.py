"""Somebody outside who takes heartbeats and alarms over HTTP, and a watch whose clock is moved."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.health import Looker
from bot.heartbeat import Outside
from bot.i18n import words
from bot.settings import load
from bot.watching import EVERY, Watch
from models.queries import heartbeats
from models.store import Store
from scheduler.jobs import JOBS
from tests.support.server import serving
from tests.support.stage import KEY, HandClock


@dataclass
class Somebody:
    """Hears heartbeats and alarms, and answers with `status`; `web` is what /readyz answers.

    `on_beat` is called with every heartbeat.
    """

    beats: int = 0
    alarms: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    web: int = 200
    on_beat: Callable[[], object] = int

    @property
    def app(self) -> Starlette:
        """Return the addresses: /beat, /alarm, and /readyz as the product's web side has it."""
        return Starlette(
            routes=[
                Route("/beat", self._beat),
                Route("/alarm", self._alarm, methods=["POST"]),
                Route("/readyz", self._readyz),
            ]
        )

    @property
    def told(self) -> list[str]:
        """Return what the alarms were about, what is over with a mark before it."""
        return [
            mark + each["what"]
            for alarm in self.alarms
            for mark, part in (("", "problems"), ("!", "over"))
            for each in alarm[part]
        ]

    async def _beat(self, _request: Request) -> Response:
        self.beats += self.status == 200
        self.on_beat()
        return Response(status_code=self.status)

    async def _alarm(self, request: Request) -> Response:
        if self.status == 200:
            self.alarms.append(orjson.loads(await request.body()))
        return Response(status_code=self.status)

    async def _readyz(self, _request: Request) -> Response:
        return Response(status_code=self.web)


@dataclass
class Post:
    """One process on watch: its clock, what it can tell, and whom."""

    somebody: Somebody
    clock: HandClock
    store: Store
    watch: Watch

    async def passes(self, seconds: float, *, ticking: Collection[str] = JOBS) -> None:
        """Let time pass, a look every so often; these jobs tick meanwhile."""
        until = self.clock.at + timedelta(seconds=seconds)
        while self.clock.at < until:
            self.clock.at += timedelta(seconds=EVERY)
            await self.beat(ticking)
            await self.watch.look()

    async def beat(self, jobs: Collection[str]) -> None:
        """Let jobs have ticked now."""
        if jobs:
            async with self.store.writing() as session:
                for job in jobs:
                    await heartbeats.beat(session, job, self.clock.at)


@asynccontextmanager
async def on_watch(
    store: Store, at: datetime, *, beats: bool = False, misses_web: bool = False
) -> AsyncIterator[Post]:
    """Put somebody outside, and a process that watches over a store from the inside."""
    somebody, clock = Somebody(), HandClock(at)
    async with serving(somebody.app) as address:
        settings = load(
            secret_key=KEY,
            heartbeat_url=f"{address}/beat",
            alarm_url=f"{address}/alarm",
            web_url=address,
        )
        outside = Outside(settings, words(), "a test")
        looker = Looker(store, "", clock)
        watch = Watch(looker, outside, clock, beats=beats, misses_web=misses_web)
        post = Post(somebody, clock, store, watch)
        await post.beat(JOBS)
        try:
            yield post
        finally:
            await outside.aclose()
