"""What this process has done, counted for Prometheus: webhooks, events, ticks, calls, deliveries.

Labels are words of closed sets and school codes, never a person, an id, a text or a title. What
the whole installation stands at is read from the database instead (bot/metrics_ledger.py).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.process_collector import ProcessCollector
from structlog.contextvars import bound_contextvars

from bot.tracing import span
from models.queries.inbox import Stored
from models.queries.outbox import Result
from scheduler.channel import Sent

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5)
SLOW = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 120)

WEBHOOKS = Histogram(
    "bell_webhook_seconds",
    "From a webhook's coming to its answer; LINE waits two seconds.",
    ("channel", "outcome"),
    buckets=QUICK,
    registry=REGISTRY,
)
EVENTS = Histogram(
    "bell_event_seconds",
    "From an event's coming until it was acted upon and answered.",
    ("channel",),
    buckets=SLOW,
    registry=REGISTRY,
)
TICKS = Histogram(
    "bell_tick_seconds",
    "How long a tick of a job took.",
    ("job", "outcome"),
    buckets=SLOW,
    registry=REGISTRY,
)
CALLS = Histogram(
    "bell_call_seconds",
    "How long a call that says something took, and how it ended.",
    ("channel", "call", "outcome"),
    buckets=SLOW,
    registry=REGISTRY,
)
PROBLEMS = Counter(
    "bell_event_problems",
    "Events that broke on our side; who sent them was told so.",
    ("channel",),
    registry=REGISTRY,
)
DELIVERIES = Counter(
    "bell_deliveries",
    "What became of deliveries after a call: accepted, failed, or queued for another try.",
    ("channel", "state", "reason"),
    registry=REGISTRY,
)

_OUTCOMES = {
    200: "stored",
    400: "unreadable",
    401: "refused",
    405: "method",
    413: "too_large",
    503: "not_stored",
    None: "hung_up",
}

# Looking labels up costs more than counting.
_webhooks = cache(WEBHOOKS.labels)
_calls = cache(CALLS.labels)
_deliveries = cache(DELIVERIES.labels)

_Answer = TypeVar("_Answer", bound=Sent | None)


async def webhook(channel: str, answer: Awaitable[int | None]) -> int | None:
    """Return the status of a webhook's answer, counted; None where nobody waits for it."""
    clock = asyncio.get_running_loop().time
    began = clock()
    with span("webhook", channel=channel):
        status = await answer
    _webhooks(channel, _OUTCOMES[status]).observe(clock() - began)
    return status


async def event(stored: Stored, now: Callable[[], datetime], work: Awaitable[None]) -> None:
    """Work on an event, timed from its coming; every log line meanwhile carries its id."""
    with bound_contextvars(inbound=stored.id), span("event", inbound=stored.id):
        await work
    EVENTS.labels(stored.channel).observe(max((now() - stored.received_at).total_seconds(), 0.0))


async def call(channel: str, name: str, made: Awaitable[_Answer]) -> _Answer:
    """Return how a call ended, counted; None is an edit of what cannot be edited."""
    clock = asyncio.get_running_loop().time
    began = clock()
    with span("call", channel=channel, call=name):
        sent = await made
    outcome = sent.outcome.value if sent is not None else "passed"
    _calls(channel, name, outcome).observe(clock() - began)
    return sent


async def tick(job: str, ticked: Callable[[], Awaitable[object]]) -> None:
    """Tick a job, counted; raises what the job raises."""
    clock = asyncio.get_running_loop().time
    began, outcome = clock(), "failed"
    try:
        with bound_contextvars(job=job), span("tick", job=job):
            await ticked()
        outcome = "done"
    finally:
        TICKS.labels(job, outcome).observe(clock() - began)


class Counting:
    """Counts and traces what a dispatcher sends (scheduler/witness.py)."""

    def sending(
        self, school_code: str, channel: str, messages: int
    ) -> AbstractContextManager[None]:
        """Trace one batch."""
        return span("batch", school=school_code, channel=channel, messages=messages)

    def ended(self, channel: str, results: Sequence[Result]) -> None:
        """Count what became of a batch's deliveries."""
        for each in results:
            _deliveries(channel, each.state.value, each.reason).inc()
