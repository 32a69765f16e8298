"""What a file is once it was read: sheets of plain cells, or one reason why it was refused."""

from dataclasses import dataclass
from enum import StrEnum

Cell = str | int | float
"""Text, or a number that the spreadsheet holds as a number; days are text like 2025-02-03."""

DAMAGED = "\ufffd"
"""Stands where the file has bytes that are no character of its encoding."""

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200


class Refusal(StrEnum):
    """Why a whole file is not read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    OLD_OR_LOCKED = "old_or_locked"
    NO_WORKBOOK = "no_workbook"
    HAND_MADE = "hand_made"
    BROKEN = "broken"
    UNKNOWN_ENCODING = "unknown_encoding"


class Refused(Exception):
    """The file as a whole cannot be taken; `why` is one of the closed reasons."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of cells; row 1 is `rows[0]`. A CSV file is one sheet without a name."""

    name: str
    rows: list[list[Cell]]
