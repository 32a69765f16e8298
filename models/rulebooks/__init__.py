"""A school's rules as data: one TOML file for each school, read into a frozen `Rulebook`.

`load` reads a text, `shipped` names the files that come with the product. docs/rulebook.md is the
format, for those who write such a file.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from models.rulebooks import syntax
from models.rulebooks.locating import Lines
from models.rulebooks.problems import Expected, Problem, RulebookError
from models.rulebooks.reading import Notes, Table
from models.rulebooks.rulebook import Rulebook
from models.rulebooks.schema import Schema
from models.rulebooks.values import (
    Anchor,
    AnchoredDay,
    Cap,
    CapException,
    Caps,
    Clause,
    DayOff,
    DigestMornings,
    Division,
    Divisions,
    ExtensionRule,
    Lapse,
    MessageLimits,
    NudgeLimits,
    PublishedDates,
    QuietHours,
    ReminderPlan,
    SchoolDays,
    Scope,
    SlipRule,
    StaffHours,
    TermPlan,
    TimeLimit,
    WindowRule,
)

__all__ = [
    "Anchor",
    "AnchoredDay",
    "Cap",
    "CapException",
    "Caps",
    "Clause",
    "DayOff",
    "DigestMornings",
    "Division",
    "Divisions",
    "Expected",
    "ExtensionRule",
    "Lapse",
    "MessageLimits",
    "NudgeLimits",
    "Problem",
    "PublishedDates",
    "QuietHours",
    "ReminderPlan",
    "Rulebook",
    "RulebookError",
    "SchoolDays",
    "Scope",
    "SlipRule",
    "StaffHours",
    "TermPlan",
    "TimeLimit",
    "WindowRule",
    "load",
    "shipped",
]

_HERE = Path(__file__).parent
_BYTE_ORDER_MARK = "\ufeff"


def load(text: str, *, name: str) -> Rulebook:
    """Return the rulebook that a TOML text says; `name` is its file in messages.

    Raises RulebookError with every problem: the first one of the syntax, or all of the content.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulebookError([syntax.problem(text, name, str(error))]) from None
    notes = Notes(name, Lines(text))
    rulebook = Schema(Table(content, (), notes)).rulebook()
    if notes.problems:
        raise RulebookError(notes.problems)
    return rulebook


def shipped() -> Mapping[str, Path]:
    """Return the files that come with the product, by their short names: caotun, dacheng."""
    return MappingProxyType({path.stem: path for path in sorted(_HERE.glob("*.toml"))})
