"""Real processes are killed, and somebody outside hears of it within five minutes (A15).

The clock is the machine's own, so that the cases run beside one another, for four minutes in all.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.health import AT_LEISURE
from bot.listening import listening
from scheduler.jobs import JOBS
from tests.support.postgres import PostgresServer
from tests.support.server import serving
from tests.support.stage import KEY
from tests.watching.watcher import Somebody

WITHIN = 300
A_LOOK = 0.5
PROMPT = len(JOBS) - len(AT_LEISURE)
BOT = Path(sys.executable).with_name("bot")
NOBODY = "http://127.0.0.1:9"


@dataclass
class Running:
    """An installation's web and worker processes, and who hears of them outside."""

    somebody: Somebody
    web: asyncio.subprocess.Process
    worker: asyncio.subprocess.Process
    metrics: str

    async def scraped(self) -> str:
        """Return what the worker's metrics page says."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.metrics}/metrics") as answer:
            return await answer.text()


def a_port() -> int:
    """Return a port that is free at this moment."""
    with listening("127.0.0.1", 0) as sock:
        return int(sock.getsockname()[1])


async def until(is_so: Callable[[], bool], within: float) -> None:
    """Wait until something is so; fails if it takes longer."""
    for _ in range(int(within / A_LOOK)):
        if is_so():
            return
        await asyncio.sleep(A_LOOK)
    assert is_so()


@asynccontextmanager
async def running(url: str, folder: Path) -> AsyncIterator[Running]:
    """Run the product's processes over a database until both are at work."""
    somebody, port, metrics = Somebody(), a_port(), a_port()
    await asyncio.to_thread(folder.mkdir)
    async with serving(somebody.app) as outside:
        env = {
            **os.environ,
            "BOT_SECRET_KEY": KEY,
            "BOT_DATABASE_URL": url,
            "BOT_LINE_API_URL": NOBODY,
            "BOT_TELEGRAM_API_URL": NOBODY,
            "BOT_PORT": str(port),
            "BOT_WEB_URL": f"http://127.0.0.1:{port}",
            "BOT_HEARTBEAT_URL": f"{outside}/beat",
            "BOT_ALARM_URL": f"{outside}/alarm",
        }
        with (folder / "log").open("wb") as log:
            migrated = await asyncio.create_subprocess_exec(BOT, "migrate", env=env, stderr=log)
            assert await migrated.wait() == 0
            web = await asyncio.create_subprocess_exec(BOT, "web", env=env, stderr=log)
            env["BOT_METRICS_PORT"] = str(metrics)
            worker = await asyncio.create_subprocess_exec(BOT, "worker", env=env, stderr=log)
        try:
            await until(lambda: somebody.beats > 0, 120)
            yield Running(somebody, web, worker, f"http://127.0.0.1:{metrics}")
        finally:
            for process in (web, worker):
                if process.returncode is None:
                    process.send_signal(signal.SIGCONT)
                    process.kill()
                await process.wait()


async def the_worker_is_killed(folder: Path) -> None:
    """The web process tells, and the heartbeat falls silent."""
    async with running(f"sqlite:///{folder}.db", folder) as at:
        assert 'bell_job_age_seconds{job="plan"}' in await at.scraped()
        at.worker.kill()
        await until(lambda: len(at.somebody.told) >= PROMPT, WITHIN)
        assert {each.partition("/")[0] for each in at.somebody.told} == {"scheduler"}


async def the_worker_stands_still(folder: Path) -> None:
    """A process that is there and does nothing is missed as well."""
    async with running(f"sqlite:///{folder}.db", folder) as at:
        at.worker.send_signal(signal.SIGSTOP)
        await until(lambda: len(at.somebody.told) >= PROMPT, WITHIN)


async def the_web_is_killed(folder: Path) -> None:
    """The worker tells."""
    async with running(f"sqlite:///{folder}.db", folder) as at:
        at.web.kill()
        await until(lambda: at.somebody.told == ["web"], WITHIN)


async def the_database_is_stopped(folder: Path) -> None:
    """Both tell, each by itself."""
    server = await asyncio.to_thread(PostgresServer)
    try:
        url = server.create("watched")
        async with running(url, folder) as at:
            await asyncio.to_thread(server.stop)
            await until(lambda: at.somebody.told.count("database") == 2, WITHIN)
            assert "bell_database_up 0.0" in await at.scraped()
    finally:
        await asyncio.to_thread(server.stop)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_whatever_is_stopped_somebody_outside_hears_of_it(tmp_path: Path) -> None:
    """Worker killed, worker paused, web killed, database stopped: an alarm within five minutes."""
    cases = (the_worker_is_killed, the_worker_stands_still, the_web_is_killed)
    async with asyncio.TaskGroup() as group:
        for case in (*cases, the_database_is_stopped):
            group.create_task(case(tmp_path / case.__name__))
