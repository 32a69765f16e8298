"""Cold start and idle memory: the help text, a web process until it is ready, and at rest.

Goals: `bot --help` in under 0.3 s, web ready in under 2.5 s, an idle web process under 130 MB.
"""

import asyncio
import base64
import os
import socket
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.databases import Databases
from benchmarks.measuring import Measured

BOT = Path(sys.executable).with_name("bot")
READY_WITHIN = 30.0


async def measure(databases: Databases, *, rounds: int) -> tuple[list[Measured], list[str]]:
    """Return nothing for the table, as there is no baseline, and the figures in words."""
    helps = [await _help() for _ in range(rounds)]
    webs = [await _web(databases.sqlite()) for _ in range(rounds)]
    ready = statistics.median(seconds for seconds, _ in webs)
    memory = statistics.median(megabytes for _, megabytes in webs)
    return [], [
        f"bot --help: {statistics.median(helps):.2f} s (goal: < 0.3)",
        f"web ready: {ready:.2f} s (goal: < 2.5)",
        f"idle web: {memory:.0f} MB (goal: < 130)",
    ]


async def _help() -> float:
    started = time.perf_counter()
    process = await _bot("--help", stdout=asyncio.subprocess.DEVNULL)
    if await process.wait() != 0:
        raise RuntimeError("bot --help failed")
    return time.perf_counter() - started


async def _web(database_url: str) -> tuple[float, float]:
    """Start a web process; return the seconds until it is ready and its megabytes then."""
    port = _free_port()
    environment = {
        "BOT_DATABASE_URL": database_url,
        "BOT_SECRET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "BOT_PORT": str(port),
        "BOT_HOST": "127.0.0.1",
        "BOT_LOG_LEVEL": "ERROR",
    }
    started = time.perf_counter()
    process = await _bot("web", env=os.environ | environment)
    try:
        async with asyncio.timeout(READY_WITHIN), aiohttp.ClientSession() as http:
            while not await _is_ready(http, port, process):  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.02)
        return time.perf_counter() - started, _megabytes(process.pid)
    finally:
        process.terminate()
        await process.wait()


async def _is_ready(
    http: aiohttp.ClientSession, port: int, process: asyncio.subprocess.Process
) -> bool:
    if process.returncode is not None:
        raise RuntimeError(f"bot web ended with {process.returncode}")
    try:
        async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientConnectionError:
        return False


async def _bot(*arguments: str, **more: Any) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(BOT, *arguments, **more)


def _megabytes(pid: int) -> float:
    """Return the resident memory of a process; Linux only."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no resident memory")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
