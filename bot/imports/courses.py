"""Reads a list of courses: a row for every class, or for every pupil, that takes one."""

import re
from collections.abc import Sequence
from datetime import date

from bot.imports.cells import Line, clean
from bot.imports.columns import ColumnMap
from bot.imports.files import Understood, sensible_years, tables
from bot.imports.sheets import Sheet
from models.rules.importing.problems import Reason
from models.rules.importing.records import CourseRow

REQUIRED = ("year", "semester", "name", "teacher")

_SEVERAL = re.compile(r"[、，,;；\s]+")


def read(sheets: Sequence[Sheet], columns: ColumnMap, *, today: date) -> Understood[CourseRow]:
    """Return the courses of a file; raises MissingColumns."""
    found: Understood[CourseRow] = Understood()
    years = sensible_years(today)
    for table in tables(sheets, columns.courses, REQUIRED):
        for line in table:
            found.rows += 1
            record = _course(line, years)
            if record is not None and line.is_fine:
                found.records.append(record)
        found.add(table)
    return found


def _course(line: Line, years: range) -> CourseRow | None:
    term = line.term(years)
    code = line.text("code", longest=32, required=False)
    name = line.text("name", longest=80)
    teacher = line.text("teacher", longest=80)
    class_name = line.text("class_name", longest=32, required=False)
    pupils = tuple(filter(None, _SEVERAL.split(clean(line.raw("pupils")))))
    if not class_name and not pupils:
        line.object("class_name", Reason.MISSING)
    if term is None:
        return None
    return CourseRow(line.place, term, code, name, teacher, class_name, pupils)
