"""`bot quota`: what the month's counted messages are spent on, and what will be cut."""

import json
from typing import TYPE_CHECKING

import click

from bot.commands.choosing import chosen_school, school_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.words import Words
    from models.rules.budget import Share
    from scheduler.outlook import Outlook


@click.command("quota")
@school_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(school_code: str | None, form: str) -> None:
    """Show the month's counted messages: used, left, kept for last days, and what will be cut.

    The worker asks LINE every hour; this shows its last answer, our own count, and what the
    timetable still needs. Exit code 1 where something will be cut, or sending rests.

    \b
    Examples:
      bot quota
      bot quota --school 060402 --format json
    """  # noqa: D301 - click reads the \b: these lines stay as they are
    import asyncio

    from bot import language
    from bot.clock import SystemClock
    from bot.commands import running
    from bot.wiring import COUNTED
    from models.store import Store
    from scheduler.outlook import outlooks

    found = running.settings()
    running.require_migrated(found)
    now = SystemClock().now()

    async def main() -> "list[Outlook]":
        store = Store(found.database_url)
        try:
            school = await chosen_school(store, school_code) if school_code else None
            return await outlooks(store, COUNTED, now, school_id=school.id if school else None)
        finally:
            await store.close()

    seen = asyncio.run(main())
    if form == "json":
        data = [as_data(each) for each in seen]
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(seen, language.words())))
    if any(each.is_short or each.stopped_until for each in seen):
        click.get_current_context().exit(1)


def as_data(seen: "Outlook") -> dict[str, object]:
    """Return where a month stands as plain data for scripts."""
    month = seen.month
    return {
        "school": seen.school_code,
        "channel": seen.channel,
        "month": month.month,
        "limit": month.meter.limit,
        "is_read": month.is_read,
        "read_at": _written(month.reading.read_at),
        "used_as_said": month.reading.used if month.is_read else None,
        "used_as_counted": month.counted,
        "used": month.meter.used,
        "left": month.meter.left,
        "reserve": seen.reserve,
        "stopped_until": _written(seen.stopped_until),
        "held_back": seen.held_back,
        "not_told": seen.not_told,
        "ahead": [
            {
                "at": share.need.at.isoformat(),
                "kind": share.need.kind,
                "window": share.need.window_id,
                "required": share.need.required,
                "cost": share.need.cost,
                "sent": share.granted,
                "elsewhere": share.elsewhere,
                "cut": share.cut,
            }
            for share in month.shares
        ],
    }


def lines(seen: "Sequence[Outlook]", words: "Words") -> list[str]:
    """Return the months as lines: the meter, what is to come, and what happens to the rest."""
    if not seen:
        return [words.say("No school here has a channel whose messages cost.")]
    return [line for each in seen for line in _one(each, words)]


def _one(seen: "Outlook", words: "Words") -> list[str]:
    from bot.commands.timetable import columns

    shares = seen.month.shares
    found = [f"{seen.school_code} {seen.channel} {seen.month.month}"]
    found += [f"  {line}" for line in columns(_meter(seen, words))]
    if shares:
        heading = (
            words.say("Leaves"),
            words.say("What"),
            words.say("Needed"),
            words.say("Sent"),
            words.say("In another chat"),
            words.say("Cut"),
        )
        rows = [heading, *(_row(share, words) for share in shares)]
        found += ["", *(f"  {line}" for line in columns(rows))]
    if seen.is_short or seen.stopped_until:
        found += [
            "",
            words.say(
                "What is cut waits for the next tap of its people and rides on the free answer. "
                "Until then the homeroom teachers' lists name who was not told; on paper: "
                "bot paper notice --class 201"
            ),
        ]
    return [*found, ""]


def _meter(seen: "Outlook", words: "Words") -> "list[tuple[str, str]]":
    month = seen.month
    unknown = words.say("unknown: the worker has not reached LINE yet")
    none = words.say("none") if month.is_read else unknown
    rows = [
        (words.say("Limit"), none if month.meter.limit is None else str(month.meter.limit)),
        (words.say("Used"), _used(seen, words)),
        (words.say("Kept for last days and receipts"), str(seen.reserve)),
        (words.say("Needed until the month ends"), str(seen.needed)),
    ]
    if month.meter.left is not None:
        rows.insert(2, (words.say("Left"), str(month.meter.left)))
    if seen.stopped_until is not None:
        rows.append((words.say("Sending rests until"), words.moment(seen.stopped_until)))
    if seen.held_back or seen.not_told:
        value = words.say(
            "{held} wait for a tap, {untold} were never told",
            held=seen.held_back,
            untold=seen.not_told,
        )
        rows.append((words.say("Held back this month"), value))
    return rows


def _used(seen: "Outlook", words: "Words") -> str:
    month = seen.month
    if not month.is_read or month.reading.read_at is None:
        return words.say("{used} by our own count", used=month.counted)
    return words.say(
        "{used} (LINE says {said} at {at}; our own count is {counted})",
        used=month.meter.used,
        said=month.reading.used,
        at=words.moment(month.reading.read_at),
        counted=month.counted,
    )


def _row(share: "Share", words: "Words") -> tuple[str, ...]:
    from handlers import labels

    need = share.need
    what = labels.word(need.kind, words)
    return (
        words.moment(need.at),
        words.say("{what} (required)", what=what) if need.required else what,
        str(need.cost),
        str(share.granted),
        str(share.elsewhere or "–"),
        str(share.cut or "–"),
    )


def _written(at: "datetime | None") -> str | None:
    return None if at is None else at.isoformat()
