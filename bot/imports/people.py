"""Reads a list of people: pupils with their class, members of staff with what they look after."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.imports.cells import Line, MissingColumns, Table
from bot.imports.columns import ColumnMap, Columns, plain
from bot.imports.files import Understood, sensible_years, tables, with_words
from bot.imports.sheets import Sheet
from models.rules.importing.problems import Problem, Reason
from models.rules.importing.records import PersonRow
from models.vocabulary import PersonKind

_SEVERAL = re.compile(r"[、，,;；/\s]+")


@dataclass(slots=True)
class PeopleFile(Understood[PersonRow]):
    """A list of people; `mentioned` are all numbers in it, `unreadable` counts rows without one."""

    mentioned: set[str] = field(default_factory=set)
    unreadable: int = 0


def read(
    sheets: Sequence[Sheet], columns: ColumnMap, *, divisions: Mapping[str, str], today: date
) -> PeopleFile:
    """Return the people of a file; `divisions` are the rulebook's labels by key."""
    known = with_words(
        columns.people,
        "division",
        {plain(said): key for key, label in divisions.items() for said in (key, label)},
    )
    found = PeopleFile()
    numbered: set[int] = set()
    for table in tables(sheets, known, ("number", "name")):
        kind = _kind_of_sheet(table, known)
        reader = _Reader(list(divisions), sensible_years(today), kind)
        for line in table:
            found.rows += 1
            record = reader.person(line)
            if not record.number:
                found.unreadable += 1
            found.mentioned.add(record.number)
            if line.is_fine:
                if isinstance(line.raw("number"), int):
                    numbered.add(len(found.records))
                found.records.append(record)
        found.add(table)
    _refuse_lost_zeros(found, numbered)
    return found


def _kind_of_sheet(table: Table, columns: Columns) -> str:
    """Return what a sheet without the column says by its name; raises MissingColumns."""
    if "kind" in table.at:
        return ""
    kind = columns.words["kind"].get(plain(table.sheet), "")
    if not kind:
        raise MissingColumns(table.sheet, [columns.called["kind"]])
    return kind


class _Reader:
    """Reads the rows of one sheet."""

    def __init__(self, divisions: Sequence[str], years: range, kind: str) -> None:
        self._divisions = divisions
        self._years = years
        self._kind = kind

    def person(self, line: Line) -> PersonRow:
        """Return the person of a row; what is missing or wrong is noted on the line."""
        kind = self._kind or line.word("kind")
        number = line.text("number", longest=32)
        name = line.name("name", longest=80)
        class_name = line.text("class_name", longest=32, required=kind == PersonKind.PUPIL)
        if kind != PersonKind.PUPIL:
            return PersonRow(
                line.place,
                number,
                name,
                PersonKind.STAFF,
                class_name=class_name,
                is_registrar=_is_registrar(line),
            )
        return PersonRow(
            line.place,
            number,
            name,
            PersonKind.PUPIL,
            division=self._division(line),
            year=line.year(self._years),
            grade=int(line.word("grade") or 0),
            class_name=class_name,
            seat=line.whole("seat"),
            homeroom_teacher=line.text("homeroom_teacher", longest=80, required=False),
        )

    def _division(self, line: Line) -> str:
        """Return the division's key; a school of one need not say it, a school of none has none."""
        if not self._divisions:
            return ""
        if len(self._divisions) == 1 and line.raw("division") == "":
            return self._divisions[0]
        division = line.word("division")
        if division and division not in self._divisions:
            line.object("division", Reason.UNKNOWN_DIVISION, "、".join(self._divisions))
        return division


def _is_registrar(line: Line) -> bool:
    said = _SEVERAL.split(line.text("role", longest=200, required=False))
    return any(line.meaning("role", one) == "registrar" for one in said)


def _refuse_lost_zeros(found: PeopleFile, numbered: set[int]) -> None:
    """Refuse numbers that are shorter than others of their kind and stand in cells for numbers.

    A spreadsheet drops the zero that a 學號 begins with as soon as the cell is no text.
    """
    longest: dict[PersonKind, int] = defaultdict(int)
    for record in found.records:
        longest[record.kind] = max(longest[record.kind], len(record.number))
    short = {
        index
        for index in numbered
        if len(found.records[index].number) < longest[found.records[index].kind]
    }
    for index in sorted(short):
        record = found.records[index]
        hint = record.number.zfill(longest[record.kind])
        lost = Problem(record.place, "number", record.number, Reason.LOST_ZERO, hint)
        found.problems.append(lost)
        found.mentioned.add(hint)
    found.records = [record for index, record in enumerate(found.records) if index not in short]
