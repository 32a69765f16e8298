"""`bot worker`: plans and sends reminders; any number of these may run at once."""

import click


@click.command("worker")
def command() -> None:
    """Plan and send reminders.

    Example: BOT_DATABASE_URL=postgresql://bell@localhost/bell bot worker
    """
    from bot.clock import SystemClock
    from bot.commands import running
    from bot.watching import WORKER, watched
    from bot.wiring import installed
    from bot.worker import until_stopped

    found = running.settings()

    async def main() -> None:
        async with (
            installed(found, SystemClock()) as installation,
            watched(installation, {WORKER}),
        ):
            await until_stopped(installation)

    running.migrate(found)
    running.run(main())
