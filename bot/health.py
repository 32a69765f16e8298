"""Answers /healthz and /readyz truthfully: what was seen, not what was hoped.

Ready says that this process can serve: the database answers and has the newest shape. Healthy
says that the installation does its work: the scheduler's jobs ticked lately, wherever they run,
and no event has waited long to be acted upon.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import Clock
from models import migrations
from models.queries import heartbeats, inbox
from models.store import Store
from scheduler.jobs import JOBS

TICKED_WITHIN = timedelta(minutes=2)
ACTED_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Health:
    """What a look at the installation found; `problems` is empty where all is well."""

    problems: tuple[str, ...]

    def response(self) -> Response:
        """Return 200 where all is well, else 503 with the problems in words."""
        body = {"ok": not self.problems, "problems": self.problems}
        status = 503 if self.problems else 200
        return Response(orjson.dumps(body), status, media_type="application/json")


class Looker:
    """Looks at one installation for the health endpoints."""

    def __init__(self, store: Store, url: str, clock: Clock) -> None:
        """Look at `store`, which is the database at `url`."""
        self._store = store
        self._url = url
        self._clock = clock

    async def readyz(self, _request: Request) -> Response:
        """Say whether this process can serve."""
        try:
            current = await asyncio.to_thread(migrations.is_current, self._url)
        except (DBAPIError, OSError) as error:
            return Health((f"database: {type(error).__name__}",)).response()
        stale = () if current else ("database: not migrated; run `bot migrate`",)
        return Health(stale).response()

    async def healthz(self, _request: Request) -> Response:
        """Say whether the installation does its work."""
        now = self._clock.now()
        try:
            async with self._store.reading() as session:
                beats = await heartbeats.last(session)
                waiting_since = await inbox.waiting_since(session)
        except DBAPIError as error:
            return Health((f"database: {type(error).__name__}",)).response()
        return Health((*_stopped(beats, now), *_held_up(waiting_since, now))).response()


def _stopped(beats: dict[str, datetime], now: datetime) -> Iterator[str]:
    """Name the jobs that have not succeeded lately, or never."""
    for job in JOBS:
        if job not in beats:
            yield f"scheduler: {job} has never ticked; is a worker running?"
        elif now - beats[job] > TICKED_WITHIN:
            yield f"scheduler: {job} has not ticked since {beats[job].isoformat()}"


def _held_up(waiting_since: datetime | None, now: datetime) -> Iterator[str]:
    """Say whether an event has waited too long to be acted upon."""
    if waiting_since is not None and now - waiting_since > ACTED_WITHIN:
        yield f"inbox: an event has waited since {waiting_since.isoformat()}"
