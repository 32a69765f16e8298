"""What the installation stands at, read from the database for Prometheus.

Any process says the same, so that one to scrape is enough. A look is kept for some seconds, and
the longer it took, the longer: looking never takes more than a fiftieth of the time.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.health import PATIENCE, UNREACHABLE
from models.queries import backups, heartbeats, inbox, watching
from models.queries.watching import Queue
from models.store import Store
from scheduler.jobs import JOBS

log = structlog.get_logger()

FRESH_FOR = 5.0
"""Seconds for which a look is good, and the share of the time that looking may take at most."""
SHARE = 0.02
LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """What one look found; what could not be seen is left out."""

    reachable: bool = False
    events: int | None = None
    event_age: float = 0.0
    job_ages: dict[str, float] = field(default_factory=dict)
    queues: tuple[Queue, ...] = ()
    fates: dict[tuple[str, str], int] = field(default_factory=dict)
    quota_left: dict[tuple[str, str], int] = field(default_factory=dict)
    backup_age: float | None = None
    at: datetime | None = None


class Ledger:
    """Looks at the database when it is asked, but not more often than it should."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Look at `store`; ages are by `clock`."""
        self._store = store
        self._clock = clock
        self._standing = Standing()
        self._good_until = 0.0
        self._looking = asyncio.Lock()

    async def look(self) -> Standing:
        """Return what the installation stands at, or stood at some seconds ago."""
        loop = asyncio.get_running_loop()
        async with self._looking:
            began = loop.time()
            if began >= self._good_until:
                self._standing = await self._seen()
                ended = loop.time()
                self._good_until = ended + max(FRESH_FOR, (ended - began) / SHARE)
            return self._standing

    async def _seen(self) -> Standing:
        now = self._clock.now()
        try:
            async with asyncio.timeout(PATIENCE), self._store.reading() as session:
                return await _standing(session, now)
        except UNREACHABLE as error:
            log.warning("not_measured", kind=type(error).__name__)
            return Standing()


async def _standing(session: AsyncSession, now: datetime) -> Standing:
    beats = await heartbeats.last(session)
    backed_up_at = await backups.last_backed_up_at(session)
    waiting_since = await inbox.waiting_since(session)
    return Standing(
        reachable=True,
        events=await watching.events_waiting(session),
        event_age=_age(waiting_since, now) if waiting_since else 0.0,
        job_ages={job: _age(beats[job], now) for job in JOBS if job in beats},
        queues=tuple(await watching.queues(session)),
        fates=await watching.fates(session, now - LATELY, now),
        quota_left=await watching.quota_left(session, now),
        backup_age=_age(backed_up_at, now) if backed_up_at else None,
        at=now,
    )


def _age(since: datetime, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Gauges:
    """A standing as Prometheus reads it."""

    standing: Standing

    def collect(self) -> Iterator[Metric]:
        """Yield every family; one without values says at least what there would be."""
        standing = self.standing
        reachable = float(standing.reachable)
        yield _plain("bell_database_up", "Whether the database answers.", reachable)
        if standing.at is None:
            return
        yield _plain("bell_events_waiting", "Events that wait for their answer.", standing.events)
        yield _plain(
            "bell_event_oldest_seconds", "How long the first of them waits.", standing.event_age
        )
        yield _family(
            "bell_job_age_seconds",
            "How long ago a job last succeeded, in whatever process.",
            ("job",),
            [((job,), age) for job, age in standing.job_ages.items()],
        )
        yield from _queues(standing.queues, standing.at)
        yield _family(
            "bell_notices",
            "Notices that fell due within an hour, by what became of them.",
            ("kind", "fate"),
            standing.fates.items(),
        )
        yield _family(
            "bell_quota_left",
            "Messages that a school's plan has left this month; none for a plan without a limit.",
            ("school", "channel"),
            standing.quota_left.items(),
        )
        if standing.backup_age is not None:
            yield _plain("bell_backup_age_seconds", "Age of the backup.", standing.backup_age)


def _queues(queues: Iterable[Queue], now: datetime) -> Iterator[Metric]:
    depths, ages = [], []
    for each in queues:
        labels = (each.school_code, each.channel)
        depths.append((labels, each.messages))
        ages.append((labels, _age(each.due_since, now)))
    names = ("school", "channel")
    yield _family(
        "bell_queue_messages",
        "Messages of a school that wait to be sent; channel: of the first.",
        names,
        depths,
    )
    yield _family("bell_queue_oldest_seconds", "How long the first of them is due.", names, ages)


def _plain(name: str, said: str, value: float | None) -> Metric:
    return GaugeMetricFamily(name, said, value=value)


def _family(
    name: str,
    said: str,
    labels: tuple[str, ...],
    values: Iterable[tuple[tuple[str, ...], float]],
) -> Metric:
    family = GaugeMetricFamily(name, said, labels=labels)
    for labelled, value in values:
        family.add_metric(labelled, value)
    return family
