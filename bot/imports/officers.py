"""Reads a list of officers (校內幹部經歷): a row for every office that a pupil held in a term."""

from collections.abc import Sequence
from datetime import date

from bot.imports.cells import Line
from bot.imports.columns import ColumnMap
from bot.imports.files import Understood, sensible_years, tables
from bot.imports.sheets import Sheet
from models.rules.importing.records import OfficerRow

REQUIRED = ("pupil", "year", "semester", "unit", "position")


class OfficersFile(Understood[OfficerRow]):
    """The officers of a file."""


def read(sheets: Sequence[Sheet], columns: ColumnMap, *, today: date) -> OfficersFile:
    """Return the officers of a file; raises MissingColumns."""
    found = OfficersFile()
    years = sensible_years(today)
    for table in tables(sheets, columns.officers, REQUIRED):
        for line in table:
            found.rows += 1
            record = _record(line, years)
            if record is not None and line.is_fine:
                found.records.append(record)
        found.add(table)
    return found


def _record(line: Line, years: range) -> OfficerRow | None:
    term = line.term(years)
    pupil = line.text("pupil", longest=32)
    unit = line.text("unit", longest=80)
    position = line.text("position", longest=80)
    rank = line.text("rank", longest=40, required=False)
    begins_on = line.day("begins_on", line.raw("begins_on"))
    ends_on = line.day("ends_on", line.raw("ends_on"))
    if term is None:
        return None
    return OfficerRow(line.place, pupil, term, unit, position, rank, begins_on, ends_on)
