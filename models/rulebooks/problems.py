"""What is wrong in a rulebook: every problem with its file, line, key and what was expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Expected(StrEnum):
    """What a rulebook should have said at a place; handlers/findings.py has the sentences."""

    TOML = "toml"
    HALF_WIDTH = "half_width"
    QUOTED_TEXT = "quoted_text"
    CLOSED_QUOTE = "closed_quote"
    CLOSED_BRACKET = "closed_bracket"
    NO_LEADING_ZERO = "no_leading_zero"
    SAID_ONCE = "said_once"
    A_VALUE = "a_value"
    AN_EQUALS_SIGN = "an_equals_sign"
    QUOTED_KEY = "quoted_key"
    BARE_NUMBER = "bare_number"
    QUOTED_CLOCK = "quoted_clock"
    NO_BACKSLASH = "no_backslash"
    ONE_LINE_BRACES = "one_line_braces"
    REAL_DATE = "real_date"
    ONE_LINE = "one_line"
    A_COMMA = "a_comma"
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
    EXACTLY_ONE = "exactly_one"
    SCHOOL_CODE = "school_code"
    NO_DIVISIONS = "no_divisions"
    DIVISION_KEY = "division_key"
    A_CAP = "a_cap"
    SOME_CAP = "some_cap"
    YEARLY_CAP = "yearly_cap"
    WITH_A_PERIOD = "with_a_period"
    ANCHORED_DAY = "anchored_day"
    AFTER_FIRST_ROUND = "after_first_round"
    OUTSIDE_QUIET_HOURS = "outside_quiet_hours"
    INSIDE_STAFF_HOURS = "inside_staff_hours"
    LATER = "later"
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
