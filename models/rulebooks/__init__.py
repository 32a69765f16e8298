"""A school's rules as data: one TOML file for each school, read into a frozen `Rulebook`.

`load` reads a text, `shipped` names the files that come with the product. docs/rulebook.md is the
format, for those who write such a file.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from models.rulebooks.locating import Lines
from models.rulebooks.problems import Expected, Problem, RulebookError
from models.rulebooks.reading import Notes, Table
from models.rulebooks.schema import Schema
from models.rulebooks.values import (
    Anchor,
    AnchoredDay,
    Cap,
    Caps,
    Clause,
    DigestMornings,
    Division,
    NudgeLimits,
    PublishedDates,
    QuietHours,
    ReminderPlan,
    Rulebook,
    SchoolDays,
    TermPlan,
    WindowRule,
)

__all__ = [
    "Anchor",
    "AnchoredDay",
    "Cap",
    "Caps",
    "Clause",
    "DigestMornings",
    "Division",
    "Expected",
    "NudgeLimits",
    "Problem",
    "PublishedDates",
    "QuietHours",
    "ReminderPlan",
    "Rulebook",
    "RulebookError",
    "SchoolDays",
    "TermPlan",
    "WindowRule",
    "load",
    "shipped",
]

_HERE = Path(__file__).parent
_BYTE_ORDER_MARK = "\ufeff"
_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


def load(text: str, *, name: str) -> Rulebook:
    """Return the rulebook that a TOML text says; `name` is its file in messages.

    Raises RulebookError with every problem: the first one of the syntax, or all of the content.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulebookError([_syntax_problem(text, name, str(error))]) from None
    notes = Notes(name, Lines(text))
    rulebook = Schema(Table(content, (), notes)).rulebook()
    if notes.problems:
        raise RulebookError(notes.problems)
    return rulebook


def shipped() -> Mapping[str, Path]:
    """Return the files that come with the product, by their short names: caotun, dacheng."""
    return MappingProxyType({path.stem: path for path in sorted(_HERE.glob("*.toml"))})


def _syntax_problem(text: str, name: str, message: str) -> Problem:
    """Return what the parser said, with the line: in the text's last line where it ran out."""
    match = _AT_LINE.search(message)
    last = max(1, len(text.splitlines()))
    line = int(match[1]) if match and match[1] else last
    return Problem(name, min(line, last), "", Expected.TOML, _AT_LINE.sub("", message))
