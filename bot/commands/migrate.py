"""`bot migrate`: brings the database to the newest shape; safe to run again."""

import click


@click.command("migrate")
def command() -> None:
    """Bring the database to the newest shape.

    Example: BOT_DATABASE_URL=sqlite:///bell.db bot migrate
    """
    from bot import language
    from bot.commands import running

    running.migrate(running.settings())
    click.echo(language.words().say("The database has the newest shape."))
