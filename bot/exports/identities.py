"""Reads the registrar's file of identity numbers and birth dates; nothing of it is kept or logged.

The cells stay in memory: the file is read by a process that writes nothing to any disk.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.imports.cells import Line, clean
from bot.imports.columns import Columns
from bot.imports.files import tables
from bot.imports.sheets import Cell, Sheet
from models.rules.namelists.identities import Found, Gap, Identities, Identity, gathered, is_sound
from models.rules.roc import any_day

REQUIRED = ("number", "identity", "birth_date")
_LOST_ZERO = 6
"""A ROC day such as 0970503 has so many digits after a spreadsheet program took it for a number."""
_OLDEST = 1931
"""Nobody at a school was born earlier: the day is in another order, or of another calendar."""


def read(sheets: Sequence[Sheet], columns: Columns) -> Identities:
    """Return what a file says of every 學號 in it; raises MissingColumns."""
    read_tables = tables(sheets, columns, REQUIRED)
    return Identities(gathered(row for table in read_tables for row in _rows(table)))


def _rows(table: Iterable[Line]) -> Iterator[tuple[str, Found]]:
    for line in table:
        number = clean(line.raw("number"))
        if number:
            yield number, _found(line)


def _found(line: Line) -> Found:
    number = identity_number(line.raw("identity"))
    said = line.raw("birth_date")
    if not number or said == "":
        return Found(line.place.row, None, Gap.INCOMPLETE)
    if not is_sound(number):
        return Found(line.place.row, None, Gap.WRONG_NUMBER)
    try:
        return Found(line.place.row, Identity(number, born_on(said)))
    except ValueError:
        return Found(line.place.row, None, Gap.WRONG_DAY)


def born_on(cell: Cell) -> date:
    """Return a birth date in either calendar; raises ValueError for a day that cannot be one."""
    text = unicodedata.normalize("NFKC", clean(cell))
    day = any_day(f"0{text}" if len(text) == _LOST_ZERO and text.isdecimal() else text)
    if day.year < _OLDEST:
        raise ValueError("nobody is so old")
    return day


def identity_number(cell: Cell) -> str:
    """Return an identity number as it is meant: no spaces, capitals of half width."""
    return "".join(unicodedata.normalize("NFKC", clean(cell)).split()).upper()
