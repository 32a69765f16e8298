"""Finds the line on which each key of a TOML text stands, for messages that point at it.

The standard parser gives no positions. The text is known to be valid TOML when this reads it, so
that it only has to tell headers and keys from values; what stands inside a value has its line.
"""

import re
import tomllib
from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:\\.|[^"\\\n])*"|'
    r"'[^'\n]*'|#[^\n]*|[\[\]{}\n]",
    re.DOTALL,
)
_OPENING = "[{"
_CLOSING = "]}"


class Lines:
    """Where the keys of one TOML text stand; lines count from 1."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {(): 1}
        self._ends: dict[Path, int] = {}
        self._own_ends: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self._table: Path = ()
        for line, end, statement in _statements(text):
            self._note(line, end, statement)

    def of(self, path: Path) -> int:
        """Return the line of a key, or of the nearest table around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def span_of(self, path: Path) -> tuple[int, int] | None:
        """Return the first and the last line of a key or of a table with all it holds."""
        return (self._lines[path], self._ends[path]) if path in self._ends else None

    def end_of_own(self, table: Path) -> int | None:
        """Return the last line of a table's header and own keys, None without a header."""
        return self._own_ends.get(table)

    def _note(self, line: int, end: int, statement: str) -> None:
        if statement.startswith("[["):
            self._table = self._next_of(_keys(statement[2 : statement.index("]]")] + "=0"))
        elif statement.startswith("["):
            self._table = self._inside(_keys(statement[1 : statement.rindex("]")] + "=0"))
        else:
            self._own_ends[self._table] = end
            self._mark(self._table + _keys(statement), line, end)
            return
        self._own_ends[self._table] = end
        self._mark(self._table, line, end)

    def _mark(self, path: Path, line: int, last: int) -> None:
        for end in range(1, len(path) + 1):
            self._lines.setdefault(path[:end], line)
            self._ends[path[:end]] = last

    def _inside(self, keys: Path) -> Path:
        """Return the path of a table, going through the latest member of each array of tables."""
        path: Path = ()
        for key in keys:
            path += (key,)
            if path in self._counts:
                path += (self._counts[path] - 1,)
        return path

    def _next_of(self, keys: Path) -> Path:
        array = self._inside(keys[:-1]) + keys[-1:]
        self._counts[array] = self._counts.get(array, 0) + 1
        return (*array, self._counts[array] - 1)


def _statements(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each header and each `key = value` with its first and last line, comments left out."""
    start, depth, parts, position = 1, 0, [""], 0
    line = 1
    for token in _TOKEN.finditer(text):
        word = token.group()
        parts.append(text[position : token.start()])
        position = token.end()
        if word == "\n" and depth == 0:
            statement = "".join(parts).strip()
            if statement:
                yield start, line, statement
            parts, start = [], line + 1
        elif not word.startswith("#"):
            parts.append(word)
        depth += (word in _OPENING) - (word in _CLOSING)
        line += word.count("\n")
    statement = "".join([*parts, text[position:]]).strip()
    if statement:
        yield start, line, statement


def name_in(statement: str) -> str:
    """Return what stands before the first `=` that is not in quotes."""
    quoted = re.match(r"""(?:[^="']|"(?:\\.|[^"\\])*"|'[^']*')*""", statement)
    return quoted.group() if quoted else statement


def comment_in(line: str) -> str:
    """Return the comment at the end of a line with the blanks before it, "" without one."""
    starts = [each.start() for each in _TOKEN.finditer(line) if each.group().startswith("#")]
    end = len(line[: starts[0]].rstrip()) if starts else len(line)
    return line[end:]


def _keys(statement: str) -> Path:
    """Return the dotted key of a statement."""
    name = name_in(statement)
    parsed: object = tomllib.loads(f"{name.strip()} = 0")
    keys: list[str] = []
    while isinstance(parsed, dict):
        key, parsed = next(iter(parsed.items()))
        keys.append(key)
    return tuple(keys)
