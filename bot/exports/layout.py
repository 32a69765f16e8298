"""How an export is laid out: sheets, headings and words, from a TOML file a school can change."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from models.rules.taipei import TAIPEI

STANDARD = Path(__file__).with_name("done.toml")
_LONGEST_NAME = 31
_NAME = re.compile(r"\w[\w ()（）－-]*")
_STAMP = "%Y/%m/%d %H:%M"


class BadLayout(Exception):
    """A layout file cannot be used; `place` is where, `known` what may stand there instead."""

    def __init__(self, place: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(place)
        self.place = place
        self.known = known


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet: what it is called, and its columns by their keys in their order."""

    key: str
    title: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole export: the name of the list, its sheets, and the words of closed sets."""

    name: str
    sheets: tuple[SheetLayout, ...]
    words: Mapping[str, Mapping[str, str]]

    def cells(self, sheet: SheetLayout, row: Mapping[str, object]) -> list[str]:
        """Return a row as the texts of a sheet's columns."""
        return [self._text(key, row[key]) for key in sheet.columns]

    def _text(self, key: str, value: object) -> str:
        match value:
            case None:
                return ""
            case StrEnum():
                return self.words.get(key, {}).get(value.value, value.value)
            case datetime():
                return value.astimezone(TAIPEI).strftime(_STAMP)
            case _:
                return str(value)


def load(own: str | None = None) -> Layout:
    """Return the standard layout, changed by the text of a school's own file; raises BadLayout."""
    standard = tomllib.loads(STANDARD.read_text("utf-8"))
    try:
        changed = tomllib.loads(own.removeprefix("\ufeff")) if own else {}
    except tomllib.TOMLDecodeError as error:
        raise BadLayout(str(error)) from None
    _require_known("", changed, standard)
    keys = [key for key in standard if key not in ("list", "words")]
    return Layout(
        _as_name("list", changed.get("list", standard["list"])),
        _distinct(_sheet(key, standard[key], changed.get(key, {})) for key in keys),
        _words(standard["words"], changed.get("words", {})),
    )


def _sheet(key: str, standard: dict[str, Any], changed: dict[str, Any]) -> SheetLayout:
    _require_known(key, changed, standard)
    columns = changed.get("columns", standard["columns"])
    _require_known(f"{key}.columns", columns, standard["columns"])
    return SheetLayout(
        key,
        _as_name(f"{key}.title", changed.get("title", standard["title"])),
        {name: _as_text(f"{key}.columns.{name}", said) for name, said in columns.items()},
    )


def _words(standard: dict[str, Any], changed: dict[str, Any]) -> dict[str, dict[str, str]]:
    _require_known("words", changed, standard)
    merged: dict[str, dict[str, str]] = {}
    for key, words in standard.items():
        own = changed.get(key, {})
        _require_known(f"words.{key}", own, words)
        merged[key] = {
            word: _as_text(f"words.{key}.{word}", said) for word, said in (words | own).items()
        }
    return merged


def _require_known(place: str, found: object, known: dict[str, Any]) -> None:
    if not isinstance(found, dict):
        raise BadLayout(place, tuple(known))
    for key in found:
        if key not in known:
            raise BadLayout(f"{place}.{key}".lstrip("."), tuple(known))


def _distinct(sheets: Iterable[SheetLayout]) -> tuple[SheetLayout, ...]:
    """Return the sheets; two of one name would overwrite each other."""
    named: dict[str, SheetLayout] = {}
    for sheet in sheets:
        if sheet.title.casefold() in named:
            raise BadLayout(f"{sheet.key}.title")
        named[sheet.title.casefold()] = sheet
    return tuple(named.values())


def _as_name(place: str, value: object) -> str:
    """Return a text that a file and a sheet of a workbook may be called."""
    name = _as_text(place, value)
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise BadLayout(place)
    return name


def _as_text(place: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadLayout(place)
    return value
