"""Changes single places of a rulebook: comments, clauses and all the rest stay as written.

Every change is proved: the new text, read again, must say what the old one said but for this place.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models.rulebooks.locating import Lines, Path, comment_in, name_in

_BARE = re.compile(r"[A-Za-z0-9_]+")


class CannotWriteError(ValueError):
    """A place is written so that only its author should change it: by hand."""


def with_value(text: str, path: Path, value: object) -> str:
    """Return the text with another value at a path; None takes the key away.

    Raises CannotWriteError where the value goes over several lines, or its table is inline.
    """
    wanted = _content(text)
    _put(wanted, path, value)
    lines, found = text.split("\n"), Lines(text).span_of(path)
    if found is None:
        if value is not None:
            _insert(lines, Lines(text), path, value)
        return _proved(lines, wanted)
    start, end = found
    if start != end:
        raise CannotWriteError(str(path))
    line = lines[start - 1]
    name = name_in(line).rstrip()
    new = [] if value is None else [f"{name} = {literal(value)}{comment_in(line)}"]
    return _proved([*lines[: start - 1], *new, *lines[start:]], wanted)


def with_member(text: str, path: Path, content: Mapping[str, object]) -> str:
    """Return the text with one more table in an array of tables, behind what is about the same."""
    wanted = _content(text)
    _append(wanted, path, content)
    place, lines = Lines(text), text.split("\n")
    near = next(
        (found for end in (0, 1) if (found := place.span_of(path[: len(path) - end]))), None
    )
    at = near[1] if near else len(lines)
    block = ["", f"[[{_header(path)}]]", *(f"{key} = {literal(content[key])}" for key in content)]
    return _proved([*lines[:at], *block, *lines[at:]], wanted)


def without_member(text: str, path: Path) -> str:
    """Return the text without one table of an array of tables, and the comments right above it."""
    wanted = _content(text)
    members = wanted
    for part in path[:-1]:
        members = members[part]  # type: ignore[index]
    del members[path[-1]]  # type: ignore[arg-type]
    if not members:
        _put(wanted, path[:-1], None)
    span, lines = Lines(text).span_of(path), text.split("\n")
    if span is None:
        raise CannotWriteError(str(path))
    start, end = span[0] - 1, span[1]
    while start and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    if start and not lines[start - 1].strip():
        start -= 1
    return _proved([*lines[:start], *lines[end:]], wanted)


def without(text: str, key: str) -> str:
    """Return the text without a section and its parts, and without the comments right above them.

    What is taken away has to stand in tables of its own.
    """
    wanted = _content(text)
    wanted.pop(key, None)
    kept: list[str] = []
    dropping = False
    for line in text.split("\n"):
        if line.lstrip().startswith("["):
            dropping = key in _content(line)
            if dropping:
                while kept and kept[-1].lstrip().startswith("#"):
                    kept.pop()
        if not dropping or line.lstrip().startswith("#"):
            kept.append(line)
    return _proved(["\n".join(kept).rstrip("\n"), ""], wanted)


def literal(value: object) -> str:
    """Return a value as TOML writes it on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | date):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {literal(of)}" for key, of in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(literal, value)) + "]"
    return json.dumps(str(value), ensure_ascii=False)


def _insert(lines: list[str], place: Lines, path: Path, value: object) -> None:
    """Add a key behind the others of its table, or with the table behind the one around it."""
    table = path[:-1]
    line = f"{_key(path[-1])} = {literal(value)}"
    own = place.end_of_own(table)
    if own is not None:
        lines.insert(own, line)
        return
    around = place.span_of(table[:-1]) if len(table) > 1 else None
    at = around[1] if around else len(lines)
    lines[at:at] = ["", f"[{_header(table)}]", line]


def _content(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CannotWriteError(str(error)) from None


def _proved(lines: Sequence[str], wanted: Mapping[str, Any]) -> str:
    text = "\n".join(lines)
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CannotWriteError(str(error)) from None
    if said != wanted:
        raise CannotWriteError("something else would have changed")
    return text


def _put(content: Any, path: Path, value: object) -> None:
    *around, key = path
    for part in around:
        content = content[part] if isinstance(part, int) else content.setdefault(part, {})
    if value is None:
        content.pop(key, None)
    else:
        content[key] = _plain(value)


def _append(content: Any, path: Path, member: Mapping[str, object]) -> None:
    *around, key = path
    for part in around:
        content = content[part] if isinstance(part, int) else content.setdefault(part, {})
    content.setdefault(key, []).append(_plain(member))


def _plain(value: object) -> object:
    """Return a value as the parser gives it back."""
    if isinstance(value, Mapping):
        return {key: _plain(of) for key, of in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value


def _header(path: Path) -> str:
    return ".".join(_key(part) for part in path if not isinstance(part, int))


def _key(part: object) -> str:
    name = str(part)
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
