"""Draws the rows of a file that cannot be taken as the sheet has them, the faulty cells marked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.imports.cells import Table, clean
from bot.imports.columns import Columns, plain
from bot.imports.sheets import Sheet
from models.rules.importing.problems import Place, Problem

MOST_COLUMNS = 40
LONGEST_CELL = 120


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row with its headings; `marks` are the places in it of the cells that are wrong.

    A row of no sheet, such as an entry of a package, has problems only.
    """

    place: Place
    headings: Sequence[str]
    cells: Sequence[str]
    marks: Sequence[int]
    problems: Sequence[Problem]


class _Drawn:
    """A sheet as it is drawn: its columns that mean something to us, and those with problems."""

    def __init__(self, sheet: Sheet, maps: Sequence[Columns]) -> None:
        table = max((Table(sheet, each, ()) for each in maps), key=lambda each: len(each.at))
        said = sheet.rows[table.heading] if len(sheet.rows) else []
        self._rows = sheet.rows
        self._at: dict[str, int] = {
            plain(str(heading)): index for index, heading in enumerate(said)
        } | dict(table.at)
        self._headings = [clean(heading) for heading in said]
        self._ours = set(table.at.values())

    def row(self, place: Place, problems: Sequence[Problem]) -> FaultyRow:
        """Return one row, with the columns of the problems in any case."""
        cells = self._rows[place.row - 1]
        found = (self._index(each.column) for each in problems)
        wrong = {each for each in found if each is not None}
        shown = sorted(self._ours | wrong)[:MOST_COLUMNS]
        return FaultyRow(
            place,
            [self._headings[each] for each in shown],
            [_cell(cells, each) for each in shown],
            [number for number, each in enumerate(shown) if each in wrong],
            problems,
        )

    def _index(self, column: str) -> int | None:
        found = self._at.get(column)
        return self._at.get(plain(column)) if found is None else found


def faulty_rows(
    problems: Sequence[Problem], sheets: Sequence[Sheet], maps: Sequence[Columns]
) -> Iterator[FaultyRow]:
    """Give every row with a problem, in their order; `maps` are the columns there may be."""
    drawn: Mapping[str, _Drawn] = {each.name: _Drawn(each, maps) for each in sheets if each.rows}
    for place, some in groupby(problems, key=lambda each: each.place):
        here = list(some)
        sheet = drawn.get(place.sheet)
        yield FaultyRow(place, (), (), (), here) if sheet is None else sheet.row(place, here)


def _cell(cells: Sequence[object], index: int) -> str:
    said = clean(str(cells[index])) if index < len(cells) else ""
    return said if len(said) <= LONGEST_CELL else said[:LONGEST_CELL] + "…"
