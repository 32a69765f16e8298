"""`bot doctor`: examines an installation, from the disk to LINE, and says what to do."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.doctoring import Finding
    from handlers.words import Words


@click.command("doctor")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(form: str) -> None:
    """Examine this installation and say what to do: settings, database, worker, LINE, backups.

    Nothing is changed and nobody gets a message; LINE is asked to try the webhook. Exit code 1
    while something is wrong.

    \b
    Examples:
      bot doctor
      bot doctor --format json
    """  # noqa: D301 - click reads the \b: these lines stay as they are
    import asyncio

    from bot import language

    words = language.words()

    async def main() -> "list[Finding]":
        findings: list[Finding] = []
        async for finding in _findings(words):
            if form == "text":
                _say(finding, findings[-1].about if findings else "", words)
            findings.append(finding)
        return findings

    findings = asyncio.run(main())
    wrong = sum(not each.check.well for each in findings)
    if form == "json":
        click.echo(json.dumps(as_data(findings), ensure_ascii=False, indent=2))
    else:
        click.echo(_sum(wrong, words))
    if wrong:
        raise SystemExit(1)


def as_data(findings: "Sequence[Finding]") -> dict[str, object]:
    """Return what was found as plain data for scripts."""
    return {
        "well": all(each.check.well for each in findings),
        "checks": [
            {"about": each.about, "well": each.check.well, "said": each.check.said}
            for each in findings
        ],
    }


async def _findings(words: "Words") -> "AsyncIterator[Finding]":
    """Yield what is found; of wrong settings only those, since nothing else can be looked at."""
    from bot import logs
    from bot.checking import Check
    from bot.clock import SystemClock
    from bot.doctoring import INSTALLATION, Finding, examine
    from bot.settings import SettingsError, load

    try:
        settings = load()
    except SettingsError as error:
        for line in error.lines(words):
            yield Finding(INSTALLATION, Check(False, line))
        return
    logs.configure(settings.log_level)
    async for finding in examine(settings, SystemClock(), words):
        yield finding


def _say(finding: "Finding", before: str, words: "Words") -> None:
    """Print one line, under a heading where it is about something else than the one before."""
    from bot.doctoring import INSTALLATION

    if finding.about != before:
        school = words.say("School {code}", code=finding.about)
        heading = words.say("Installation") if finding.about == INSTALLATION else school
        click.echo(f"\n{heading}" if before else heading)
    click.echo(finding.check.line)


def _sum(wrong: int, words: "Words") -> str:
    if not wrong:
        return "\n" + words.say("All is well.")
    return "\n" + words.count(
        "One thing is to be put right: see the line with ✗.",
        "{n} things are to be put right: see the lines with ✗, from the top.",
        wrong,
    )
