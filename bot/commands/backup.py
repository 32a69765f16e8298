"""`bot backup`: a verified copy of the database while processes run."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.backups.retention import DAYS, WEEKS

if TYPE_CHECKING:
    from datetime import datetime

    from bot.settings import Settings
    from handlers.words import Words


@click.command("backup")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder; BOT_BACKUP_DIR if not given.",
)
@click.option(
    "--keep-days",
    default=DAYS,
    show_default=True,
    type=click.IntRange(0),
    help="Keep the newest backup of so many days.",
)
@click.option(
    "--keep-weeks",
    default=WEEKS,
    show_default=True,
    type=click.IntRange(0),
    help="Keep the newest backup of so many weeks besides.",
)
@click.option(
    "--made-elsewhere",
    "elsewhere",
    is_flag=True,
    help="Make none, but note for `bot doctor` that other tools have just made one.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(
    *, folder: Path | None, keep_days: int, keep_weeks: int, elsewhere: bool, form: str
) -> None:
    """Copy the database while processes run, and verify the copy.

    The file and the manifest beside it (.json) belong together: keep both, on another machine, and
    never together with BOT_SECRET_KEY. Older backups in the folder are deleted, but for those of
    the last days and weeks. With BOT_BACKUP_DIR the worker does all this every night.

    \b
    Examples:
      bot backup --to backups
      bot backup --to backups --keep-days 30
      bot backup --made-elsewhere
    """  # noqa: D301 - click reads the \b: these lines stay as they are
    from bot import language
    from bot.backups import making
    from bot.clock import SystemClock
    from bot.commands import running
    from bot.commands.progress import advancing
    from bot.vault import Vault

    words = language.words()
    found = running.settings()
    now = SystemClock().now()
    if elsewhere:
        running.require_migrated(found)
        _note(found, now)
        click.echo(words.say("Noted: other tools have made a backup."))
        return
    database = file_of(found, words)
    place = _folder(found, folder, words)
    key = Vault(found.secret_key.get_secret_value()).audit_key
    with advancing(words.say("Copying")) as advance:
        file = making.make(database, place, key, now, advance)
    _note(found, now)
    gone = making.prune(place, days=keep_days, weeks=keep_weeks)
    data = {
        "file": str(file),
        "made_at": now.isoformat(),
        "size": file.stat().st_size,
        "deleted": [each.name for each in gone],
    }
    click.echo(json.dumps(data, ensure_ascii=False) if form == "json" else _said(data, words))


def file_of(found: "Settings", words: "Words") -> Path:
    """Return the file of the database; BadInput says what PostgreSQL is backed up with."""
    from bot.backups.nightly import sqlite_file
    from bot.commands.timetable import BadInput

    file = sqlite_file(found)
    if file is None:
        raise BadInput(
            words.say(
                "PostgreSQL is backed up and put back with its own tools: "
                "`pg_dump --format=custom --no-owner --file=bell.dump DATABASE` and `pg_restore`. "
                "docs/operations.md has the steps."
            )
        )
    return file


def _folder(found: "Settings", folder: Path | None, words: "Words") -> Path:
    from bot.commands.timetable import BadInput

    if folder is None and not found.backup_dir:
        raise BadInput(words.say("Where to? Give --to FOLDER, or set BOT_BACKUP_DIR."))
    return folder or Path(found.backup_dir)


def _note(found: "Settings", now: "datetime") -> None:
    import asyncio

    from models.queries import backups
    from models.store import Store

    async def note() -> None:
        store = Store(found.database_url)
        try:
            async with store.writing() as session:
                await backups.note_made(session, now)
        finally:
            await store.close()

    asyncio.run(note())


def _said(data: dict[str, Any], words: "Words") -> str:
    lines = [
        words.say("Backed up and verified: {file} ({size:,} bytes)", **data),
        words.say("Keep it together with the .json beside it, on another machine as well."),
    ]
    if data["deleted"]:
        gone = len(data["deleted"])
        lines.append(words.count("{n} older backup deleted.", "{n} older backups deleted.", gone))
    return "\n".join(lines)
