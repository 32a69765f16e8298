"""Answers /healthz and /readyz truthfully: what was seen, not what was hoped.

Ready says that this process can serve: the database answers and has the newest shape. Healthy
says that the installation does its work: the scheduler's jobs ticked lately, wherever they run,
and no event has waited long to be acted upon. A job that stops is seen within two minutes.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import Clock
from models import migrations
from models.queries import heartbeats, inbox, pauses
from models.store import Store
from scheduler.jobs import BUDGET, JOBS

TICKED_WITHIN = timedelta(seconds=100)
AT_LEISURE = {BUDGET: timedelta(minutes=5)}
"""Jobs that ask others and whose delay hurts nobody have more time."""
ACTED_WITHIN = timedelta(seconds=100)
PATIENCE = 10.0
"""Seconds in which a database answers that is there."""
UNREACHABLE = (SQLAlchemyError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be: `what` in a closed word, and since when if known.

    What is told `at_once` will not pass by itself, and is told a single time.
    """

    what: str
    said: str
    since: datetime | None = None
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """What a look at the installation found; `problems` is empty where all is well."""

    problems: tuple[Problem, ...]

    def response(self) -> Response:
        """Return 200 where all is well, else 503 with the problems in words."""
        body = {"ok": not self.problems, "problems": [each.said for each in self.problems]}
        status = 503 if self.problems else 200
        return Response(orjson.dumps(body), status, media_type="application/json")


class Looker:
    """Looks at one installation for the health endpoints, the heartbeat and the alarms."""

    def __init__(self, store: Store, url: str, clock: Clock) -> None:
        """Look at `store`, which is the database at `url`."""
        self._store = store
        self._url = url
        self._clock = clock

    async def readyz(self, _request: Request) -> Response:
        """Say whether this process can serve."""
        try:
            async with asyncio.timeout(PATIENCE):
                current = await asyncio.to_thread(migrations.is_current, self._url)
        except UNREACHABLE as error:
            return Health((_gone(error),)).response()
        stale = () if current else (Problem("database", "database: run `bot migrate`"),)
        return Health(stale).response()

    async def healthz(self, _request: Request) -> Response:
        """Say whether the installation does its work."""
        return (await self.look()).response()

    async def look(self) -> Health:
        """Return what is wrong at this moment; never raises where the database is away."""
        now = self._clock.now()
        try:
            async with asyncio.timeout(PATIENCE), self._store.reading() as session:
                beats = await heartbeats.last(session)
                waiting_since = await inbox.waiting_since(session)
        except UNREACHABLE as error:
            return Health((_gone(error),))
        return Health((*stopped(beats, now), *_held_up(waiting_since, now)))

    async def spent(self) -> list[Problem]:
        """Return the schools whose month of counted messages is used up: nobody's breakdown."""
        now = self._clock.now()
        try:
            async with asyncio.timeout(PATIENCE), self._store.reading() as session:
                resting = await pauses.resting(session, now)
        except UNREACHABLE:
            return []
        return [Problem(f"quota/{code}", "", at_once=True) for code in resting]


def stopped(
    beats: dict[str, datetime], now: datetime, jobs: Sequence[str] = JOBS
) -> Iterator[Problem]:
    """Name the jobs that have not succeeded lately, or never."""
    for job in jobs:
        if job not in beats:
            said = f"scheduler: {job} has never ticked; is a worker running?"
            yield Problem(f"scheduler/{job}", said)
        elif now - beats[job] > AT_LEISURE.get(job, TICKED_WITHIN):
            said = f"scheduler: {job} has not ticked since {beats[job].isoformat()}"
            yield Problem(f"scheduler/{job}", said, beats[job])


def _gone(error: BaseException) -> Problem:
    return Problem("database", f"database: {type(error).__name__}")


def _held_up(waiting_since: datetime | None, now: datetime) -> Iterator[Problem]:
    """Say whether an event has waited too long to be acted upon."""
    if waiting_since is not None and now - waiting_since > ACTED_WITHIN:
        said = f"inbox: an event has waited since {waiting_since.isoformat()}"
        yield Problem("inbox", said, waiting_since)
