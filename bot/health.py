"""Answers /healthz and /readyz truthfully: what was seen, not what was hoped.

Ready says that this process can serve: the database answers and has the newest shape. Healthy
says that the installation does its work: the scheduler's jobs ticked lately, wherever they run,
and no event has waited long to be acted upon.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import Clock
from models import migrations
from models.store import Store
from models.tables import InboundEvent, Setting
from models.vocabulary import EventState
from scheduler.jobs import HEARTBEAT, JOBS

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
                beats = await session.execute(
                    select(Setting.key, Setting.value).where(col(Setting.key).startswith(HEARTBEAT))
                )
                heard = {key: datetime.fromisoformat(value) for key, value in beats}
                oldest = await session.execute(
                    select(sa.func.min(InboundEvent.received_at)).where(
                        col(InboundEvent.state) == EventState.RECEIVED
                    )
                )
                waiting_since = oldest.scalar_one()
        except DBAPIError as error:
            return Health((f"database: {type(error).__name__}",)).response()
        problems = [
            f"scheduler: {job} has not ticked since {heard.get(HEARTBEAT + job, 'the start')}"
            for job in JOBS
            if now - heard.get(HEARTBEAT + job, datetime.min.replace(tzinfo=now.tzinfo))
            > TICKED_WITHIN
        ]
        if waiting_since is not None and now - waiting_since > ACTED_WITHIN:
            problems.append("inbox: an event has waited for over two minutes")
        return Health(tuple(problems)).response()
