"""Cold start and rest: the help text, a web process and a worker until they are ready, then idle.

Goals: `bot --help` in under 0.3 s, web ready in under 2.5 s, an idle web process or worker under
130 MB and 0.5 % of a core.
"""

import asyncio
import base64
import os
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import sqlalchemy as sa

from benchmarks import crowd, progress
from benchmarks.measuring import Figure, Findings, cpu_seconds, megabytes
from benchmarks.sizes import SQLITE, Size
from models.queries import heartbeats
from models.store import Store
from models.tables import School
from scheduler.jobs import JOBS

if TYPE_CHECKING:
    from benchmarks.databases import Databases

BOT = Path(sys.executable).with_name("bot")
READY_WITHIN = 60.0
SETTLING = 4.0
"""Seconds after which a process that is ready has done what comes once."""
RESTING = 20.0
"""Seconds of rest that are measured: each of the worker's jobs but the sweep ticks in them."""
Ready = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Rest:
    """How a process started, and what it takes at rest."""

    ready: float
    megabytes: float
    core: float


def measure(databases: "Databases", size: Size, *, rounds: int) -> Findings:
    """Start and rest; there is no baseline. What starts is the same at all sizes, rest is not."""
    url = databases.crowded(SQLITE, size)
    with crowd.writing(url) as connection:
        connection.execute(sa.update(School).values(planned_until=datetime.now(UTC)))
    at = f"idle {{}}, {size.name}"
    worker = asyncio.run(_worker(url, size))
    figures = [
        Figure(f"{at.format('worker')}: of a core", worker.core * 100, "%", 0.5),
        Figure(f"{at.format('worker')}: memory", worker.megabytes, "MB", 130),
    ]
    if size.schools > 2:
        return Findings(figures=tuple(figures))
    progress.step("bot --help")
    helps = [asyncio.run(_help()) for _ in range(rounds)]
    web = asyncio.run(_web(url, size))
    figures += [
        Figure(f"{at.format('web')}: of a core", web.core * 100, "%", 0.5),
        Figure(f"{at.format('web')}: memory", web.megabytes, "MB", 130),
        Figure("web ready", web.ready, "s", 2.5),
        Figure("worker ready", worker.ready, "s", 2.5),
        Figure("bot --help", statistics.median(helps), "s", 0.3),
    ]
    return Findings(figures=tuple(figures))


async def _help() -> float:
    started = time.perf_counter()
    process = await _bot("--help", stdout=asyncio.subprocess.DEVNULL)
    if await process.wait() != 0:
        raise RuntimeError("bot --help failed")
    return time.perf_counter() - started


async def _web(url: str, size: Size) -> Rest:
    port = _free_port()

    async def is_ready() -> bool:
        try:
            async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientConnectionError:
            return False

    async with aiohttp.ClientSession() as http:
        return await _rested("web", url, is_ready, size, BOT_PORT=str(port), BOT_HOST="127.0.0.1")


async def _worker(url: str, size: Size) -> Rest:
    store = Store(url)

    async def is_ready() -> bool:
        async with store.reading() as session:
            return set(JOBS) <= set(await heartbeats.last(session))

    try:
        return await _rested("worker", url, is_ready, size)
    finally:
        await store.close()


async def _rested(kind: str, url: str, is_ready: Ready, size: Size, **more: str) -> Rest:
    """Start a process, wait until it is ready, and watch it do nothing."""
    progress.step(f"bot {kind}, {size.name}: until it is ready, and {RESTING:.0f} s of rest")
    async with _running(kind, url, **more) as process:
        started = time.perf_counter()
        async with asyncio.timeout(READY_WITHIN):
            while not await is_ready():
                if process.returncode is not None:
                    raise RuntimeError(f"bot {kind} ended with {process.returncode}")
                await asyncio.sleep(0.02)
        ready = time.perf_counter() - started
        await asyncio.sleep(SETTLING)
        used = cpu_seconds(process.pid)
        await asyncio.sleep(RESTING)
        core = (cpu_seconds(process.pid) - used) / RESTING
        return Rest(ready, megabytes(process.pid), core)


@asynccontextmanager
async def _running(kind: str, url: str, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        "BOT_DATABASE_URL": url,
        "BOT_SECRET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "BOT_LOG_LEVEL": "ERROR",
        **more,
    }
    process = await _bot(kind, env=os.environ | environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _bot(*arguments: str, **more: Any) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(BOT, *arguments, **more)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
