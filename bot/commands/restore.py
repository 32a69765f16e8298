"""`bot restore`: puts a backup in the place of the database, on hold."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.backups.manifest import Manifest
    from handlers.words import Words


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Verify the backup and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(*, file: Path, only_check: bool, yes: bool) -> None:
    """Put a backup in the place of the database.

    Stop every process first. The backup is verified before anything is touched; an older one gets
    the newest shape. The present database is kept under another name. Afterwards nothing is sent
    until you have looked around and run `bot release`.

    \b
    Examples:
      bot restore backups/bell-20241012T010000Z.db --check
      bot restore backups/bell-20241012T010000Z.db --yes
    """  # noqa: D301 - click reads the \b: these lines stay as they are
    from bot import anchors, language
    from bot.backups import checking, restoring
    from bot.clock import SystemClock
    from bot.commands import running
    from bot.commands.backup import file_of
    from bot.commands.progress import advancing
    from bot.vault import Vault
    from models.queries.holds import Hold

    words = language.words()
    found = running.settings()
    place = restoring.Place(file_of(found, words), anchors.place(found))
    key = Vault(found.secret_key.get_secret_value()).audit_key
    manifest = checking.check(file, key)
    click.echo(_described(manifest, words))
    if only_check:
        return
    there = place.database.exists()
    if there:
        restoring.require_unused(place.database)
        agree(words.say("Put it in the place of {file}?", file=place.database), words, yes=yes)
    hold = Hold(SystemClock().now(), reason="", by=getpass.getuser(), restored=True)
    with advancing(words.say("Copying")) as advance:
        moved = restoring.restore(file, place, key, hold, advance)
    for old, new in moved:
        click.echo(words.say("Kept: {old} is now {new}", old=old.name, new=new.name))
    click.echo(
        words.say(
            "Done. Nothing is sent until you run `bot release`: start the processes, look around, "
            "then release."
        )
    )


def agree(question: str, words: "Words", *, yes: bool) -> None:
    """Ask whether to go on, unless that was said already; without a terminal nothing is asked."""
    import sys

    from bot.commands.timetable import BadInput

    if yes:
        return
    if not sys.stdin.isatty():
        raise BadInput(words.say("Nobody can be asked here: give --yes."))
    click.confirm(question, abort=True)


def _described(manifest: "Manifest", words: "Words") -> str:
    made_at = words.moment(manifest.made_at)
    return words.say(
        "The backup is whole. It shows {moment}: {schools} schools, {people} people, {notices} "
        "notices.",
        moment=made_at,
        schools=manifest.counts.get("school", 0),
        people=manifest.counts.get("person", 0),
        notices=manifest.counts.get("notice", 0),
    )
