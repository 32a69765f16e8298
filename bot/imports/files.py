"""What a file came to once its cells were read: records, problems, its names for columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Generic, TypeVar

from bot.imports.cells import MissingColumns, Table
from bot.imports.columns import Columns
from bot.imports.sheets import Sheet
from models.rules.importing.problems import Problem
from models.rules.roc import Term

Record = TypeVar("Record")


@dataclass(slots=True)
class Understood(Generic[Record]):
    """The records of a file in their order, and every problem of a cell."""

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    called: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: int = 0

    @property
    def things(self) -> int:
        """Return how many things the file speaks of, each counted once."""
        return len(self.records)

    def add(self, table: Table) -> None:
        """Take over what was noted about a table that has been read to its end."""
        self.problems += table.problems
        self.called |= {(table.sheet, column): said for column, said in table.called.items()}


def tables(sheets: Sequence[Sheet], columns: Columns, required: Sequence[str]) -> list[Table]:
    """Return the sheets that have the columns; notes beside them are passed over.

    Raises MissingColumns for the sheet that has most of them if none has all.
    """
    found: list[Table] = []
    nearest: MissingColumns | None = None
    for sheet in sheets:
        try:
            found.append(Table(sheet, columns, required))
        except MissingColumns as missing:
            if nearest is None or len(missing.columns) < len(nearest.columns):
                nearest = missing
    if not found:
        raise nearest or MissingColumns("", [columns.called[field] for field in required])
    return found


def with_words(columns: Columns, field: str, more: Mapping[str, str]) -> Columns:
    """Return columns that know more words for one of their fields."""
    return replace(columns, words={**columns.words, field: {**columns.words[field], **more}})


def sensible_years(today: date) -> range:
    """Return the academic years that a file can be about: those of present pupils, and the next."""
    this = Term.on(today).year
    return range(this - 6, this + 2)
