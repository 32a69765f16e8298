"""Reads the cells of one table by our names for its columns, and notes whatever is wrong with them.

Text is cleaned of what nobody sees (spaces around it, bidirectional and zero-width marks); nothing
that can be seen is changed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bot.imports.columns import Columns, plain
from bot.imports.sheets import DAMAGED, Cell, Sheet
from models.rules.importing.problems import Place, Problem, Reason
from models.rules.roc import Term, any_day

HEADING_WITHIN = 10
"""A title or a note may stand above the headings, in so many rows."""

_UNSEEN = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_OWN = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]")


class MissingColumns(Exception):
    """No row of the table has the headings it needs; `columns` are what is missing, as called."""

    def __init__(self, sheet: str, columns: Sequence[str]) -> None:
        super().__init__(sheet)
        self.sheet = sheet
        self.columns = columns


class Table:
    """A sheet whose headings were understood; iterating gives its rows that are not empty.

    `heading` is the index of their row, `at` says which column is which of our fields.
    """

    def __init__(self, sheet: Sheet, columns: Columns, required: Sequence[str]) -> None:
        """Find the headings; raises MissingColumns unless all of `required` are there."""
        self.sheet = sheet.name
        self.columns = columns
        self.problems: list[Problem] = []
        self._rows = sheet.rows
        self.heading, self.at = _headings(sheet, columns)
        missing = [columns.called[field] for field in required if field not in self.at]
        if missing:
            raise MissingColumns(sheet.name, missing)
        self._said = sheet.rows[self.heading] if sheet.rows else []
        self.called = {field: str(self._said[index]).strip() for field, index in self.at.items()}

    def __iter__(self) -> Iterator["Line"]:
        for index in range(self.heading + 1, len(self._rows)):
            cells = self._rows[index]
            if any(cell != "" for cell in cells):
                yield Line(self, Place(self.sheet, index + 1), cells)

    def other_columns(self) -> dict[str, int]:
        """Return the columns that are none of our fields, by their plain names."""
        ours = set(self.at.values())
        return {
            plain(str(said)): index
            for index, said in enumerate(self._said)
            if said != "" and index not in ours
        }


class Line:
    """One row; every reader returns a value and notes a problem where there is none."""

    __slots__ = ("_cells", "_noted", "_table", "place")

    def __init__(self, table: Table, place: Place, cells: Sequence[Cell]) -> None:
        self._table = table
        self._cells = cells
        self._noted = len(table.problems)
        self.place = place

    @property
    def is_fine(self) -> bool:
        """Tell whether nothing was wrong so far."""
        return len(self._table.problems) == self._noted

    def raw(self, field: str) -> Cell:
        """Return the cell as the file has it, "" where there is none."""
        return self.cell(self._table.at.get(field))

    def cell(self, index: int | None) -> Cell:
        """Return the cell of a column, "" where there is no such column or the row is shorter."""
        return self._cells[index] if index is not None and index < len(self._cells) else ""

    def object(self, field: str, reason: Reason, hint: str = "", *, value: Cell = "") -> None:
        """Note what is wrong with a cell."""
        said = str(value) or str(self.raw(field))
        self._table.problems.append(Problem(self.place, field, said, reason, hint))

    def text(self, field: str, *, longest: int, required: bool = True) -> str:
        """Return a text without what nobody sees; too long, lost or home-made characters do not."""
        return self.checked(field, self.raw(field), longest=longest, required=required)

    def checked(self, field: str, cell: Cell, *, longest: int, required: bool = False) -> str:
        """Return a cell's text as `text` does."""
        value = clean(cell)
        if not value:
            if required:
                self.object(field, Reason.MISSING)
        elif not value.isascii() and DAMAGED in value:
            self.object(field, Reason.LOST_CHARACTER, value=cell)
        elif not value.isascii() and _OWN.search(value):
            self.object(field, Reason.OWN_CHARACTER, value=cell)
        elif len(value) > longest:
            self.object(field, Reason.TOO_LONG, str(longest), value=value[:longest])
        return value

    def name(self, field: str, *, longest: int) -> str:
        """Return a person's name; a question mark in it is a character that got lost on the way."""
        value = self.text(field, longest=longest)
        if "?" in value or "？" in value:
            self.object(field, Reason.LOST_CHARACTER)
        return value

    def whole(self, field: str, *, required: bool = True) -> int:
        """Return a whole number from 0 on, 0 where the cell is empty."""
        value = clean(self.raw(field)).replace(",", "")
        if value.isascii() and value.isdigit() and len(value) < 10:
            return int(value)
        if value or required:
            self.object(field, Reason.NOT_A_NUMBER if value else Reason.MISSING)
        return 0

    def word(self, field: str, *, required: bool = True) -> str:
        """Return our word for what a closed column says, "" where the cell is empty."""
        said = clean(self.raw(field))
        word = self._table.columns.words[field].get(plain(said), "") if said else ""
        if said and not word:
            known = dict.fromkeys(self._table.columns.words[field])
            self.object(field, Reason.UNKNOWN_WORD, "、".join(known))
        elif required and not said:
            self.object(field, Reason.MISSING)
        return word

    def meaning(self, field: str, said: str) -> str:
        """Return our word for what a column says, "" for words that mean nothing to us."""
        return self._table.columns.words[field].get(plain(said), "")

    def day(self, field: str, cell: Cell) -> date | None:
        """Return a day in the Gregorian or the ROC calendar, None where the cell is empty."""
        said = clean(cell)
        if not said:
            return None
        try:
            return any_day(said)
        except ValueError:
            self.object(field, Reason.NOT_A_DAY, value=cell)
            return None

    def term(self, years: range) -> Term | None:
        """Return the term that the columns year and semester say; only near years are sensible."""
        year, said = self.year(years), clean(self.raw("semester"))
        semester = {"上": "1", "下": "2", "一": "1", "二": "2"}.get(said[:1], said[:1])
        if semester not in ("1", "2"):
            self.object("semester", Reason.UNKNOWN_TERM if said else Reason.MISSING)
            return None
        return Term.of(year, int(semester)) if year else None

    def year(self, years: range) -> int:
        """Return the academic year, 0 where it is none of the sensible ones."""
        year = self.whole("year")
        if year and year not in years:
            self.object("year", Reason.UNKNOWN_TERM)
            return 0
        return year


def clean(cell: Cell) -> str:
    """Return the text of a cell without marks that nobody sees."""
    text = cell if isinstance(cell, str) else str(cell)
    if not (text.isascii() and text.isprintable()):
        text = _CONTROL.sub(" ", _UNSEEN.sub("", text))
    return text.strip()


def _headings(sheet: Sheet, columns: Columns) -> tuple[int, Mapping[str, int]]:
    """Return the row that knows most of our columns, and where each stands in it."""
    best: tuple[int, dict[str, int]] = (0, {})
    for number, row in enumerate(sheet.rows[:HEADING_WITHIN]):
        found: dict[str, int] = {}
        for index, said in enumerate(row):
            field = columns.fields.get(plain(str(said)))
            if field is not None:
                found.setdefault(field, index)
        if len(found) > len(best[1]):
            best = number, found
    return best
