"""Writes the files that import tests read: tables as XLSX or CSV, and a small school's lists."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import xlsxwriter

Row = Sequence[str | int | float]

PEOPLE = ("學號", "姓名", "身分", "部別", "學年度", "年級", "班級", "座號", "導師")
COURSES = ("學年度", "學期", "課程代碼", "科目名稱", "任課教師", "班級", "修課學生")
OUTCOMES = (
    "學號",
    "學年度",
    "學期",
    "科目名稱",
    "成果名稱",
    "簡述",
    "檔名",
    "檔案大小",
    "雜湊值",
    "狀態",
)

STAFF: tuple[Row, ...] = (
    ("T01", "林老師", "教職員", "", "", "", "", "", ""),
    ("T02", "王老師", "教職員", "", "", "", "", "", ""),
)


def csv_text(rows: Sequence[Row]) -> str:
    """Return rows as the text of a CSV file."""
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def csv_file(file: Path, rows: Sequence[Row], encoding: str = "utf-8") -> Path:
    """Write rows as CSV."""
    file.write_bytes(csv_text(rows).encode(encoding))
    return file


def xlsx_file(file: Path, sheets: dict[str, Sequence[Row]]) -> Path:
    """Write rows as sheets of a workbook; text stays text."""
    with xlsxwriter.Workbook(str(file), {"strings_to_numbers": False}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return file


def pupil(number: int, *, room: str = "201", name: str = "", year: int = 115) -> Row:
    """Return a pupil's row; the number has a leading zero."""
    seat = number % 100
    shown = name or f"學生{number}"
    return f"0{number:05}", shown, "學生", "日間部", year, room[0], room, seat, "T01"


def people(count: int = 20, *, room: str = "201") -> list[Row]:
    """Return a heading, two teachers and so many pupils of a class."""
    return [PEOPLE, *STAFF, *(pupil(number, room=room) for number in range(1, count + 1))]


def courses() -> list[Row]:
    """Return two courses of 115-1 for the class 201."""
    return [
        COURSES,
        (115, 1, "PHY01", "物理", "T01", "201", ""),
        (115, 1, "CHE01", "化學", "王老師", "", "000001、000002"),
    ]


def outcome(
    title: str, state: str, *, pupil: str = "000001", course: str = "物理", digest: str = "a1"
) -> Row:
    """Return a course outcome's row of 115-1."""
    return pupil, 115, 1, course, title, "簡述", f"{title}.pdf", 1000, digest, state
