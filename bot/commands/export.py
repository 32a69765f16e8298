"""`bot export`: writes what was done into files, and name lists for the central database."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import language
from bot.commands import name_lists
from bot.commands.choosing import chosen_school, school_option
from bot.commands.timetable import BadInput

if TYPE_CHECKING:
    from bot.exports.done import Exported
    from bot.exports.layout import Layout
    from handlers.words import Words
    from models.rules.roc import Term


@click.group("export")
def command() -> None:
    """Write what was done, and name lists for the central database, as XLSX or CSV.

    \b
    Examples:
      bot export done --term 113-1 --out exports/
      bot export name-list outcomes --term 112 --identities identities.xlsx --out lists/
    """  # noqa: D301 - click reads the \b: these lines stay as they are


command.add_command(name_lists.name_list)
command.add_command(name_lists.columns)


@command.command("done")
@click.option("--term", required=True, help="The term, such as 113-1.")
@school_option
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write into; made where there is none.",
)
@click.option(
    "--as",
    "kind",
    type=click.Choice(["xlsx", "csv"]),
    default="xlsx",
    show_default=True,
    help="One workbook, or a CSV file for each sheet.",
)
@click.option(
    "--encoding",
    type=click.Choice(["utf-8", "cp950"]),
    help="Of CSV files. UTF-8 has a byte order mark, so that Excel reads it. [default: utf-8]",
)
@click.option(
    "--columns",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of your own with other headings, columns or words.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to say what was written.",
)
def done(
    *,
    term: str,
    school_code: str | None,
    out: Path,
    kind: str,
    encoding: str | None,
    columns: Path | None,
    form: str,
) -> None:
    """Write selections, certifications, confirmations, queries and decisions of a term.

    Who kept silent past the window is written as deemed confirmed, with its date. Files hold
    personal data: keep them where the school keeps such files.

    \b
    Examples:
      bot export done --term 113-1 --out exports/
      bot export done --term 113-1 --out exports/ --as csv --encoding cp950
    """  # noqa: D301 - click reads the \b: these lines stay as they are
    import asyncio

    from bot.clock import SystemClock
    from bot.commands import running
    from bot.exports.done import NoSuchTerm, export_done
    from models.store import Store

    words = language.words()
    if encoding and kind == "xlsx":
        raise BadInput(words.say("--encoding is for CSV files: add --as csv."))
    wanted, layout = _term(term, words), _layout(columns, words)
    found = running.settings()
    running.require_migrated(found)

    async def main() -> "Exported":
        store = Store(found.database_url)
        try:
            return await export_done(
                store,
                await chosen_school(store, school_code),
                wanted,
                out,
                layout,
                form=kind,
                encoding=encoding or "utf-8",
                now=SystemClock().now(),
            )
        finally:
            await store.close()

    try:
        exported = asyncio.run(main())
    except NoSuchTerm:
        raise BadInput(words.say("--term: the school has no term {term}.", term=wanted)) from None
    except OSError as error:
        raise BadInput(
            words.say("--out: {file} cannot be written: {why}", file=out, why=error.strerror)
        ) from None
    if form == "json":
        click.echo(json.dumps(as_data(exported), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(exported, layout, words)))


def lines(exported: "Exported", layout: "Layout", words: "Words") -> list[str]:
    """Return what was written: files, rows, and the characters that did not fit."""
    from bot.exports.writing import STAND_IN

    said = [words.say("Written: {file}", file=path) for path in exported.files]
    said += [
        words.count(
            "{sheet}: {n} row", "{sheet}: {n} rows", exported.counts[sheet.key], sheet=sheet.title
        )
        for sheet in layout.sheets
    ]
    if exported.misfits.counts:
        said.append(
            words.say(
                "These characters are not in cp950; {mark} stands in their place:", mark=STAND_IN
            )
        )
    said += [
        words.say(
            "  {character} (U+{code}), {n} times, first in {sheet}, row {row}, {column}",
            character=each.character,
            code=f"{ord(each.character):04X}",
            n=count,
            sheet=each.sheet,
            row=each.row,
            column=each.column,
        )
        for each, count in exported.misfits.counts.items()
    ]
    return said


def as_data(exported: "Exported") -> dict[str, object]:
    """Return what was written as plain data for scripts."""
    return {
        "files": [str(path) for path in exported.files],
        "rows": dict(exported.counts),
        "replaced_characters": [
            {
                "character": each.character,
                "times": count,
                "sheet": each.sheet,
                "row": each.row,
                "column": each.column,
            }
            for each, count in exported.misfits.counts.items()
        ],
    }


def _term(code: str, words: "Words") -> "Term":
    from models.rules.roc import Term

    try:
        return Term(code)
    except ValueError:
        raise BadInput(
            words.say("--term: a term such as 113-1 is expected; found: {found}", found=code)
        ) from None


def _layout(columns: Path | None, words: "Words") -> "Layout":
    from bot.exports.layout import BadLayout, load

    try:
        return load(columns.read_text("utf-8") if columns else None)
    except UnicodeDecodeError:
        raise BadInput(
            words.say("--columns: {file} has to be a UTF-8 text file.", file=columns)
        ) from None
    except BadLayout as error:
        known = (
            words.say("known here: {known}", known=", ".join(error.known))
            if error.known
            else words.say(
                "a text is expected: for names, letters and digits, at most 31, none twice"
            )
        )
        raise BadInput(
            words.say(
                "--columns: {file}, {place}: {known}", file=columns, place=error.place, known=known
            )
        ) from None
