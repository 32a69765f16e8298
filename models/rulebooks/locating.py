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
        self._counts: dict[Path, int] = {}
        self._table: Path = ()
        for line, statement in _statements(text):
            self._note(line, statement)

    def of(self, path: Path) -> int:
        """Return the line of a key, or of the nearest table around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _note(self, line: int, statement: str) -> None:
        if statement.startswith("[["):
            self._table = self._next_of(_keys(statement[2 : statement.index("]]")] + "=0"))
        elif statement.startswith("["):
            self._table = self._inside(_keys(statement[1 : statement.rindex("]")] + "=0"))
        else:
            self._mark(self._table + _keys(statement), line)
            return
        self._mark(self._table, line)

    def _mark(self, path: Path, line: int) -> None:
        for end in range(1, len(path) + 1):
            self._lines.setdefault(path[:end], line)

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


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each header and each `key = value` with the line it begins on, comments left out."""
    start, depth, parts, position = 1, 0, [""], 0
    line = 1
    for token in _TOKEN.finditer(text):
        word = token.group()
        parts.append(text[position : token.start()])
        position = token.end()
        if word == "\n" and depth == 0:
            statement = "".join(parts).strip()
            if statement:
                yield start, statement
            parts, start = [], line + 1
        elif not word.startswith("#"):
            parts.append(word)
        depth += (word in _OPENING) - (word in _CLOSING)
        line += word.count("\n")
    statement = "".join([*parts, text[position:]]).strip()
    if statement:
        yield start, statement


def _keys(statement: str) -> Path:
    """Return the dotted key before the first `=` that is not in quotes."""
    quoted = re.match(r"""(?:[^="']|"(?:\\.|[^"\\])*"|'[^']*')*""", statement)
    name = quoted.group() if quoted else statement
    parsed: object = tomllib.loads(f"{name.strip()} = 0")
    keys: list[str] = []
    while isinstance(parsed, dict):
        key, parsed = next(iter(parsed.items()))
        keys.append(key)
    return tuple(keys)
