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
_PACKED = 7
"""A ROC day such as 0970503 has so many digits; a cell for numbers drops the zero."""


def read(sheets: Sequence[Sheet], columns: Columns) -> Identities:
    """Return what a file says of every 學號 in it; raises MissingColumns."""
    numbered: set[str] = set()
    rows: list[tuple[str, Found]] = []
    for table in tables(sheets, columns, REQUIRED):
        rows += _rows(table, numbered)
    return Identities(gathered(rows), numbered)


def _rows(table: Iterable[Line], numbered: set[str]) -> Iterator[tuple[str, Found]]:
    for line in table:
        number = clean(line.raw("number"))
        if not number:
            continue
        if isinstance(line.raw("number"), int):
            numbered.add(number)
        yield number, _found(line)


def _found(line: Line) -> Found:
    number = _plain(line.raw("identity")).upper()
    said = line.raw("birth_date")
    if not number or said == "":
        return Found(line.place.row, None, Gap.INCOMPLETE)
    if not is_sound(number):
        return Found(line.place.row, None, Gap.WRONG_NUMBER)
    try:
        return Found(line.place.row, Identity(number, _day(said)))
    except ValueError:
        return Found(line.place.row, None, Gap.WRONG_DAY)


def _day(cell: Cell) -> date:
    text = unicodedata.normalize("NFKC", clean(cell))
    return any_day(text.zfill(_PACKED) if isinstance(cell, int) else text)


def _plain(cell: Cell) -> str:
    """Return a number without spaces, in characters of half width."""
    return "".join(unicodedata.normalize("NFKC", clean(cell)).split())
