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


class CoursesFile(Understood[CourseRow]):
    """The rows of a file: several of them may be about one course."""

    @property
    def things(self) -> int:
        """Return how many courses the file holds: another teacher makes another one."""
        return len({(row.term, row.code, row.name, row.teacher) for row in self.records})


def read(sheets: Sequence[Sheet], columns: ColumnMap, *, today: date) -> CoursesFile:
    """Return the courses of a file; raises MissingColumns."""
    found = CoursesFile()
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
