"""Webhook ingest: signed events stored and committed before the 200, against a bare server.

Goal (goals: speed and memory): at least 0.50 of the bare server on SQLite with synchronous=FULL,
0.40 on PostgreSQL, the 99th percentile under 50 ms at 64 connections.
"""

import asyncio
import base64
import hashlib
import hmac
import itertools
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson

from benchmarks.databases import Databases
from benchmarks.loading import load, prepared
from benchmarks.measuring import Measured, Variant, compare
from benchmarks.servers import SECRET

REQUESTS = 10_000
CONNECTIONS = 64
_serial = itertools.count()


async def measure(databases: Databases, *, rounds: int) -> tuple[list[Measured], list[str]]:
    """Return the speeds, and the latencies in words."""
    latencies: dict[str, list[float]] = {}
    async with (
        server("bare", "-") as bare,
        server("inbox", databases.sqlite()) as sqlite,
        server("inbox", databases.postgresql()) as postgresql,
    ):

        def loading(name: str, address: str, goal: str = "") -> Variant:
            requests: list[bytes] = []

            async def prepare() -> None:
                requests[:] = _requests()

            async def work() -> int:
                latencies.setdefault(name, []).extend(
                    await load(address, requests, connections=CONNECTIONS)
                )
                return REQUESTS

            return Variant(work, goal, prepare)

        lines = await compare(
            "webhook ingest",
            {
                "bare uvicorn": loading("bare", bare),
                "inbox, SQLite FULL": loading("SQLite", sqlite, "≥ 0.50"),
                "inbox, PostgreSQL": loading("PostgreSQL", postgresql, "≥ 0.40"),
            },
            rounds=rounds,
        )
    notes = [
        f"webhook ingest, {name}: 99th percentile {_percentile(took) * 1000:.0f} ms (goal: < 50)"
        for name, took in latencies.items()
    ]
    return lines, notes


@asynccontextmanager
async def server(kind: str, database_url: str) -> AsyncIterator[str]:
    """Run a server in a process of its own and hand out its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.servers",
        kind,
        database_url,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        port = int(await process.stdout.readline()) if process.stdout else 0
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


def _requests() -> list[bytes]:
    """Return signed webhooks of one event each, none of which was ever sent."""
    made = []
    for _ in range(REQUESTS):
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


def _percentile(took: list[float], share: float = 0.99) -> float:
    return sorted(took)[int(len(took) * share)]
