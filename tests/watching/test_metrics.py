"""What Prometheus reads: what a process did, and what the installation stands at."""

from datetime import timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families as families
from structlog.contextvars import get_contextvars

from bot.metrics import REGISTRY
from bot.metrics_ledger import Gauges, Ledger
from bot.metrics_page import page
from models.queries import backups
from models.store import Store
from models.tables import InboundEvent, QuotaReading
from models.vocabulary import OutcomeState
from scheduler import jobs
from scheduler.channel import Outcome, Sent
from tests.support import cast
from tests.support.cast import taipei
from tests.support.doorstep import Doorstep, at_the_door, signature
from tests.support.kept import kept_store
from tests.support.places import LINE, Place
from tests.support.server import serving
from tests.support.stage import HandClock, Stage, playing
from tests.support.ticking import ringing

MORNING = taipei(2024, 8, 30, 8)


def value(name: str, **labels: str) -> float:
    """Return what this process has counted so far."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def scraped(stage: Stage) -> dict[str, dict[frozenset[Any], float]]:
    """Return what the page says by metric and labels, over HTTP."""
    ledger = Ledger(stage.installation.store, stage.clock)
    async with serving(page(ledger)) as address:
        async with stage.http.get(f"{address}/metrics") as answer:
            assert answer.status == 200
            text = await answer.text()
        async with stage.http.get(f"{address}/healthz") as answer:
            assert answer.status == 404
    found: dict[str, dict[frozenset[Any], float]] = {}
    for family in families(text):
        for each in family.samples:
            found.setdefault(each.name, {})[frozenset(each.labels.items())] = each.value
    return found


def of(**labels: str) -> frozenset[Any]:
    """Return labels as `scraped` has them."""
    return frozenset(labels.items())


async def test_a_webhook_is_counted_by_what_became_of_it(sqlite_url: str) -> None:
    """Stored, refused for its signature, unreadable, or not a webhook at all."""
    async with at_the_door(sqlite_url, MORNING) as door:
        counted = "bell_webhook_seconds_count"
        before = {each: value(counted, channel=LINE, outcome=each) for each in OUTCOMES}
        await door.delivers()
        await door.asks(door.path, b"{}", [(b"x-line-signature", signature(b"{}", "another"))])
        await door.posts(b"{")
        after = {each: value(counted, channel=LINE, outcome=each) for each in OUTCOMES}
        assert {each: after[each] - before[each] for each in OUTCOMES} == OUTCOMES


OUTCOMES = {"stored": 1, "refused": 1, "unreadable": 1, "not_stored": 0}


async def test_an_event_that_breaks_is_counted_and_timed(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is answered with an apology; what is logged meanwhile carries the event's id."""
    carried = []

    async def broken(*_given: object) -> None:
        carried.append(get_contextvars())
        raise KeyError

    monkeypatch.setattr("bot.conversation.router.answer", broken)
    async with at_the_door(sqlite_url, MORNING) as door:
        problems = value("bell_event_problems_total", channel=LINE)
        acted = value("bell_event_seconds_count", channel=LINE)
        await _says_something(door)
        door.clock.at += timedelta(seconds=7)
        waited = value("bell_event_seconds_sum", channel=LINE)
        await door.conversation.drain()

        assert carried == [{"inbound": 1}]
        assert get_contextvars() == {}
        assert value("bell_event_problems_total", channel=LINE) - problems == 1
        assert value("bell_event_seconds_count", channel=LINE) - acted == 1
        assert value("bell_event_seconds_sum", channel=LINE) - waited == pytest.approx(7)


async def _says_something(door: Doorstep) -> None:
    source = {"type": "user", "userId": door.cast.address("小美")}
    message = {"type": "text", "id": "1", "text": "總覽"}
    event = {"type": "message", "webhookEventId": "W1", "source": source, "message": message}
    assert (
        await door.delivers({**event, "replyToken": "token", "timestamp": 1_728_432_000_000}) == 200
    )


async def test_the_page_says_what_was_done_and_what_stands_open(place: Place) -> None:
    """Over HTTP, on every channel and engine: calls, deliveries, queues, notices, quota, backup."""
    async with playing(place, taipei(2024, 8, 30, 7)) as stage:
        name, code = place.app, stage.cast.school.code
        sent = value("bell_deliveries_total", channel=name, state="accepted", reason="")
        await stage.add(cast.outcome, by="小美", title="外婆的醬油", state=OutcomeState.AWAITING)
        await stage.passes_to(MORNING)
        store, now = stage.installation.store, stage.clock.now()
        async with store.writing() as session:
            await backups.note_made(session, now - timedelta(hours=2))
            session.add(_reading(stage, limit=200, used=120, counted=90))
            session.add(_event(stage))
        stage.clock.at += timedelta(seconds=30)
        said = await scraped(stage)

    assert value("bell_deliveries_total", channel=name, state="accepted", reason="") > sent
    assert said["bell_database_up"] == {of(): 1}
    assert said["bell_events_waiting"] == {of(): 1}
    assert said["bell_event_oldest_seconds"] == {of(): 30}
    assert said["bell_job_age_seconds"][of(job=jobs.PLAN)] == 30
    assert said["bell_quota_left"] == {of(school=code, channel=name): 80}
    assert said["bell_backup_age_seconds"] == {of(): 7230}
    fates = {dict(labels)["fate"] for labels in said["bell_notices"]}
    assert "told" in fates
    assert "nothing_outstanding" in fates
    calls = {labels for labels in said["bell_call_seconds_count"] if ("channel", name) in labels}
    assert calls != set()
    _say_nothing_about_anybody(stage, said)


def _reading(stage: Stage, limit: int, used: int, counted: int) -> QuotaReading:
    now = stage.clock.now()
    return QuotaReading(
        school_id=stage.cast.school.id,
        channel=stage.app.name,
        month="2024-08",
        read_at=now,
        foretold_at=now,
        limit=limit,
        used=used,
        counted=counted,
    )


def _event(stage: Stage) -> InboundEvent:
    now = stage.clock.now()
    return InboundEvent(
        school_id=stage.cast.school.id,
        channel=stage.app.name,
        event_key="E",
        received_at=now,
        happened_at=now,
        raw=b"{}",
    )


def _say_nothing_about_anybody(stage: Stage, said: dict[str, dict[frozenset[Any], float]]) -> None:
    """No label is a name, an address or a title: each is a school's code or a closed word."""
    labelled = {str(each) for values in said.values() for labels in values for _, each in labels}
    planted = {*stage.cast.people, "外婆的醬油", *map(stage.cast.address, stage.cast.accounts)}
    assert planted & labelled == set()


async def test_a_queue_is_seen_by_school_with_its_age(database_url: str) -> None:
    """While the line is down messages wait; on both engines, read from the index alone."""
    async with ringing(database_url, taipei(2024, 8, 30, 7)) as bell:
        bell.channel.faults = repeat(Sent(Outcome.TRANSIENT, reason="connect"))
        await bell.add(cast.outcome, by="小美", title="外婆的醬油", state=OutcomeState.AWAITING)
        await bell.run(MORNING)
        now = bell.now + timedelta(minutes=10)
        standing = await Ledger(bell.store, HandClock(now)).look()

        queues = {(each.school_code, each.channel) for each in standing.queues}
        assert queues == {(bell.cast.school.code, LINE)}
        assert standing.queues[0].messages > 0
        assert now - standing.queues[0].due_since > timedelta(minutes=1)


async def test_many_scrapes_are_one_look(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look is kept for some seconds, so that a scraper cannot burden the database."""
    async with kept_store(sqlite_url) as store:
        ledger = Ledger(store, HandClock(MORNING))
        first = await ledger.look()
        monkeypatch.setattr(store, "reading", None)

        assert await ledger.look() is first


async def test_a_database_that_is_away_is_a_figure(tmp_path: Path) -> None:
    """The page answers all the same, and says so in one line."""
    store = Store(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/bell.db", threads=False)
    standing = await Ledger(store, HandClock(MORNING)).look()
    await store.close()

    (family,) = Gauges(standing).collect()
    assert (family.name, family.samples[0].value) == ("bell_database_up", 0)
