"""`bot demo`: a school term in LINE and Telegram, in the browser, without an account of either."""

from pathlib import Path

import click

FOLDER = Path(".demo")


@click.command("demo")
@click.option("--port", default=8000, show_default=True, help="Port of the page; 0 takes any.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--database",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the school is kept. [default: .demo/school.sqlite3, made anew]",
)
@click.option("--seed", default=113, show_default=True, help="Another number, another school.")
@click.option("--keep", is_flag=True, help="Go on with the school as it was left.")
def command(port: int, host: str, database: Path | None, seed: int, keep: bool) -> None:
    """Show a school term in LINE and Telegram, in the browser.

    A made-up school of 1,260 pupils, real webhooks, real reminders; the apps' side is simulated.

    Example: bot demo --port 8080
    """
    import asyncio
    import contextlib

    from bot import language
    from bot.commands.timetable import BadInput
    from bot.demo.showing import Show, show
    from bot.settings import SettingsError

    words = language.words()
    if database is not None and database.exists() and not keep:
        raise BadInput(
            words.say(
                "{file} is there already: --keep goes on with it, another --database leaves it.",
                file=database,
            )
        )
    wanted = Show(host, port, database or FOLDER / "school.sqlite3", seed, keep)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(show(wanted, click.echo))
    except SettingsError as error:
        raise BadInput("\n".join(error.lines(words))) from None
