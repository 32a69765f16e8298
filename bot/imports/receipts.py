"""Reads receipt statements (收訖明細) of one submission round: a row for every line of a pupil's.

A sheet that is called like a part of the statement (課程學習成果, 多元表現 …) needs no column 類別.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.imports.cells import Line, MissingColumns, Table, clean
from bot.imports.columns import ColumnMap, Columns, plain
from bot.imports.files import Understood, tables
from bot.imports.sheets import Sheet
from bot.imports.works import LONGEST_TEXT, LONGEST_TITLE
from models.rules.importing.records import ReceiptRow
from models.rules.roc import Term
from models.vocabulary import StatementPart

REQUIRED = ("pupil", "title")


@dataclass(frozen=True, slots=True)
class Round:
    """Which submission statements belong to: a term, and 1 for the first time it was submitted."""

    term: Term
    number: int = 1


@dataclass(slots=True)
class ReceiptsFile(Understood[ReceiptRow]):
    """The statements of a round; `incomplete` are pupils some of whose rows cannot be read.

    Whatever else a round comes from is understood as this too, and taken by `take_found`.
    """

    of: Round = field(kw_only=True)
    incomplete: set[str] = field(default_factory=set)

    @property
    def things(self) -> int:
        """Return how many pupils' statements the file holds."""
        return len({row.pupil for row in self.records})


def read(sheets: Sequence[Sheet], columns: ColumnMap, of: Round) -> ReceiptsFile:
    """Return the statements of a file; raises MissingColumns."""
    found = ReceiptsFile(of=of)
    for table in tables(sheets, columns.receipts, REQUIRED):
        part = _part_of_sheet(table, columns.receipts)
        for line in table:
            found.rows += 1
            record = _row(line, part)
            if record is not None and line.is_fine:
                found.records.append(record)
            else:
                found.incomplete.add(clean(line.raw("pupil")))
        found.add(table)
    return found


def _part_of_sheet(table: Table, columns: Columns) -> str:
    """Return what a sheet without the column says by its name; raises MissingColumns."""
    if "part" in table.at:
        return ""
    part = columns.words["part"].get(plain(table.sheet), "")
    if not part:
        raise MissingColumns(table.sheet, [columns.called["part"]])
    return part


def _row(line: Line, part: str) -> ReceiptRow | None:
    said = part or line.word("part")
    pupil = line.text("pupil", longest=32)
    title = line.text("title", longest=LONGEST_TITLE)
    detail = line.text("detail", longest=LONGEST_TEXT, required=False)
    return ReceiptRow(line.place, pupil, StatementPart(said), title, detail) if said else None
