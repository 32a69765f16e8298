"""What the commands that run a process share: settings, logs, migrations, a server."""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from typing import Any

import click
import uvicorn
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from uvicorn.loops.auto import auto_loop_factory

from bot import garbage, language, logs
from bot.app import web
from bot.clock import SystemClock
from bot.commands.timetable import BadInput
from bot.console.first_start import FIRST, first_link
from bot.listening import listening
from bot.protocol import ImpatientProtocol
from bot.settings import Settings, SettingsError, load
from bot.watching import WEB, WORKER, watched
from bot.wiring import Installation, installed
from models import migrations

STOP_WITHIN = 3
"""Seconds that requests under way may still take when the process is asked to stop."""


def settings() -> Settings:
    """Return the settings of the environment; BadInput has a line for every mistake."""
    try:
        found = load()
    except SettingsError as error:
        raise BadInput("\n".join(error.lines(language.words()))) from None
    logs.configure(found.log_level)
    return found


@contextmanager
def reaching(found: Settings) -> Iterator[None]:
    """Say in one sentence that the database cannot be opened, instead of a traceback."""
    try:
        yield
    except OperationalError as error:
        where = make_url(found.database_url).render_as_string(hide_password=True)
        raise BadInput(
            language.words().say(
                "BOT_DATABASE_URL: {where} cannot be opened: {why}. Is there such a folder that "
                "may be written, or such a server?",
                where=where,
                why=error.orig,
            )
        ) from None


def require_migrated(found: Settings) -> None:
    """Refuse a database without the newest shape instead of changing it."""
    with reaching(found):
        current = migrations.is_current(found.database_url)
    if not current:
        raise BadInput(
            language.words().say("The database has not the newest shape: run `bot migrate` first.")
        )


def migrate(found: Settings) -> None:
    """Bring the database to the newest shape."""
    with reaching(found):
        migrations.upgrade(found.database_url)


class Server(uvicorn.Server):
    """uvicorn's server, for a process that has more to end than its requests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop when asked to. uvicorn raises the signal again then, and so ends the process."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.handle_exit, name, None)
        yield


def serve(app: Any, *, host: str = "127.0.0.1", port: int = 0) -> Server:
    """Return a server for an ASGI application that stops within seconds of being asked to."""
    return Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=STOP_WITHIN,
            server_header=False,
            http=ImpatientProtocol,
            ws="none",
        )
    )


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a process's main coroutine, on uvloop where there is one."""
    garbage.spare()
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(main)


Beside = Callable[[Installation], AbstractAsyncContextManager[None]]


def run_web(found: Settings, *, beside: Beside | None = None) -> None:
    """Serve webhooks until stopped, with `beside` running next to it; raises CannotListen."""

    async def main(sock: socket.socket) -> None:
        async with installed(found, SystemClock()) as installation:
            if sys.stdout.isatty():
                await _greet(installation)
            await answer(installation, sock, beside=beside)

    with listening(found.host, found.port, by="BOT_PORT") as sock:
        migrate(found)
        run(main(sock))


async def _greet(installation: Installation) -> None:
    """Let whoever sits at the terminal in, where nobody administers the installation yet."""
    link = await first_link(installation)
    if link is not None:
        words = language.words()
        click.echo(
            words.say(
                "Nobody administers the console yet. Choose the password of “{name}” here, once, "
                "within two days:",
                name=FIRST,
            )
        )
        click.echo(link)


async def answer(
    installation: Installation, sock: socket.socket, *, beside: Beside | None = None
) -> None:
    """Serve webhooks on a bound socket until the process is asked to stop; end what is begun."""
    server = serve(web(installation))
    parts = {WEB} if beside is None else {WEB, WORKER}
    async with watched(installation, parts), beside(installation) if beside else nullcontext():
        await server.serve(sockets=[sock])
