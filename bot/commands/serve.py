"""`bot serve`: webhooks, conversation and reminders in one process, for one machine."""

import click


@click.command("serve")
def command() -> None:
    """Run everything in one process.

    Example: bot serve
    """
    from bot.commands import running
    from bot.worker import ticking

    running.run_web(running.settings(), beside=ticking)
