"""What the commands that write files have in common: their options, and a school's own layout."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot import language
from bot.commands.timetable import BadInput

if TYPE_CHECKING:
    from models.rules.roc import Term

Layout = TypeVar("Layout")

out_option = click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write into; made where there is none.",
)
as_option = click.option(
    "--as",
    "kind",
    type=click.Choice(["xlsx", "csv"]),
    default="xlsx",
    show_default=True,
    help="One workbook, or a CSV file for each sheet.",
)
encoding_option = click.option(
    "--encoding",
    type=click.Choice(["utf-8", "cp950"]),
    help="Of CSV files. UTF-8 has a byte order mark, so that Excel reads it. [default: utf-8]",
)
columns_option = click.option(
    "--columns",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of your own with other headings, columns or words.",
)
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to say what was written.",
)


def encoding_of(kind: str, typed: str | None) -> str:
    """Return the encoding of CSV files; BadInput where a workbook was asked for."""
    if typed and kind == "xlsx":
        raise BadInput(language.words().say("--encoding is for CSV files: add --as csv."))
    return typed or "utf-8"


def layout_from(columns: Path | None, load: Callable[[str | None], Layout]) -> Layout:
    """Return what a school's own file says, or the standard; BadInput for what is no text."""
    try:
        return load(columns.read_text("utf-8") if columns else None)
    except UnicodeDecodeError:
        raise BadInput(
            language.words().say("--columns: {file} has to be a UTF-8 text file.", file=columns)
        ) from None


@contextmanager
def writing_into(out: Path, term: "Term | str | int") -> Iterator[None]:
    """Say in a sentence that the school has no such term, or that a folder cannot be written."""
    from bot.exports import NoSuchTerm

    words = language.words()
    try:
        yield
    except NoSuchTerm:
        raise BadInput(words.say("--term: the school has no term {term}.", term=term)) from None
    except OSError as error:
        raise BadInput(
            words.say("--out: {file} cannot be written: {why}", file=out, why=error.strerror)
        ) from None
