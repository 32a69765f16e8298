"""How name lists are laid out: `namelists.toml`, and what a school's own file says instead.

A school's file holds only what differs. Whatever it names that we do not know is a slip, and is
told with its line.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from bot.imports.columns import Columns, columns_of
from models.rulebooks.locating import Lines
from models.rules.namelists.cells import Calendar
from models.rules.namelists.lists import Batch
from models.vocabulary import StatementPart

STANDARD = Path(__file__).with_name("namelists.toml")
OURS = (
    *("identity", "birth_date", "number", "name", "class_name", "seat", "grade"),
    *("year", "semester", "title", "summary", "course_code", "course", "file_name", "file_hash"),
    *("day", "unit", "rank", "position", "begins_on", "ends_on"),
)
"""What a column can hold besides the columns of the school's platform."""

Word = TypeVar("Word", bound=StrEnum)

_LONGEST_TITLE = 31
_FILE_NAME = re.compile(r"\w[\w ()（）－-]*")


class BadMap(Exception):
    """A school's own file cannot be used: where, on which line, and what may stand there."""

    def __init__(self, line: int, place: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(place)
        self.line = line
        self.place = place
        self.known = known


class Formulas(StrEnum):
    """What becomes of a cell in a CSV file that a spreadsheet program would run as a formula."""

    REFUSE = "refuse"
    AS_IS = "as_is"
    APOSTROPHE = "apostrophe"


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """One sheet: its title, and its columns as (sources, heading).

    A cell is filled by the first source that has something.
    """

    key: str
    title: str
    columns: tuple[tuple[tuple[str, ...], str], ...]

    @property
    def headings(self) -> list[str]:
        """Return the names of the columns."""
        return [heading for _, heading in self.columns]


@dataclass(frozen=True, slots=True)
class ListColumns:
    """One name list; `needed` are columns that the central database does not take empty."""

    key: str
    part: StatementPart
    name: str
    whole_year: bool
    codes: Mapping[Batch, str]
    divisions: frozenset[str]
    elsewhere: frozenset[str]
    needed: frozenset[str]
    sheets: tuple[SheetColumns, ...]


@dataclass(frozen=True, slots=True)
class NameListMap:
    """Everything that a school's name lists may call or write differently."""

    calendar: Calendar
    formulas: Formulas
    day_columns: frozenset[str]
    instead: Mapping[str, str]
    identities: Columns
    cover: Mapping[str, str]
    batches: Mapping[str, str]
    lists: Mapping[str, ListColumns]


def load(own: str | None = None) -> NameListMap:
    """Return the standard map, changed by the text of a school's own file; raises BadMap."""
    content = tomllib.loads(STANDARD.read_text("utf-8"))
    slips = _Slips(own or "")
    _replace(content, slips.content, (), slips)
    writing = content["writing"]
    lists = content["lists"]
    return NameListMap(
        slips.word(("writing", "days"), writing["days"], Calendar),
        slips.word(("writing", "formulas"), writing["formulas"], Formulas),
        frozenset(writing["day_columns"]),
        content["instead"],
        columns_of({"columns": content["identities"]}),
        {key: slips.title(("cover", key), said) for key, said in content["cover"].items()},
        content["batches"],
        {key: _list(key, lists, slips) for key in lists},
    )


class _Slips:
    """A school's own text, and how to say where in it something is wrong."""

    def __init__(self, own: str) -> None:
        try:
            self.content = tomllib.loads(own.removeprefix("\ufeff"))
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            last = own.count("\n") + 1
            raise BadMap(int(line[1]) if line else last, "TOML") from None
        self._lines = Lines(own.removeprefix("\ufeff"))

    def at(self, path: tuple[str, ...], known: tuple[str, ...] = ()) -> BadMap:
        """Return the mistake at a key."""
        return BadMap(self._lines.of(path), ".".join(path), known)

    def word(self, path: tuple[str, ...], said: str, words: type[Word]) -> Word:
        """Return a word of a closed set; raises BadMap."""
        try:
            return words(said)
        except ValueError:
            raise self.at(path, tuple(words)) from None

    def title(self, path: tuple[str, ...], said: str) -> str:
        """Return what a sheet and a file may be called; raises BadMap."""
        if len(said) > _LONGEST_TITLE or not _FILE_NAME.fullmatch(said):
            raise self.at(path)
        return said


def _replace(
    content: dict[str, Any], own: Mapping[str, Any], path: tuple[str, ...], slips: _Slips
) -> None:
    """Put a school's own values in place of ours; only some tables take keys of its own."""
    for key, value in own.items():
        here = (*path, key)
        if key not in content and path[-1:] != ("instead",):
            raise slips.at(here, tuple(content))
        if path[-1:] == ("instead",) and len(key) != 1:
            raise slips.at(here)
        ours = content.get(key, "")
        if key == "columns" and isinstance(value, dict):
            content[key] = value
        elif isinstance(ours, dict) and isinstance(value, dict):
            _replace(ours, value, here, slips)
        elif type(ours) is not type(value) or not _is_fine(value):
            raise slips.at(here)
        else:
            content[key] = value


def _is_fine(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) and one for one in value)
    return isinstance(value, str | bool)


def _list(key: str, lists: Mapping[str, Any], slips: _Slips) -> ListColumns:
    table = lists[key]
    path = ("lists", key)
    part = slips.word((*path, "part"), table["part"], StatementPart)
    others = [
        frozenset(each["divisions"])
        for name, each in lists.items()
        if name != key and each["part"] == table["part"]
    ]
    sheets = tuple(
        _sheet((*path, "sheets", name), sheet, slips) for name, sheet in table["sheets"].items()
    )
    titles = [sheet.title for sheet in sheets]
    for sheet in sheets:
        if titles.count(sheet.title) > 1:
            raise slips.at((*path, "sheets", sheet.key, "title"))
    return ListColumns(
        key,
        part,
        slips.title((*path, "name"), table["name"]),
        table["whole_year"],
        {Batch(batch): code for batch, code in table["codes"].items()},
        frozenset(table["divisions"]),
        frozenset().union(*others),
        frozenset(table["needed"]),
        sheets,
    )


def _sheet(path: tuple[str, ...], table: Mapping[str, Any], slips: _Slips) -> SheetColumns:
    columns = []
    for sources, heading in table["columns"].items():
        here = (*path, "columns", sources)
        if not isinstance(heading, str) or not heading.strip():
            raise slips.at(here)
        names = tuple(sources.split("|"))
        if any(name.isascii() and name not in OURS for name in names):
            raise slips.at(here, OURS)
        columns.append((names, heading))
    if len({heading for _, heading in columns}) < len(columns) or not columns:
        raise slips.at((*path, "columns"))
    return SheetColumns(path[-1], slips.title((*path, "title"), table["title"]), tuple(columns))
