"""`bot export`: writes what was done into files, and name lists for the central database."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot import language
from bot.commands import name_lists
from bot.commands.choosing import chosen_school, school_option, term_typed
from bot.commands.timetable import BadInput
from bot.commands.writing_files import (
    as_option,
    columns_option,
    encoding_of,
    encoding_option,
    format_option,
    layout_from,
    out_option,
    writing_into,
)

if TYPE_CHECKING:
    from bot.exports.done import Exported
    from bot.exports.layout import Layout
    from handlers.words import Words


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
@out_option
@as_option
@encoding_option
@columns_option
@format_option
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
    from bot.commands.taking_files import with_store
    from bot.exports.done import export_done

    words = language.words()
    coded = encoding_of(kind, encoding)
    wanted, layout = term_typed(term), _layout(columns, words)

    async def main(store: Any, now: Any) -> "Exported":
        school = await chosen_school(store, school_code)
        return await export_done(
            store, school, wanted, out, layout, form=kind, encoding=coded, now=now
        )

    with writing_into(out, wanted):
        exported = with_store(main)
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


def _layout(columns: Path | None, words: "Words") -> "Layout":
    from bot.exports.layout import BadLayout, load

    try:
        return layout_from(columns, load)
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
