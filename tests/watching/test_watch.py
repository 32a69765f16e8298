"""A watch notices what stops; alarms leave that need neither the bot nor the worker (A15)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from bot.health import AT_LEISURE, Looker
from bot.listening import CannotListen, listening
from bot.settings import load
from bot.watching import WORKER, watched
from bot.wiring import installed
from models.queries import heartbeats, pauses
from models.queries.inbox import waiting_since
from models.store import Store
from models.tables import InboundEvent
from scheduler.jobs import JOBS, PLAN
from tests.support.cast import Cast, settle, taipei
from tests.support.kept import kept_store, served_store
from tests.support.server import serving
from tests.support.stage import KEY, HandClock
from tests.watching.watcher import Somebody, on_watch

NOON = taipei(2024, 10, 9, 12)
WITHIN = 300
"""Seconds after which an alarm must have left (A15)."""


@asynccontextmanager
async def settled(url: str) -> AsyncIterator[tuple[Store, Cast]]:
    """Give a store with the small school, before anything has ticked there."""
    async with kept_store(url) as store:
        yield store, await settle(store)


async def test_the_heartbeat_goes_on_while_all_is_well_and_only_then(sqlite_url: str) -> None:
    """One a minute; none while a job stands still; and again when it ticks."""
    async with kept_store(sqlite_url) as store, on_watch(store, NOON, beats=True) as post:
        await post.passes(240)
        assert post.somebody.beats == 4
        assert post.somebody.told == []

        await post.passes(120, ticking=set(JOBS) - {PLAN})
        beaten = post.somebody.beats
        await post.passes(180, ticking=set(JOBS) - {PLAN})
        assert post.somebody.beats == beaten

        await post.passes(60)
        assert post.somebody.beats == beaten + 1


async def test_a_heartbeat_that_did_not_arrive_is_sent_with_the_next_look(sqlite_url: str) -> None:
    """So that a watcher with a minute's grace hears no silence for one lost request."""
    async with kept_store(sqlite_url) as store, on_watch(store, NOON, beats=True) as post:
        post.somebody.status = 500
        await post.passes(30)
        post.somebody.status = 200
        await post.passes(15)
        assert post.somebody.beats == 1


async def test_a_month_that_is_used_up_is_told_within_a_minute_and_once(sqlite_url: str) -> None:
    """The heartbeat goes on: nothing is broken; and it is over when the month turns (A12)."""
    async with settled(sqlite_url) as (store, cast), on_watch(store, NOON, beats=True) as post:
        async with store.writing() as session:
            until = NOON + timedelta(minutes=5)
            await pauses.stop(session, cast.school.id, until, NOON, ("line",))
        await post.passes(60)
        assert post.somebody.told == ["quota/060402"]
        assert "bot quota" in post.somebody.alarms[0]["text"]
        assert post.somebody.beats

        await post.passes(180)
        assert post.somebody.told == ["quota/060402"]
        await post.passes(150)
        assert post.somebody.told == ["quota/060402", "!quota/060402"]


PROMPT = set(JOBS) - set(AT_LEISURE)


@pytest.mark.parametrize("stopped", [PROMPT, {PLAN}], ids=["the worker", "the planner"])
async def test_what_stops_ticking_is_noticed_within_two_minutes_and_told_within_five(
    sqlite_url: str, stopped: set[str]
) -> None:
    """By a process that has no part in it; once, then hourly, and once when it ticks again."""
    async with kept_store(sqlite_url) as store, on_watch(store, NOON) as post:
        await post.passes(60)
        since = post.clock.at
        left = set(JOBS) - stopped
        await post.passes(120, ticking=left)
        health = await Looker(store, "", post.clock).look()
        assert {each.what for each in health.problems} == {f"scheduler/{job}" for job in stopped}

        await post.passes(WITHIN - 120, ticking=left)
        assert set(post.somebody.told) == {f"scheduler/{job}" for job in stopped}
        (alarm,) = post.somebody.alarms
        assert {each["since"] for each in alarm["problems"]} == {since.isoformat()}
        assert alarm["text"].count("沒有執行") == 1
        assert all(job in alarm["text"] for job in stopped)

        await post.passes(120, ticking=left)
        assert len(post.somebody.alarms) == 1
        await post.passes(75)
        assert set(post.somebody.told[len(stopped) :]) == {f"!scheduler/{job}" for job in stopped}
        assert "背景工作恢復正常了" in post.somebody.alarms[-1]["text"]


async def test_a_database_that_is_away_is_told_and_so_is_its_return(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restart of some seconds is not: a watch is patient for a minute."""
    away = Store("sqlite+aiosqlite:////no/such/folder/bell.db", threads=False)
    async with kept_store(sqlite_url) as store, on_watch(store, NOON) as post:
        monkeypatch.setattr(post.watch, "_looker", Looker(away, "", post.clock))
        await post.passes(45)
        assert post.somebody.told == []
        await post.passes(WITHIN - 45)
        assert post.somebody.told == ["database"]

        monkeypatch.undo()
        await post.passes(90)
        assert post.somebody.told == ["database", "!database"]
    await away.close()


async def test_an_event_that_nobody_acts_upon_is_told(sqlite_url: str) -> None:
    """The conversation stands still while everything else ticks; nothing of the event is said."""
    async with settled(sqlite_url) as (store, cast), on_watch(store, NOON) as post:
        async with store.writing() as session:
            session.add(
                InboundEvent(
                    school_id=cast.school.id,
                    channel="line",
                    event_key="E",
                    received_at=NOON,
                    happened_at=NOON,
                    raw="小美".encode(),
                )
            )
        await post.passes(WITHIN)
        async with store.reading() as session:
            assert await waiting_since(session) == NOON
        (alarm,) = post.somebody.alarms
        assert alarm["problems"] == [{"what": "inbox", "since": NOON.isoformat()}]
        assert "小美" not in str(alarm)


async def test_the_worker_misses_the_web(sqlite_url: str) -> None:
    """It asks at the public address; a proxy without anybody behind it answers 502."""
    async with (
        kept_store(sqlite_url) as store,
        on_watch(store, NOON, beats=True, misses_web=True) as post,
    ):
        await post.passes(120)
        beaten = post.somebody.beats
        assert beaten == 2
        post.somebody.web = 502
        await post.passes(WITHIN)
        assert post.somebody.told == ["web"]
        assert post.somebody.beats == beaten


async def test_a_clock_that_jumps_alarms_nobody(sqlite_url: str) -> None:
    """Every job seems late for one look; with the next tick it is over."""
    async with kept_store(sqlite_url) as store, on_watch(store, NOON, beats=True) as post:
        await post.passes(120)
        for by in (timedelta(hours=3), timedelta(hours=-6)):
            post.clock.at += by
            await post.watch.look()
            await post.passes(90)
        assert post.somebody.told == []
        assert post.somebody.beats >= 4


async def test_whoever_cannot_be_told_is_tried_again(sqlite_url: str) -> None:
    """An alarm that was not taken is posted with every look until it is."""
    async with kept_store(sqlite_url) as store, on_watch(store, NOON) as post:
        post.somebody.status = 503
        await post.passes(WITHIN, ticking=())
        assert post.somebody.alarms == []
        post.somebody.status = 200
        await post.passes(15, ticking=())
        assert len(post.somebody.alarms) == 1


async def test_a_process_on_watch_beats_and_has_its_metrics_on_a_port_of_their_own(
    sqlite_url: str,
) -> None:
    """As `bot worker` runs it, until it is asked to stop; a port that is taken is a mistake."""
    somebody, beaten = Somebody(), asyncio.Event()
    somebody.on_beat = beaten.set
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
    async with serving(somebody.app) as outside, aiohttp.ClientSession() as http:
        settings = load(
            secret_key=KEY,
            database_url=sqlite_url,
            heartbeat_url=f"{outside}/beat",
            metrics_port=port,
        )
        clock = HandClock(NOON)
        async with installed(settings, clock, store=served_store(sqlite_url)) as installation:
            async with installation.store.writing() as session:
                for job in JOBS:
                    await heartbeats.beat(session, job, NOON)
            async with watched(installation, {WORKER}):
                await asyncio.wait_for(beaten.wait(), 10)
                async with http.get(f"http://127.0.0.1:{port}/metrics") as answer:
                    assert "bell_database_up 1.0" in await answer.text()
                with pytest.raises(CannotListen):
                    async with watched(installation, {WORKER}):
                        pytest.fail("two processes cannot have one port")
            with pytest.raises(aiohttp.ClientConnectorError):
                await http.get(f"http://127.0.0.1:{port}/metrics")


async def test_a_job_that_asks_others_has_more_time(sqlite_url: str) -> None:
    """LINE may be slow to say how far the month is used; that it is never asked is noticed."""
    async with kept_store(sqlite_url) as store, on_watch(store, NOON) as post:
        await post.passes(WITHIN, ticking=PROMPT)
        assert post.somebody.told == []
        await post.passes(90, ticking=PROMPT)
        assert post.somebody.told == ["scheduler/budget"]
