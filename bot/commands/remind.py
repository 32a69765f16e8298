"""`bot remind --dry-run`: what would be said to how many, at what cost; nothing is sent."""

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from handlers.words import Words
    from scheduler.forecasting import Forecast, Foreseen


@click.command("remind")
@click.option(
    "--dry-run",
    is_flag=True,
    required=True,
    help="Only say what would be sent; sending is the worker's.",
)
@click.option("--days", default=14, show_default=True, type=click.IntRange(1, 366))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(dry_run: bool, days: int, form: str) -> None:  # noqa: ARG001 - asked for by name
    """Show what falls due in the next days: to how many, why not to others, and the cost.

    Example: bot remind --dry-run --days 30
    """
    import asyncio
    from datetime import timedelta

    from bot import language
    from bot.clock import SystemClock
    from bot.commands import running
    from models.store import Store
    from scheduler.forecasting import remind_dry_run

    found = running.settings()
    running.require_migrated(found)
    now = SystemClock().now()

    async def main() -> "Forecast":
        store = Store(found.database_url)
        try:
            return await remind_dry_run(store, now, now + timedelta(days=days))
        finally:
            await store.close()

    forecast = asyncio.run(main())
    if form == "json":
        click.echo(json.dumps(as_data(forecast), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(forecast, language.words())))


def lines(forecast: "Forecast", words: "Words") -> list[str]:
    """Return a forecast as lines: when, what, to how many, why not to others, and the sums."""
    from bot.commands.timetable import columns

    if not forecast.rows:
        return [words.say("Nothing falls due in this time.")]
    heading = (
        words.say("School"),
        words.say("Leaves"),
        words.say("What"),
        words.say("Told"),
        words.say("Not told"),
    )
    sums = [
        words.say("{school}: {n} counted messages", school=code, n=pushes)
        for code, pushes in forecast.pushes.items()
    ]
    return [*columns([heading, *(_row(each, words) for each in forecast.rows)]), *sums]


def as_data(forecast: "Forecast") -> dict[str, object]:
    """Return a forecast as plain data for scripts."""
    return {
        "rows": [
            {
                "school": each.school_code,
                "kind": each.kind,
                "occasion": each.occasion,
                "due_at": each.due_at.isoformat(),
                "told": each.told,
                "silent": dict(each.silent),
            }
            for each in forecast.rows
        ],
        "pushes": dict(forecast.pushes),
    }


def _row(foreseen: "Foreseen", words: "Words") -> tuple[str, ...]:
    from handlers import labels

    silent = ", ".join(
        f"{labels.word(why, words)} {count}" for why, count in sorted(foreseen.silent.items())
    )
    return (
        foreseen.school_code,
        words.moment(foreseen.due_at),
        f"{labels.word(foreseen.kind, words)} {foreseen.occasion}",
        str(foreseen.told),
        silent or "–",
    )
