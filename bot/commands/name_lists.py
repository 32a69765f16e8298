"""`bot export name-list`: writes one of the lists that go to the central database."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot import language
from bot.commands.choosing import chosen_school, school_option
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
    from bot.exports.columns import NameListMap
    from bot.exports.filling import Order, Report, Wanted
    from handlers.words import Words
    from models.rules.namelists.identities import Identities

LISTS = ("outcomes", "outcomes-continuing", "performances", "officers")
NOTHING_WRITTEN = 1


@click.command("name-list")
@click.argument("name", metavar="LIST", type=click.Choice(LISTS))
@click.option(
    "--term",
    required=True,
    help="The academic year, such as 112; for officers a semester, such as 112-1.",
)
@click.option(
    "--identities",
    "identity_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="XLSX or CSV with 學號, 身分證號 and 出生日期. It is read into memory and never stored.",
)
@out_option
@click.option(
    "--batch",
    type=click.Choice(["first", "second"]),
    help="Grade 12 only, in two batches; without it grades 10 and 11.",
)
@click.option(
    "--leave-out",
    type=click.IntRange(1),
    metavar="N",
    help="Go on without the N pupils who cannot be written; the report says the number.",
)
@as_option
@encoding_option
@columns_option
@school_option
@format_option
def name_list(
    *,
    name: str,
    term: str,
    identity_file: Path,
    out: Path,
    batch: str | None,
    leave_out: int | None,
    kind: str,
    encoding: str | None,
    columns: Path | None,
    school_code: str | None,
    form: str,
) -> None:
    """Write a name list for the central database: what was certified and selected.

    All pupils of the list, or nothing. What was written is remembered, without identity numbers, to
    be compared with the receipt package. The files are yours alone to read: delete them afterwards.

    \b
    Examples:
      bot export name-list outcomes --term 112 --identities identities.xlsx --out lists/
      bot export name-list officers --term 112-2 --identities identities.xlsx --out lists/
      bot export name-list performances --term 112 --batch first --identities identities.xlsx --out lists/
    """  # noqa: D301, E501 - click reads the \b: these lines stay as they are
    from dataclasses import replace

    from bot.exports import telling
    from bot.exports.filling import Order

    words = language.words()
    coded = encoding_of(kind, encoding)
    layout = _layout(columns, words)
    order = Order(
        _wanted(name, term, batch, layout, words),
        layout,
        _identities(identity_file, layout, words),
        kind,
        coded,
        leave_out or 0,
    )
    report = _export(order, out, school_code, words)
    if form == "json":
        click.echo(json.dumps(telling.as_data(report, order), ensure_ascii=False, indent=2))
    else:
        _say(report, order, words)
        if _may_leave_out(report, words):
            order = replace(order, leave_out=len(report.gaps))
            report = _export(order, out, school_code, words)
            _say(report, order, words)
    if not report.files:
        raise SystemExit(NOTHING_WRITTEN)


@click.command("columns")
def columns() -> None:
    """Print how name lists call their sheets and columns, as a file to copy and change.

    Example: bot export columns > my-lists.toml
    """
    from bot.exports.columns import STANDARD

    click.echo(STANDARD.read_text("utf-8"), nl=False)


def _export(order: "Order", out: Path, school_code: str | None, words: "Words") -> "Report":
    from bot.commands.progress import advancing
    from bot.commands.taking_files import with_store
    from bot.exports.namelists import export_name_list

    wanted = order.wanted
    term = f"{wanted.year}-{wanted.semester}" if wanted.semester else wanted.year
    with writing_into(out, term), advancing(words.say("Writing")) as advance:

        async def main(store: Any, now: Any) -> "Report":
            school = await chosen_school(store, school_code)
            return await export_name_list(store, school, order, out, now=now, advance=advance)

        return with_store(main)


def _say(report: "Report", order: "Order", words: "Words") -> None:
    from bot.exports import telling

    click.echo("\n".join([*telling.lines(report, order, words), *_advice(report, words)]))


def _advice(report: "Report", words: "Words") -> list[str]:
    """Return how to go on at the terminal where nothing was written."""
    from bot.exports.columns import Formulas

    said = []
    if report.unfit_count:
        said.append(words.say("An XLSX workbook holds all of these as they are: --as xlsx."))
    if any(not each.character for each in report.unfit):
        choices = ", ".join(each.value for each in Formulas if each is not Formulas.REFUSE)
        said.append(
            words.say(
                'For CSV, choose in a file of your own (--columns): [writing] formulas = "…", '
                "one of {choices}.",
                choices=choices,
            )
        )
    lacking = next((each.character for each in report.unfit if each.character), "")
    if lacking:
        said.append(
            words.say(
                'For Big5, say in a file of your own (--columns) what to write: [instead] "{one}" '
                '= "…"; or write UTF-8.',
                one=lacking,
            )
        )
    if report.gaps and not report.files:
        said.append(
            words.say(
                "Mend the file of identity numbers and export again; or leave these pupils out of "
                "the list, with all their works: --leave-out {n}",
                n=len(report.gaps),
            )
        )
    return said


def _may_leave_out(report: "Report", words: "Words") -> bool:
    """Ask a person at a terminal for the number of pupils: a plain yes is given too easily."""
    if report.files or report.unfit_count or not report.gaps or not sys.stdin.isatty():
        return False
    asked = words.say("To leave them out this time, type {n}", n=len(report.gaps))
    typed: str = click.prompt(asked, default="", show_default=False)
    return typed.strip() == str(len(report.gaps))


def _wanted(
    name: str, term: str, batch: str | None, layout: "NameListMap", words: "Words"
) -> "Wanted":
    from bot.exports.filling import Wanted
    from models.rules.namelists.lists import Batch
    from models.rules.roc import Term

    columns = layout.lists[name]
    chosen = Batch(batch) if batch else Batch.REGULAR
    try:
        if columns.whole_year:
            return Wanted(columns, Term(f"{term}-1").year, 0, chosen)
        of = Term(term if "-" in term else "")  # 112 alone would be the second term of year 11
    except ValueError:
        expected = (
            words.say(
                "--term: an academic year such as 112 is expected; found: {found}", found=term
            )
            if columns.whole_year
            else words.say(
                "--term: a semester such as 112-1 is expected; found: {found}", found=term
            )
        )
        raise BadInput(expected) from None
    return Wanted(columns, of.year, of.semester, chosen)


def _layout(columns: Path | None, words: "Words") -> "NameListMap":
    from bot.exports.columns import BadMap, load

    try:
        return layout_from(columns, load)
    except BadMap as error:
        known = (
            words.say("known here: {known}", known=", ".join(error.known))
            if error.known
            else words.say("not what can stand here; see `bot export columns`")
        )
        raise BadInput(
            words.say(
                "--columns: {file}, line {line}, {place}: {known}",
                file=columns,
                line=error.line,
                place=error.place,
                known=known,
            )
        ) from None


def _identities(file: Path, layout: "NameListMap", words: "Words") -> "Identities":
    from bot.commands.taking_files import sheets_of
    from bot.exports.identities import read
    from bot.imports.cells import MissingColumns

    try:
        return read(sheets_of(file, words), layout.identities)
    except MissingColumns as missing:
        raise BadInput(
            words.say(
                "{file}: no row has the column headings {columns}. If they are called otherwise, "
                "say so under [identities] in a file of your own (bot export columns).",
                file=file.name,
                columns="、".join(missing.columns),
            )
        ) from None
