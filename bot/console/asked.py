"""What the address of a list asks for: its filter and its page, and links that keep the filter.

What nobody could have chosen on the page (a wrong date, an unknown word) asks for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar
from urllib.parse import urlencode

A_PAGE = 50
_PAGE = "page"
_LONGEST = 80
_LAST_PAGE = 2_000
Member = TypeVar("Member", bound=StrEnum)
Row = TypeVar("Row")
Values = Mapping[str, object]


def text(values: Values, name: str) -> str:
    """Return what was typed, without the blanks around it."""
    return str(values.get(name, "")).strip()[:_LONGEST]


def day(values: Values, name: str) -> date | None:
    """Return a day, or None where none was given."""
    try:
        return date.fromisoformat(text(values, name))
    except ValueError:
        return None


def member(values: Values, name: str, among: type[Member]) -> Member | None:
    """Return a word of a closed set, or None where none was chosen."""
    chosen = text(values, name)
    return among(chosen) if chosen in set(among) else None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A page of a list; `before` and `after` are the addresses of its neighbours, "" at an end."""

    rows: Sequence[Row]
    number: int
    before: str
    after: str


def page_number(values: Values) -> int:
    """Return which page is asked for; the first is 1."""
    asked = text(values, _PAGE)
    return min(int(asked), _LAST_PAGE) if asked.isdecimal() and int(asked) else 1


def offset(values: Values) -> int:
    """Return how many rows stand before the page that is asked for."""
    return (page_number(values) - 1) * A_PAGE


def page(values: Values, rows: Sequence[Row]) -> Page[Row]:
    """Return a page of rows, of which one more than fit was loaded."""
    number = page_number(values)
    before = _address(values, number - 1) if number > 1 else ""
    after = _address(values, number + 1) if len(rows) > A_PAGE else ""
    return Page(rows[:A_PAGE], number, before, after)


def _address(values: Values, number: int) -> str:
    kept = {name: value for name, value in values.items() if value and name != _PAGE}
    return "?" + urlencode(kept | ({_PAGE: number} if number > 1 else {}))
