"""`bot remind --dry-run`: what would be said to how many, at what cost; nothing is sent."""

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from handlers.words import Words
    from models.queries.windows import TermWindow
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
    from bot.wiring import COUNTED
    from models.store import Store
    from scheduler.forecasting import remind_dry_run

    found = running.settings()
    running.require_migrated(found)
    now = SystemClock().now()

    async def main() -> "Forecast":
        store = Store(found.database_url)
        try:
            return await remind_dry_run(store, now, now + timedelta(days=days), COUNTED)
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
        words.say("Window"),
        words.say("For whom"),
        words.say("Day"),
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
                "window": _window_data(each.window),
                "days_before": each.days_before,
                "due_at": each.due_at.isoformat(),
                "put_off_from": each.put_off_from and each.put_off_from.isoformat(),
                "told": each.told,
                "silent": dict(each.silent),
            }
            for each in forecast.rows
        ],
        "pushes": dict(forecast.pushes),
    }


def _window_data(window: "TermWindow") -> dict[str, object]:
    from models.queries.windows import grades_of
    from models.rules.taipei import last_day

    return {
        "term": window.term_name,
        "stage": window.stage,
        "round": window.window.round,
        "division": window.window.division,
        "grades": grades_of(window.window),
        "last_day": str(last_day(window.closes_at)),
    }


def _row(foreseen: "Foreseen", words: "Words") -> tuple[str, ...]:
    from handlers import deadlines, labels

    silent = ", ".join(
        f"{labels.word(why, words)} {count}" for why, count in sorted(foreseen.silent.items())
    )
    return (
        foreseen.school_code,
        _leaves(foreseen, words),
        labels.word(foreseen.kind, words),
        deadlines.name_of(words, foreseen.window),
        _whom(foreseen, words),
        _day(foreseen.days_before, words),
        str(foreseen.told),
        silent or "–",
    )


def _leaves(foreseen: "Foreseen", words: "Words") -> str:
    """Return when something leaves, and instead of when."""
    from models.rules.taipei import day_of

    leaves = words.moment(foreseen.due_at)
    if foreseen.put_off_from is None:
        return leaves
    planned = words.day(day_of(foreseen.put_off_from))
    return words.say("{at} (put off from {day})", at=leaves, day=planned)


def _whom(foreseen: "Foreseen", words: "Words") -> str:
    """Return the division and grades that a window concerns."""
    from models.queries.windows import grades_of

    comma = "、" if words.locale.startswith("zh") else ", "
    grades = comma.join(map(str, grades_of(foreseen.window.window)))
    return " ".join(filter(None, (foreseen.whom, words.say("grade {grades}", grades=grades))))


def _day(days_before: int | None, words: "Words") -> str:
    """Return how long before a window's last day something is said; a dash where it is not."""
    if days_before is None:
        return "–"
    if days_before == 0:
        return words.say("Last day")
    return words.count("{n} day before", "{n} days before", days_before)
