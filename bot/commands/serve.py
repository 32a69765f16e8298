"""`bot serve`: webhooks, conversation and reminders in one process, for one machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.wiring import Installation


@click.command("serve")
@click.option(
    "--telegram-polling",
    is_flag=True,
    help="Fetch Telegram's updates instead of waiting for them: no public address is needed.",
)
def command(*, telegram_polling: bool) -> None:
    """Run everything in one process.

    Example: bot serve
    """
    from bot.commands import running
    from bot.worker import ticking

    beside = _ticking_and_polling if telegram_polling else ticking
    running.run_web(running.settings(), beside=beside)


@asynccontextmanager
async def _ticking_and_polling(installation: "Installation") -> AsyncIterator[None]:
    from bot.fetching import polling
    from bot.worker import ticking

    async with ticking(installation), polling(installation):
        yield
