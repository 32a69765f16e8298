"""Reads a list of works: course outcomes, and the ten kinds of diverse performance.

A sheet with the column 成果名稱 holds outcomes. A sheet that is called like a kind, or has the
column 種類, holds performances with that kind's own columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.imports.cells import Line, MissingColumns, Table
from bot.imports.columns import ColumnMap, plain
from bot.imports.files import Understood, sensible_years
from bot.imports.sheets import Sheet
from models.rules.importing.problems import Reason
from models.rules.importing.records import OutcomeRow, PerformanceRow
from models.vocabulary import CourseTaking, OutcomeState, PerformanceKind

OUTCOME_COLUMNS = ("pupil", "year", "semester", "title", "state")
PERFORMANCE_COLUMNS = ("pupil", "year")
SELECTED = "selected"

LONGEST_TITLE = 200
LONGEST_TEXT = 2_000


@dataclass(slots=True)
class WorksFile(Understood[OutcomeRow]):
    """The works of a file: outcomes in `records`, and performances."""

    performances: list[PerformanceRow] = field(default_factory=list)

    @property
    def things(self) -> int:
        """Return how many works the file holds."""
        return len(self.records) + len(self.performances)


def read(sheets: Sequence[Sheet], columns: ColumnMap, *, today: date) -> WorksFile:
    """Return the works of a file; raises MissingColumns where no sheet holds any."""
    found = WorksFile()
    reader = _Reader(columns, sensible_years(today))
    understood = [reader.sheet(sheet, found) for sheet in sheets]
    if not any(understood):
        called = columns.outcomes.called
        raise MissingColumns("", [called[field] for field in OUTCOME_COLUMNS])
    return found


class _Reader:
    def __init__(self, columns: ColumnMap, years: range) -> None:
        self._map = columns
        self._years = years

    def sheet(self, sheet: Sheet, found: WorksFile) -> bool:
        """Read a sheet into the file's works; tell whether it holds any."""
        kind = self._map.kind_names.get(plain(sheet.name))
        if kind is None and "title" in Table(sheet, self._map.outcomes, ()).at:
            self._outcomes(Table(sheet, self._map.outcomes, OUTCOME_COLUMNS), found)
            return True
        if kind is None and "kind" not in Table(sheet, self._map.performances, ()).at:
            return False
        self._performances(Table(sheet, self._map.performances, PERFORMANCE_COLUMNS), kind, found)
        return True

    def _outcomes(self, table: Table, found: WorksFile) -> None:
        others = table.other_columns()
        kept = {
            name: others[plain(name)]
            for name in self._map.kept_of_outcomes
            if plain(name) in others
        }
        called = self._map.outcomes.words["taking"].get(plain(table.sheet))
        for line in table:
            found.rows += 1
            record = self._outcome(line, called, kept)
            if record is not None and line.is_fine:
                found.records.append(record)
        found.add(table)

    def _outcome(self, line: Line, called: str | None, kept: dict[str, int]) -> OutcomeRow | None:
        term = line.term(self._years)
        code = line.text("course_code", longest=32, required=False)
        said = line.word("state")
        name = line.text("course_name", longest=80, required=not code)
        pupil = line.text("pupil", longest=32)
        title = line.text("title", longest=LONGEST_TITLE)
        summary = line.text("summary", longest=LONGEST_TEXT, required=False)
        file_name = line.text("file_name", longest=200, required=False)
        size = line.whole("file_size", required=False)
        digest = line.text("file_hash", longest=64, required=False).lower()
        taking = line.word("taking", required=False) or called
        details = {
            name: line.checked(name, line.cell(index), longest=LONGEST_TEXT)
            for name, index in kept.items()
        }
        if term is None or not line.is_fine:
            return None
        state = OutcomeState.CERTIFIED if said == SELECTED else OutcomeState(said)
        return OutcomeRow(
            line.place,
            pupil,
            term,
            code,
            name,
            title,
            summary,
            file_name,
            size,
            digest,
            state,
            selected=said == SELECTED,
            taking=CourseTaking(taking) if taking else None,
            details={name: value for name, value in details.items() if value} if kept else None,
        )

    def _performances(self, table: Table, kind: PerformanceKind | None, found: WorksFile) -> None:
        others = table.other_columns()
        for line in table:
            found.rows += 1
            record = self._performance(line, kind or self._kind(line), others)
            if record is not None and line.is_fine:
                found.performances.append(record)
        found.add(table)

    def _kind(self, line: Line) -> PerformanceKind | None:
        said = line.text("kind", longest=80)
        kind = self._map.kind_names.get(plain(said))
        if said and kind is None:
            names = "、".join(each.name for each in self._map.kinds.values())
            line.object("kind", Reason.UNKNOWN_WORD, names)
        return kind

    def _performance(
        self, line: Line, kind: PerformanceKind | None, others: dict[str, int]
    ) -> PerformanceRow | None:
        pupil = line.text("pupil", longest=32)
        year = line.year(self._years)
        said = line.word("state", required=False)
        if kind is None:
            return None
        own = self._map.kinds[kind]
        cells = {name: line.cell(others.get(plain(name))) for name in own.columns}
        title = line.checked(own.title, cells[own.title], longest=LONGEST_TITLE, required=True)
        day = line.day(own.day, cells[own.day]) if own.day else None
        details = {
            name: line.checked(name, cell, longest=LONGEST_TEXT) for name, cell in cells.items()
        }
        for shared in ("summary", "link"):
            name = self._map.performances.called[shared]
            details[name] = line.text(shared, longest=LONGEST_TEXT, required=False)
        filled = {name: value for name, value in details.items() if value}
        selected = said == SELECTED if said else None
        return PerformanceRow(line.place, pupil, year, kind, title, day, filled, selected)
