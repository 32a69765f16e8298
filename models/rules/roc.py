"""The ROC calendar: terms such as 113-1, and days written as 114/2/3 or 1140203.

The ROC year is the Gregorian year less 1911. An academic year begins on 1 August.
"""

import re
from dataclasses import dataclass
from datetime import date

_ROC = 1911
_FIRST_MONTH = 8
_TERM = re.compile(r"([1-9]\d{1,2})-?([12])")
_DAY = re.compile(
    r"(?:民國)?\s*(\d{2,3})\s*(?:[/.\-]|年)\s*(\d{1,2})\s*(?:[/.\-]|月)\s*(\d{1,2})\s*日?"
)
_PACKED_DAY = re.compile(r"(\d{3})(\d{2})(\d{2})")
_GREGORIAN_DAY = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?: .*)?|(\d{4})(\d{2})(\d{2})")
_WITH_TIME = re.compile(r" \d\d:\d\d(:\d\d)?$")
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True, order=True, init=False)
class Term:
    """A semester: Term("113-1") is the first of academic year 113; "1131" is the same."""

    year: int
    semester: int

    def __init__(self, code: str) -> None:
        match = _TERM.fullmatch(code)
        if not match:
            raise ValueError(f"a term is written like 113-1, not {code!r}")
        object.__setattr__(self, "year", int(match[1]))
        object.__setattr__(self, "semester", int(match[2]))

    @classmethod
    def of(cls, year: int, semester: int) -> "Term":
        """Return the term of an academic year (ROC) and a semester, 1 or 2."""
        return cls(f"{year}-{semester}")

    @classmethod
    def on(cls, day: date) -> "Term":
        """Return the term that a day falls in: the first until 31 January, then the second."""
        year = day.year - _ROC - (day.month < _FIRST_MONTH)
        return cls.of(year, 1 if day.month >= _FIRST_MONTH or day.month == 1 else 2)

    def __str__(self) -> str:
        """Return the term as people write it: 113-1."""
        return f"{self.year}-{self.semester}"

    @property
    def next(self) -> "Term":
        """The term after this one."""
        return Term.of(self.year, 2) if self.semester == 1 else Term.of(self.year + 1, 1)

    @property
    def previous(self) -> "Term":
        """The term before this one."""
        return Term.of(self.year, 1) if self.semester == 2 else Term.of(self.year - 1, 2)

    @property
    def year_starts_on(self) -> date:
        """The first day of the academic year: 1 August."""
        return date(self.year + _ROC, _FIRST_MONTH, 1)

    @property
    def next_year_starts_on(self) -> date:
        """The first day of the academic year that follows."""
        return date(self.year + _ROC + 1, _FIRST_MONTH, 1)


def first_day(year: int) -> date:
    """Return the day on which an academic year (ROC) begins: 1 August."""
    return date(year + _ROC, _FIRST_MONTH, 1)


def roc_day(day: date) -> str:
    """Return a day as Taiwan writes it: 114/2/3（一）."""
    return f"{day.year - _ROC}/{day.month}/{day.day}（{_WEEKDAYS[day.weekday()]}）"


def parse_day(text: str) -> date:
    """Return the day written as 114/2/3, 114.02.03, 1140203, 民國114年2月3日 or 2025-02-03.

    Raises ValueError for anything else, and for a day that does not exist.
    """
    text = text.strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return date.fromisoformat(text)
    match = _DAY.fullmatch(text) or _PACKED_DAY.fullmatch(text)
    if not match:
        raise ValueError(f"a day is written like 114/2/3, not {text!r}")
    return date(int(match[1]) + _ROC, int(match[2]), int(match[3]))


def any_day(text: str) -> date:
    """Return the day that a file says in either calendar, with a time of day behind it or not.

    What `parse_day` knows, and 2025/2/3 and 20250203; raises ValueError for anything else.
    """
    gregorian = _GREGORIAN_DAY.fullmatch(text)
    if gregorian:
        year, month, day = (int(part) for part in gregorian.groups() if part)
        return date(year, month, day)
    return parse_day(_WITH_TIME.sub("", text))
