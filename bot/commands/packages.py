"""`bot import package`: opens a round with a receipt package, after showing how it differs."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot import language
from bot.commands.choosing import chosen_school, school_option
from bot.commands.progress import stepping
from bot.commands.timetable import BadInput

if TYPE_CHECKING:
    from bot.imports.columns import ColumnMap
    from bot.imports.packages.parts import Parts
    from bot.imports.packages.taking import Package, PackageReport
    from bot.imports.taking import Terms
    from handlers.words import Words
    from models.rules.namelists.identities import Identities

PASSWORD = "BOT_PACKAGE_PASSWORD"  # noqa: S105 - where it stands, not what it is


@click.command("package")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="XLSX or CSV with 學號, 身分證號 and 出生日期. It is read into memory and never stored.",
)
@click.option("--term", required=True, help="The term that was submitted, such as 112-2.")
@click.option(
    "--round",
    "round_number",
    type=click.IntRange(1, 99),
    default=1,
    show_default=True,
    help="1 for the first time it was submitted, 2 after corrections.",
)
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the password in its first line, for scripts; or BOT_PACKAGE_PASSWORD.",
)
@click.option("--take", is_flag=True, help="Open the round; without it, only show what differs.")
@click.option("--skip-bad", is_flag=True, help="Take over the good rows, leave the bad ones.")
@click.option(
    "--yes-remove",
    "consent",
    type=click.IntRange(1),
    metavar="N",
    help="Go on although the file would touch N; the report says the number.",
)
@click.option(
    "--columns",
    "own_columns",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="How your files call their columns, where that differs from the standard.",
)
@school_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def package(
    *,
    file: Path,
    mapping: Path,
    term: str,
    round_number: int,
    password_file: Path | None,
    take: bool,
    skip_bad: bool,
    consent: int | None,
    own_columns: Path | None,
    school_code: str | None,
    form: str,
) -> None:
    """Open a receipt round with the protected zip that the central database sent back.

    Shows first what differs from the name lists that were exported here; nothing is written before
    --take, or before the number is typed that is asked for. A hash that does not match is refused.

    \b
    Examples:
      bot import package package.zip --mapping identities.xlsx --term 112-2 --password-file password.txt
    """  # noqa: D301, E501 - click reads the \b: these lines stay as they are
    from dataclasses import replace

    from bot.commands.taking_files import columns_from, round_of
    from bot.imports import showing
    from bot.imports.packages import sentences
    from bot.imports.packages.taking import Package
    from bot.imports.sentences import steps
    from bot.imports.taking import Terms

    words = language.words()
    of = round_of(term, round_number)
    columns = columns_from(own_columns, words)
    identities = _identities(mapping, columns, words)
    password = _password(password_file, words)
    terms = Terms(skip_bad=skip_bad, consent=consent, dry_run=not take)
    with stepping(steps(words)) as step:
        step("read")
        asked = Package(_parts(file, password, columns, words), of, identities, columns)
        report = _take(file.name, asked, terms, school_code, step)
    if form == "json":
        said = json.dumps(sentences.as_data(report, words), ensure_ascii=False, indent=2)
        click.echo(said)
    else:
        click.echo("\n".join(sentences.lines(report, words)))
        number = _number(report)
        if number and sys.stdin.isatty() and _confirmed(number, words):
            agreed = replace(terms, dry_run=False, consent=report.report.at_stake or None)
            report = _take(file.name, asked, agreed, school_code, lambda _name: None)
        click.echo(sentences.ending(report, words))
    if showing.exit_code(report.report):
        raise SystemExit(showing.exit_code(report.report))


def _number(report: "PackageReport") -> int:
    """Return what a person types to open the round: what is at stake, or how many are asked."""
    from bot.imports.taking import Ending

    found = report.report
    if found.ending is Ending.NEEDS_CONSENT:
        return found.at_stake
    if found.ending is not Ending.WOULD_WRITE:
        return 0
    changes = found.counts.get("receipt_statement", {})
    return changes.get("new", 0) + changes.get("changed", 0)


def _confirmed(number: int, words: "Words") -> bool:
    """Ask for the number: a plain yes is given too easily."""
    asked = words.say("To open the round to these pupils, type {n}", n=number)
    typed: str = click.prompt(asked, default="", show_default=False)
    return typed.strip() == str(number)


def _identities(file: Path, columns: "ColumnMap", words: "Words") -> "Identities":
    from bot.commands.taking_files import sheets_of
    from bot.exports import identities
    from bot.imports.cells import MissingColumns
    from bot.imports.columns import columns_of
    from bot.imports.sentences import missing_sentence

    keys = columns.package["keys"]
    headings = columns_of({"columns": {field: keys[field] for field in identities.REQUIRED}})
    try:
        return identities.read(sheets_of(file, words), headings)
    except MissingColumns as missing:
        raise BadInput(f"{file.name}: {missing_sentence(missing, words)}") from None


def _password(file: Path | None, words: "Words") -> str:
    """Return the password from where a script has it, or ask for it; it is never an argument."""
    if file is not None:
        try:
            return file.read_text("utf-8-sig").split("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError):
            raise BadInput(
                words.say("--password-file: {file} cannot be read as UTF-8.", file=file.name)
            ) from None
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    if not sys.stdin.isatty():
        raise BadInput(
            words.say(
                "The package needs its password: --password-file FILE, or {variable}.",
                variable=PASSWORD,
            )
        )
    asked = words.say("Password of the package")
    return str(click.prompt(asked, hide_input=True))


def _parts(file: Path, password: str, columns: "ColumnMap", words: "Words") -> "Parts":
    from bot.imports.packages.reading import read
    from bot.imports.packages.refusals import PackageRefused
    from bot.imports.packages.sentences import refusal_sentence

    try:
        return read(file, password, columns)
    except PackageRefused as refused:
        raise BadInput(f"{file.name}: {refusal_sentence(refused, words)}") from None
    except OSError as error:
        raise BadInput(f"{file.name}: {error.strerror}") from None


def _take(
    name: str,
    asked: "Package",
    terms: "Terms",
    school_code: str | None,
    step: Callable[[str], None],
) -> "PackageReport":
    from bot.commands.taking_files import changed_meanwhile, with_store
    from bot.imports.packages.refusals import PackageRefused
    from bot.imports.packages.sentences import refusal_sentence
    from bot.imports.packages.taking import take_package
    from bot.imports.sentences import no_window_sentence
    from models.queries.receipt_imports import NoReceiptWindow

    async def main(store: Any, now: Any) -> "PackageReport":
        school = await chosen_school(store, school_code)
        return await take_package(store, school, asked, terms, now=now, step=step)

    words = language.words()
    try:
        with changed_meanwhile(words):
            return with_store(main)
    except PackageRefused as refused:
        raise BadInput(f"{name}: {refusal_sentence(refused, words)}") from None
    except NoReceiptWindow as refusal:
        raise BadInput(no_window_sentence(refusal, words)) from None
