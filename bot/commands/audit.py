"""`bot audit`: holds the audit's chains against their seals and the heads kept outside."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.verifying import Verdict
    from handlers.words import Words


@click.group()
def command() -> None:
    """Verify that nobody changed the audit."""


@command.command()
@click.option(
    "--anchors",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of the anchors, or of the log, that was kept elsewhere; any number of them.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def verify(files: tuple[Path, ...], form: str) -> None:
    """Hold every entry against its seal; exit code 1 if anything is not as it was written.

    Found are entries that were edited, deleted or put elsewhere, and an end that was cut off.

    \b
    Example:
      bot audit verify --anchors bell.db.anchors
    """  # noqa: D301 - click reads the \b: these lines stay as they are
    import asyncio

    from bot import language, verifying
    from bot.commands import running

    found = running.settings()
    running.require_migrated(found)
    verdicts = asyncio.run(verifying.verify(found, files))
    if form == "json":
        click.echo(json.dumps(as_data(verdicts), indent=2))
    else:
        click.echo("\n".join(lines(verdicts, language.words())))
    if not all(verdict.sound for verdict in verdicts):
        raise SystemExit(1)


def as_data(verdicts: Sequence["Verdict"]) -> dict[str, object]:
    """Return the verdicts as plain data for scripts."""
    return {
        "sound": all(verdict.sound for verdict in verdicts),
        "schools": [
            {
                "school_id": verdict.school_id,
                "sound": verdict.sound,
                "sealed": verdict.sealed,
                "unsealed": verdict.unsealed,
                "anchored": verdict.anchored,
                "flaws": [
                    {"kind": flaw.kind.value, "first": flaw.first, "last": flaw.last}
                    for flaw in verdict.flaws
                ],
            }
            for verdict in verdicts
        ],
    }


def lines(verdicts: Sequence["Verdict"], words: "Words") -> list[str]:
    """Return what was found in lines: a heading for each school, and its flaws."""
    if not verdicts:
        return [words.say("The audit has no entry yet.")]
    return [line for verdict in verdicts for line in _lines(verdict, words)]


def _lines(verdict: "Verdict", words: "Words") -> Iterator[str]:
    from bot.verifying import sentence

    yield words.say(
        "School {school}: {sealed} entries sealed, {unsealed} wait for their seal.",
        school=verdict.school_id,
        sealed=verdict.sealed,
        unsealed=verdict.unsealed,
    )
    yield from (f"  ✗ {sentence(flaw, words)}" for flaw in verdict.flaws)
    if verdict.sealed and not verdict.anchored:
        yield "  ✗ " + words.say(
            "Nothing is known of its end from outside of the database, so a cut end would not be "
            "seen. Set BOT_AUDIT_ANCHORS, or name a copy with --anchors."
        )
    if verdict.sound:
        yield "  ✓ " + words.say(
            "Nothing was changed; its end was seen outside up to entry {number}.",
            number=verdict.anchored,
        )
