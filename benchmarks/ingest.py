"""Webhook ingest: signed events stored and committed before the 200, against a bare server.

Goals: at least 0.50 of the bare server on SQLite with synchronous=FULL, 0.40 on PostgreSQL, the
99th percentile under 50 ms at 64 connections.
"""

import base64
import hashlib
import hmac
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import orjson

from benchmarks import crowd
from benchmarks.loading import load, prepared
from benchmarks.measuring import Figure, Findings, Role
from benchmarks.racing import Contestant, Setting, Turn, race
from benchmarks.servers import SECRET, server
from benchmarks.sizes import POSTGRESQL, SQLITE, Size

if TYPE_CHECKING:
    from benchmarks.databases import Databases


CONNECTIONS = 64
_serial = itertools.count()


def measure(databases: "Databases", size: Size, *, rounds: int) -> Findings:
    """Race the product's webhook, on both engines, with a server that does nothing."""
    settings = [Setting(size, databases.fresh(engine)) for engine in (SQLITE, POSTGRESQL)]
    for setting in settings:
        crowd.add_school(setting.url)
    title = "webhook ingest"
    bare_, sqlite, postgresql = race(
        title,
        (
            Contestant("bare uvicorn", Role.LIMIT, bare, settings[0]),
            Contestant("inbox, SQLite FULL", Role.OURS, inbox, settings[0]),
            Contestant("inbox, PostgreSQL", Role.OURS, inbox, settings[1]),
        ),
        rounds=rounds,
    )
    slowest = max(sqlite.more["99th percentile ms"], postgresql.more["99th percentile ms"])
    return Findings(
        (bare_, sqlite, postgresql),
        (
            Figure(f"{title}, SQLite: of the bare server", sqlite.times(bare_), "×", 0.5, True),
            Figure(
                f"{title}, PostgreSQL: of the bare server", postgresql.times(bare_), "×", 0.4, True
            ),
            Figure(f"{title}: 99th percentile", slowest, "ms", 50),
        ),
    )


@asynccontextmanager
async def bare(setting: Setting) -> AsyncIterator[Turn]:
    """Load a server that reads the body and answers."""
    async with _loading("bare", setting) as turn:
        yield turn


@asynccontextmanager
async def inbox(setting: Setting) -> AsyncIterator[Turn]:
    """Load the product's webhook."""
    async with _loading("inbox", setting) as turn:
        yield turn


@asynccontextmanager
async def _loading(kind: str, setting: Setting) -> AsyncIterator[Turn]:
    """Load a server in a process of its own, which is what is measured."""
    requests: list[bytes] = []
    took: list[float] = []

    async def prepare() -> None:
        requests[:] = _requests(setting.size.webhooks)

    async def work() -> int:
        took[:] = await load(served.address, requests, connections=CONNECTIONS)
        return len(requests)

    def figures() -> dict[str, float]:
        return {"99th percentile ms": sorted(took)[len(took) * 99 // 100] * 1000}

    async with server(kind, setting.url) as served:
        yield Turn(work, prepare, figures, served.pid)


def _requests(count: int) -> list[bytes]:
    """Return signed webhooks of one event each, none of which was ever sent."""
    made = []
    for _ in range(count):
        event = {
            "type": "postback",
            "webhookEventId": f"01{next(_serial):024d}",
            "deliveryContext": {"isRedelivery": False},
            "timestamp": 1_726_450_000_000,
            "mode": "active",
            "source": {"type": "user", "userId": "U" + "0" * 32},
            "replyToken": "0" * 32,
            "postback": {"data": "cert:3mv:2"},
        }
        body = orjson.dumps({"destination": "U" + "1" * 32, "events": [event]})
        signature = base64.b64encode(hmac.digest(SECRET, body, hashlib.sha256)).decode()
        made.append(prepared("/line/060402", body, {"x-line-signature": signature}))
    return made
