"""Takes the JSON of a package apart: whose rows, on which sheet, and what their cells say.

What belongs to nobody refuses the package; a single row that cannot be read is handed on as such.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import orjson

from bot.imports.packages.refusals import Flaw, PackageRefused, shown

MOST_ROWS = 500_000

Keys = Mapping[str, Sequence[str]]
Cells = dict[str, str] | None
"""A row's texts by column; None is a row that cannot be read."""


@dataclass(slots=True)
class Entry:
    """One person of one file: `place` counts from 1, rows are (sheet, number on it, cells)."""

    part: str
    file: str
    place: int
    identity: str = field(repr=False)
    birth_date: str = field(repr=False)
    rows: list[tuple[str, int, Cells]] = field(repr=False)


@dataclass(slots=True)
class Parts:
    """Everything a package holds; `found` are its parts, `unread` files that belong to none.

    `covers` are what the files say of school and year, where they do.
    """

    entries: list[Entry] = field(default_factory=list)
    covers: list[dict[str, str]] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    rows: int = 0


def read(files: Iterator[tuple[str, bytes]], keys: Keys, names: Keys) -> Parts:
    """Return what the files hold; `names` are those of the four parts. Raises PackageRefused."""
    parts = Parts()
    for name, content in files:
        _file(name, _loaded(name, content), keys, names, parts)
    if not parts.found:
        raise PackageRefused(Flaw.NO_PART)
    return parts


def _loaded(name: str, content: bytes) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PackageRefused(Flaw.NO_UTF8, name) from None
    try:
        loaded = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        flaw = Flaw.TOO_DEEP if "depth" in error.msg else Flaw.NO_JSON
        raise PackageRefused(flaw, name, str(error.lineno)) from None
    if not isinstance(loaded, dict):
        raise PackageRefused(Flaw.WRONG_SHAPE, name)
    return loaded


def _file(name: str, loaded: dict[str, Any], keys: Keys, names: Keys, parts: Parts) -> None:
    held = {key: part for part, said in names.items() for key in said if key in loaded}
    if len(set(held.values())) > 1:
        raise PackageRefused(Flaw.SEVERAL_PARTS, name)
    if not held:
        parts.unread.append(shown(name))
        return
    key, part = next(iter(held.items()))
    parts.covers.append(_cover(loaded, keys))
    if part not in parts.found:
        parts.found.append(part)
    people = loaded[key]
    if not isinstance(people, list):
        raise PackageRefused(Flaw.WRONG_SHAPE, name, key)
    file = _File(name, part, keys)
    for place, person in enumerate(people, start=1):
        entry = file.entry(place, person)
        parts.rows += len(entry.rows)
        if parts.rows > MOST_ROWS:
            raise PackageRefused(Flaw.TOO_LARGE, name)
        parts.entries.append(entry)


def _cover(loaded: dict[str, Any], keys: Keys) -> dict[str, str]:
    """Return what a file says of the school and the year it is about, where it says so."""
    info = next((loaded[key] for key in keys["list"] if key in loaded), None)
    if not isinstance(info, dict):
        return {}
    found = {field: _first(info, keys[field]) for field in ("school_code", "year")}
    return {field: said for field, said in found.items() if said}


@dataclass(slots=True)
class _File:
    """One file of a part; `counted` numbers the rows of each sheet through the whole file."""

    name: str
    part: str
    keys: Keys
    counted: Counter[str] = field(default_factory=Counter)

    def entry(self, place: int, person: object) -> Entry:
        """Return one person's rows; raises PackageRefused for what is no person."""
        if not isinstance(person, dict):
            raise PackageRefused(Flaw.WRONG_SHAPE, self.name, str(place))
        identity = _first(person, self.keys["identity"])
        birth_date = _first(person, self.keys["birth_date"])
        if not identity or not birth_date:
            raise PackageRefused(Flaw.NO_PERSON, self.name, str(place))
        entry = Entry(self.part, shown(self.name), place, identity, birth_date, [])
        secret = {*self.keys["identity"], *self.keys["birth_date"]}
        for sheet, rows in person.items():
            if sheet in secret or rows is None:
                continue
            if not isinstance(rows, list):
                raise PackageRefused(Flaw.WRONG_SHAPE, self.name, str(place))
            for row in rows:
                self.counted[sheet] += 1
                entry.rows.append((sheet, self.counted[sheet], _cells(row, secret)))
        return entry


def _first(table: dict[str, Any], names: Sequence[str]) -> str:
    """Return the first of these keys that says something, as text."""
    said = (table.get(name) for name in names)
    return next((str(each) for each in said if isinstance(each, str | int) and str(each)), "")


def _cells(row: object, secret: Set[str]) -> Cells:
    """Return a row's cells as texts without those that say who it is; None for no plain row."""
    if not isinstance(row, dict):
        return None
    cells: dict[str, str] = {}
    for column, value in row.items():
        if value is not None and not isinstance(value, str | int | float | bool):
            return None
        if column not in secret:
            cells[column] = "" if value is None else str(value)
    return cells
