"""What is wrong in a rulebook: every problem with its file, line, key and what was expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Expected(StrEnum):
    """What a rulebook should have said at a place; handlers/findings.py has the sentences."""

    TOML = "toml"
    UTF8 = "utf8"
    PRESENT = "present"
    KNOWN_KEY = "known_key"
    TABLE = "table"
    TABLES = "tables"
    LIST = "list"
    TEXT = "text"
    NUMBER = "number"
    ONE_OF = "one_of"
    DATE = "date"
    CLOCK = "clock"
    TERM = "term"
    CLAUSE = "clause"
    DISTINCT = "distinct"
    ONE_OF_TWO = "one_of_two"
    ANCHORED_DAY = "anchored_day"
    AFTER_FIRST_ROUND = "after_first_round"
    OUTSIDE_QUIET_HOURS = "outside_quiet_hours"
    OPENING_FROM_A_RULE = "opening_from_a_rule"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a rulebook; `found` is None where something is missing."""

    file: str
    line: int
    key: str
    expected: Expected
    found: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the problem in one technical line, for logs and tracebacks."""
        details = "".join(f" {name}={value}" for name, value in self.values.items())
        found = "" if self.found is None else f", found {self.found}"
        return f"{self.file}:{self.line}: {self.key}: expected {self.expected}{details}{found}"


class RulebookError(ValueError):
    """A rulebook cannot be read; `problems` has all of them, in the order of their lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.key)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
