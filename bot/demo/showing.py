"""Shows the demonstration: a fresh database, everything in one server, and one friendly line."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from bot import logs
from bot.demo import seed
from bot.demo.doors import open_doors, set_webhook
from bot.demo.opening import application, plant_if_empty, stage_of
from bot.demo.stage import Stage
from bot.demo.streams import StreamsEnd
from bot.listening import listening
from bot.settings import Settings, load
from models import migrations

_LOOK_EVERY = 0.05
_KEEPS_CONNECTIONS = 75
"""Seconds: longer than any caller here keeps one, or a call could meet a connection just closed."""
_STOP_WITHIN = 1
_SIDE_FILES = ("", "-wal", "-shm", ".anchors")


@dataclass(frozen=True, slots=True)
class Show:
    """What to show and where; a database that is not kept is made anew."""

    host: str
    port: int
    database: Path
    seed: int
    keep: bool


async def show(wanted: Show, write: Callable[[str], None]) -> None:
    """Show the demonstration until stopped; raises CannotListen."""
    logs.configure("WARNING")
    with listening(wanted.host, wanted.port) as sock:
        settings = settings_for(wanted.database, sock)
        await _prepare(wanted, settings, write)
        async with running(settings, sock, seed_number=wanted.seed) as stage:
            host = "127.0.0.1" if wanted.host in ("", "0.0.0.0") else wanted.host  # noqa: S104
            address = f"http://{host}:{sock.getsockname()[1]}"
            write(f"歷程鈴：請用瀏覽器打開 {address}　（Ctrl-C 結束）")
            await stage.stopped.wait()


@asynccontextmanager
async def running(
    settings: Settings,
    sock: socket.socket,
    *,
    seed_number: int = seed.SEED,
    size: seed.Size | None = None,
) -> AsyncIterator[Stage]:
    """Serve a stage on a socket, everything in one server; the block runs with its doors open.

    `stage.stopped` is set when the server was asked to stop; at the end of the block it stops.
    """
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    async with stage_of(settings, url, seed_number=seed_number, size=size) as stage:
        sock.listen()  # the bot introduces itself to Telegram's side while this server starts
        streams = StreamsEnd(await application(stage))
        server = _Server(streams)
        serving = asyncio.create_task(server.serve(sockets=[sock]))
        serving.add_done_callback(lambda _done: stage.stopped.set())
        try:
            await _until_started(server, serving)
            if not serving.done():
                await set_webhook(stage)
                await open_doors(stage)
                yield stage
        finally:
            streams.stopping.set()
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """A server that ends open event streams as soon as it is asked to stop."""

    def __init__(self, streams: StreamsEnd) -> None:
        super().__init__(
            uvicorn.Config(
                streams,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_STOP_WITHIN,
                timeout_keep_alive=_KEEPS_CONNECTIONS,
            )
        )
        self._streams = streams
        self._loop = asyncio.get_running_loop()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal: it comes from outside of the loop."""
        self._loop.call_soon_threadsafe(self._streams.stopping.set)
        super().handle_exit(sig, frame)


def settings_for(database: Path, sock: socket.socket) -> Settings:
    """Return the settings of a bot that finds the chat apps' sides on its own server."""
    database.parent.mkdir(parents=True, exist_ok=True)
    host, port = sock.getsockname()
    line = f"http://127.0.0.1:{port}/simulator"
    return load(
        database_url=f"sqlite:///{database}",
        secret_key=secrets.token_urlsafe(32),
        host=host,
        port=port,
        line_api_url=line,
        line_data_api_url=line,
        telegram_api_url=f"{line}/telegram",
        web_url=f"http://127.0.0.1:{port}",
    )


async def _prepare(wanted: Show, settings: Settings, write: Callable[[str], None]) -> None:
    write("準備資料庫…")
    await asyncio.to_thread(_migrate, wanted, settings)
    write("安排一所學校：42 班、1,260 名學生、他們的課和作品…")
    if not await plant_if_empty(settings, wanted.seed, None):
        write("接著上次的學校繼續。")
    write("替每個人準備選單…")


def _migrate(wanted: Show, settings: Settings) -> None:
    if not wanted.keep:
        for suffix in _SIDE_FILES:
            Path(f"{wanted.database}{suffix}").unlink(missing_ok=True)
    migrations.upgrade(settings.database_url)


async def _until_started(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    while not server.started and not serving.done():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(serving), _LOOK_EVERY)
