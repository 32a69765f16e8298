"""Reads typed values out of parsed TOML and notes every problem on the way, without stopping.

A reader hands back a harmless fallback where a value is wrong: the rulebook is refused as a whole
at the end, and its author sees everything that is to be mended at once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import TypeVar, cast

from models.rulebooks.locating import Lines, Path
from models.rulebooks.problems import Expected, Problem
from models.rulebooks.spoken import SPOKEN

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_END_OF_DAY = "24:00"
_FALLBACK_DAY = date(1911, 1, 1)

Member = TypeVar("Member")


class Notes:
    """The problems of one file, each with the line of its key."""

    def __init__(self, file: str, lines: Lines) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._lines = lines

    def add(self, path: Path, expected: Expected, found: object = None, **values: object) -> None:
        """Note that something else was expected at a path; `found` is what stands there."""
        shown = None if found is None else _shown(found)
        line = self._lines.of(path)
        self.problems.append(Problem(self._file, line, dotted(path), expected, shown, dict(values)))

    def muted(self) -> "Notes":
        """Return notes that nobody reads, for what is inside a table that is wrong itself."""
        return Notes(self._file, self._lines)


class Table:
    """A table of the file, read key by key; `done` reports the keys that nobody asked for."""

    def __init__(self, content: object, path: Path, notes: Notes) -> None:
        self.path = path
        self.notes = notes
        self._content: dict[str, object] = {}
        self._asked: list[str] = []
        if isinstance(content, dict):
            self._content = cast("dict[str, object]", content)
        else:
            notes.add(path, Expected.TABLE, content)
            self.notes = notes.muted()

    def has(self, key: str) -> bool:
        """Say whether the table has a key."""
        return key in self._content

    def holds_table(self, key: str) -> bool:
        """Say whether a key's value is a table."""
        return isinstance(self._content.get(key), dict)

    def ask(self, key: str) -> None:
        """Count a key as known without reading it."""
        self._asked.append(key)

    def known(self) -> tuple[str, ...]:
        """Return the keys that were asked for, each once: what may stand in this table."""
        return tuple(dict.fromkeys(self._asked))

    def names(self) -> tuple[str, ...]:
        """Return the table's keys, which count as asked for: their names are the author's own."""
        self._asked.extend(self._content)
        return tuple(self._content)

    def problem(self, key: str, expected: Expected, **values: object) -> None:
        """Note a problem with a key's value."""
        self.notes.add((*self.path, key), expected, self._content.get(key), **values)

    def done(self) -> None:
        """Report unknown keys, each with the nearest known one."""
        for key in self._content:
            if key not in self._asked:
                nearest = get_close_matches(key, self._asked, n=1)
                values = {"meant": nearest[0]} if nearest else {}
                known = "、".join(self.known())
                path = (*self.path, key)
                self.notes.add(path, Expected.KNOWN_KEY, key, known=known, **values)

    def table(self, key: str, *, required: bool = False) -> "Table":
        """Return the table under a key; an absent one reads as empty, one problem at most."""
        content = self._take(key, required=required)
        path = (*self.path, key)
        if content is None:
            return Table({}, path, self.notes.muted() if required else self.notes)
        return Table(content, path, self.notes)

    def tables(self, key: str) -> "Iterator[Table]":
        """Yield the tables of an array of tables; an absent one has none."""
        content = self._take(key, required=False)
        if content is None:
            return
        if not isinstance(content, list):
            self.problem(key, Expected.TABLES)
            return
        for index, member in enumerate(content):
            yield Table(member, (*self.path, key, index), self.notes)

    def text(self, key: str, *, required: bool = True) -> str:
        """Return a text that is not empty."""
        found = self._take(key, required=required)
        if found is None:
            return ""
        if isinstance(found, str) and found.strip():
            return found.strip()
        self.problem(key, Expected.TEXT)
        return ""

    def text_like(self, key: str, form: re.Pattern[str], expected: Expected) -> str:
        """Return a required text of a certain form, empty where it has another."""
        found = self._take(key, required=True)
        if isinstance(found, str) and form.fullmatch(found):
            return found
        if found is not None:
            self.problem(key, expected)
        return ""

    def number(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number from `low` to `high`; required where there is no default."""
        found = self._take(key, required=default is None)
        if found is None:
            return low if default is None else default
        if _whole(found) and low <= cast("int", found) <= high:
            return cast("int", found)
        self.problem(key, Expected.NUMBER, low=low, high=high)
        return low

    def numbers(self, key: str, low: int, high: int, default: Sequence[int]) -> tuple[int, ...]:
        """Return a list of different whole numbers from `low` to `high`, not empty."""
        members = self._members(key)
        if members is None:
            return tuple(default)
        for index, member in enumerate(members):
            if not (_whole(member) and low <= cast("int", member) <= high):
                path = (*self.path, key, index)
                self.notes.add(path, Expected.NUMBER, member, low=low, high=high)
                return tuple(default)
        return self._distinct(key, cast("list[int]", members))

    def one_of(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """Return one of the given words; required where there is no default."""
        found = self._take(key, required=default is None)
        if found is None:
            return default or choices[0]
        if found in choices:
            return cast("str", found)
        self._wrong_choice((*self.path, key), found, choices)
        return choices[0]

    def some_of(
        self,
        key: str,
        choices: Sequence[str],
        default: Sequence[str],
        spoken: Mapping[str, str] = SPOKEN,
    ) -> tuple[str, ...]:
        """Return a list of different words out of the given ones, not empty.

        `spoken` has what people call those words, for "did you mean".
        """
        members = self._members(key)
        if members is None:
            return tuple(default)
        for index, member in enumerate(members):
            if member not in choices:
                self._wrong_choice((*self.path, key, index), member, choices, spoken)
                return tuple(default)
        return self._distinct(key, cast("list[str]", members))

    def day(self, key: str, *, required: bool = True) -> date | None:
        """Return a date written as 2025-01-20, without quotes."""
        found = self._take(key, required=required)
        if found is None:
            return _FALLBACK_DAY if required else None
        if isinstance(found, date) and not isinstance(found, datetime):
            return found
        self.problem(key, Expected.DATE)
        return _FALLBACK_DAY

    def days(self, key: str) -> tuple[date, ...]:
        """Return a list of dates, empty where the key is absent."""
        found = self._take(key, required=False)
        members = found if isinstance(found, list) else []
        if found is not None and not isinstance(found, list):
            self.problem(key, Expected.LIST)
        for index, member in enumerate(members):
            if not isinstance(member, date) or isinstance(member, datetime):
                self.notes.add((*self.path, key, index), Expected.DATE, member)
                return ()
        return tuple(members)

    def clock(self, key: str, default: time) -> time:
        """Return a time of day written as "07:30"."""
        found = self._take(key, required=False)
        if found is None:
            return default
        match = _CLOCK.fullmatch(found) if isinstance(found, str) else None
        if match:
            return time(int(match[1]), int(match[2]))
        self.problem(key, Expected.CLOCK, low="00:00", high="23:59")
        return default

    def opening_time(self, key: str) -> time | None:
        """Return the time at which a first day begins, None for its midnight (the default)."""
        self.ask(key)
        return self.clock(key, time(0)) if self.has(key) else None

    def closing_time(self, key: str, end_of_day: time | None = None) -> time | None:
        """Return the time at which a last day ends, None if it is absent.

        "24:00" is given back as `end_of_day`.
        """
        found = self._take(key, required=False)
        if found is None:
            return None
        if found == _END_OF_DAY:
            return end_of_day
        match = _CLOCK.fullmatch(found) if isinstance(found, str) else None
        if match and found != "00:00":
            return time(int(match[1]), int(match[2]))
        self.problem(key, Expected.CLOCK, low="00:01", high=_END_OF_DAY)
        return None

    def expect_one_of(self, keys: Sequence[str]) -> None:
        """Note that the table should have exactly one of some keys; all of them count as known."""
        self._asked.extend(keys)
        self.notes.add(self.path, Expected.EXACTLY_ONE, choices="、".join(keys))

    def _take(self, key: str, *, required: bool) -> object:
        self._asked.append(key)
        if required and key not in self._content:
            self.notes.add((*self.path, key), Expected.PRESENT)
        return self._content.get(key)

    def _members(self, key: str) -> list[object] | None:
        found = self._take(key, required=False)
        if found is None:
            return None
        if isinstance(found, list) and found:
            return cast("list[object]", found)
        self.problem(key, Expected.LIST)
        return None

    def _distinct(self, key: str, members: list[Member]) -> tuple[Member, ...]:
        if len(set(members)) < len(members):
            self.problem(key, Expected.DISTINCT)
        return tuple(members)

    def _wrong_choice(
        self,
        path: Path,
        found: object,
        choices: Sequence[str],
        spoken: Mapping[str, str] = SPOKEN,
    ) -> None:
        nearest = [spoken.get(str(found), ""), *get_close_matches(str(found).lower(), choices, n=1)]
        meant = next((word for word in nearest if word in choices), None)
        values = {"meant": meant} if meant else {}
        self.notes.add(path, Expected.ONE_OF, found, choices="、".join(choices), **values)


def dotted(path: Path) -> str:
    """Return a path as people read it: windows[2].closes.anchor, counted from 1."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part + 1}]"
        else:
            name = part if re.fullmatch(r"[A-Za-z0-9_]+", part) else f'"{part}"'
            shown += f".{name}" if shown else name
    return shown


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_shown(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(each) for each in value) + "]"
    return str(value)
