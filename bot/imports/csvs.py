"""Reads CSV in the encodings that schools' systems write, strictly: no character is guessed.

A byte order mark decides; otherwise the file is UTF-8, or UTF-16, or Big5 as Windows writes it
(cp950). In Big5 no second byte is a comma, a quote or a line's end, so the file is taken apart as
bytes, and a cell that is not Big5 is known by its row and column.
"""

import codecs
import csv
import sys
from io import StringIO

from bot.imports.sheets import DAMAGED, MOST_COLUMNS, MOST_ROWS, Cell, Refusal, Refused, Sheet

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DELIMITERS = ",\t;"
MOST_DAMAGED = 0.3
"""A larger share of cells that are no Big5 says that the file is in another encoding altogether."""


def read(content: bytes) -> list[Sheet]:
    """Return the one table of a CSV file; raises Refused."""
    text = _unicode(content)
    rows = _table(text) if text is not None else _big5(_table(content.decode("latin-1")))
    return [Sheet("", rows)]


def _unicode(content: bytes) -> str | None:
    """Return the text of a file in UTF-8 or UTF-16, None for one that can only be Big5."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], encoding)
    if b"\0" in content:
        return _decoded(content, _unmarked_utf16(content))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Refused(Refusal.UNKNOWN_ENCODING) from None


def _unmarked_utf16(content: bytes) -> str:
    """Tell the byte order by the zero bytes of commas and digits."""
    later, earlier = content[1::2].count(0), content[::2].count(0)
    return "utf-16-le" if later >= earlier else "utf-16-be"


def _table(text: str) -> list[list[Cell]]:
    if "\0" in text:
        raise Refused(Refusal.UNKNOWN_ENCODING)
    first = text[: text.find("\n") if "\n" in text else len(text)]
    csv.field_size_limit(min(sys.maxsize, 1024 * 1024))
    lines = csv.reader(StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=first.count))
    rows: list[list[Cell]] = []
    try:
        for line in lines:
            if len(rows) >= MOST_ROWS or len(line) > MOST_COLUMNS:
                raise Refused(Refusal.TOO_LARGE)
            rows.append([*line])
    except csv.Error:
        raise Refused(Refusal.BROKEN) from None
    return rows


def _big5(rows: list[list[Cell]]) -> list[list[Cell]]:
    decoded = [[_from_big5(str(cell).encode("latin-1")) for cell in row] for row in rows]
    filled = sum(1 for row in decoded for cell in row if cell)
    damaged = sum(1 for row in decoded for cell in row if DAMAGED in cell)
    if damaged > max(1, filled * MOST_DAMAGED):
        raise Refused(Refusal.UNKNOWN_ENCODING)
    return [[*row] for row in decoded]


def _from_big5(cell: bytes) -> str:
    try:
        return cell.decode("cp950")
    except UnicodeDecodeError:
        return cell.decode("cp950", errors="replace")
