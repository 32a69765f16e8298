"""`bot web`: answers webhooks; any number of these may run beside any number of workers."""

import click


@click.command("web")
def command() -> None:
    """Answer webhooks and taps.

    Example: BOT_DATABASE_URL=postgresql://bell@localhost/bell bot web
    """
    from bot.commands import running

    running.run_web(running.settings())
