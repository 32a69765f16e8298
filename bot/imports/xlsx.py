"""Reads an XLSX workbook; a zip that no spreadsheet program writes is refused unread.

Nothing in a workbook is followed or run: links to other files, macros and formulas are only the
values that were saved with them.
"""

import math
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    XmlError,
    ZipError,
)

from bot.imports.sheets import MOST_COLUMNS, MOST_ROWS, Cell, Refusal, Refused, Sheet

MOST_PARTS = 2_000
MOST_SHEETS = 100
MOST_UNPACKED = 300 * 1024 * 1024
SMALL = 10 * 1024 * 1024
MOST_PACKED = 150
"""How many times smaller a part above SMALL may be in the zip: honest sheets reach 10 to 30."""

_HEAD = 4096
_EXACT = 10**15
_DAMAGED_ZIP = (
    zipfile.BadZipFile,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
)


def read(content: bytes) -> list[Sheet]:
    """Return the visible sheets of a workbook; raises Refused."""
    _inspect(content)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
            names = [
                meta.name
                for meta in workbook.sheets_metadata
                if meta.visible is SheetVisibleEnum.Visible and meta.typ is SheetTypeEnum.WorkSheet
            ]
            if len(names) > MOST_SHEETS:
                raise Refused(Refusal.TOO_LARGE)
            return [Sheet(name, _rows(workbook, name)) for name in names]
    except PasswordError:
        raise Refused(Refusal.OLD_OR_LOCKED) from None
    except (CalamineError, ZipError, XmlError, OSError, ValueError):
        raise Refused(Refusal.BROKEN) from None


def _inspect(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            _inspect_parts(parts)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _inspect_xml(packed, part)
    except _DAMAGED_ZIP:
        raise Refused(Refusal.BROKEN) from None


def _inspect_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names:
        raise Refused(Refusal.NO_WORKBOOK)
    if len(set(names)) < len(names) or any(map(_is_odd_name, names)):
        raise Refused(Refusal.HAND_MADE)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(Refusal.OLD_OR_LOCKED)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or any(map(_is_bomb, parts)):
        raise Refused(Refusal.TOO_LARGE)


def _is_odd_name(name: str) -> bool:
    return name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/")


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > SMALL and part.file_size > MOST_PACKED * part.compress_size


def _inspect_xml(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a document type: no spreadsheet program writes one, and entities hide in it."""
    with packed.open(part) as stream:
        head = stream.read(_HEAD)
    if b"<!DOCTYPE" in head.replace(b"\0", b"").upper():
        raise Refused(Refusal.HAND_MADE)


def _rows(workbook: CalamineWorkbook, name: str) -> list[list[Cell]]:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise Refused(Refusal.TOO_LARGE)
    found = sheet.to_python(skip_empty_area=False)
    return [list(_cells(row)) for row in found]


def _cells(row: Sequence[object]) -> Iterator[Cell]:
    for value in row:
        if isinstance(value, str):
            yield value
        elif isinstance(value, bool):
            yield str(value).upper()
        elif isinstance(value, float | int):
            yield _number(value)
        elif isinstance(value, datetime):
            yield value.isoformat(" ") if value.time() != time() else value.date().isoformat()
        elif isinstance(value, date | time | timedelta):
            yield str(value)


def _number(value: float) -> Cell:
    """Return 113.0 as the whole number it is; what no number can hold stays as text."""
    if abs(value) < _EXACT and value == int(value):
        return int(value)
    return value if math.isfinite(value) else str(value)
