"""How a school's files call their columns and words: `standard.toml`, and what a school differs in.

A school's own file holds only what differs: a key it names replaces the list that comes with the
product, every other stays.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.vocabulary import PerformanceKind

STANDARD = Path(__file__).parent / "standard.toml"

_NOTE = re.compile(r"[(\[【〈<].*$")
_NOISE = re.compile(r"[\s*:：＊]+")


class ColumnsError(Exception):
    """A school's own file of columns cannot be used; `key` is where, "" if it is no TOML at all."""

    def __init__(self, key: str, known: Iterable[str] = ()) -> None:
        super().__init__(key)
        self.key = key
        self.known = tuple(known)


@dataclass(frozen=True, slots=True)
class KindColumns:
    """One kind of performance: its official name, and its columns as they are called."""

    name: str
    title: str
    day: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one subject, and the words of its closed columns, by how files call them."""

    fields: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    called: Mapping[str, str]
    """What each of our fields is called first, for messages."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Everything that a school's files may call things by."""

    people: Columns
    courses: Columns
    outcomes: Columns
    performances: Columns
    officers: Columns
    receipts: Columns
    kinds: Mapping[PerformanceKind, KindColumns]
    kind_names: Mapping[str, PerformanceKind]
    kept_of_outcomes: tuple[str, ...]
    """Columns of course outcomes that only the name lists need."""
    package: Mapping[str, Mapping[str, Sequence[str]]]
    """What receipt packages call things: their keys, their parts, and the columns of each part."""


def load(own: Path | None = None) -> ColumnMap:
    """Return the map that comes with the product, with what a school's own file says instead.

    Raises ColumnsError for a file that says something unknown, and OSError if it is not there.
    """
    content = tomllib.loads(STANDARD.read_text("utf-8"))
    if own is not None:
        _replace(content, _own(own), "")
    kinds = {
        PerformanceKind(key): KindColumns(
            table["names"][0], table["title"], table["day"], tuple(table["columns"])
        )
        for key, table in content["performances"]["kinds"].items()
    }
    names = {
        plain(name): PerformanceKind(key)
        for key, table in content["performances"]["kinds"].items()
        for name in table["names"]
    }
    return ColumnMap(
        columns_of(content["people"]),
        columns_of(content["courses"]),
        columns_of(content["outcomes"]),
        columns_of(content["performances"]),
        columns_of(content["officers"]),
        columns_of(content["receipts"]),
        kinds,
        names,
        tuple(content["outcomes"]["kept"]["columns"]),
        content["package"],
    )


def plain(heading: str) -> str:
    """Return a heading or a word without what files add to it: spaces, widths, stars, notes."""
    text = _NOISE.sub("", unicodedata.normalize("NFKC", heading))
    return (_NOTE.sub("", text) or text).casefold()


def _own(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise ColumnsError("") from None


def _replace(content: dict[str, Any], own: Mapping[str, Any], path: str) -> None:
    """Put a school's own lists in place of ours; whatever ours does not have is a slip."""
    for key, value in own.items():
        here = f"{path}.{key}".removeprefix(".")
        if key not in content:
            raise ColumnsError(here, content)
        if isinstance(content[key], dict) and isinstance(value, dict):
            _replace(content[key], value, here)
        elif type(content[key]) is not type(value) or not _is_text(value):
            raise ColumnsError(here)
        else:
            content[key] = value


def _is_text(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def columns_of(table: Mapping[str, Any]) -> Columns:
    """Return a subject's columns and words as a file of columns lists them."""
    return Columns(
        {plain(name): field for field, names in table["columns"].items() for name in names},
        {
            field: {plain(said): word for word, some in words.items() for said in some}
            for field, words in table.get("words", {}).items()
        },
        {field: names[0] for field, names in table["columns"].items()},
    )
