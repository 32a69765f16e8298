"""What a file is once it was read: sheets of plain cells, or one reason why it was refused."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import overload

import orjson

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
    rows: Sequence[list[Cell]]


TO_A_CHUNK = 500


class PackedRows(Sequence[list[Cell]]):
    """Rows kept as JSON, of which only one chunk at a time is unpacked: a sixth of the memory."""

    def __init__(self, chunks: Sequence[bytes], length: int) -> None:
        """Keep chunks as `packed` gives them, with so many rows in all."""
        self._chunks = chunks
        self._length = length
        self._at = -1
        self._unpacked: list[list[Cell]] = []

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> list[Cell]: ...

    @overload
    def __getitem__(self, index: slice) -> list[list[Cell]]: ...

    def __getitem__(self, index: int | slice) -> list[Cell] | list[list[Cell]]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(self._length))]
        if not 0 <= index < self._length:
            raise IndexError(index)
        chunk, place = divmod(index, TO_A_CHUNK)
        if chunk != self._at:
            self._unpacked, self._at = orjson.loads(self._chunks[chunk]), chunk
        return self._unpacked[place]


def packed(rows: Iterable[list[Cell]]) -> Iterator[bytes]:
    """Give rows as JSON without a line break, in chunks of TO_A_CHUNK."""
    left = iter(rows)
    while some := list(islice(left, TO_A_CHUNK)):
        yield orjson.dumps(some)
