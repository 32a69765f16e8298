"""Cells come out of XLSX and CSV as they went in, whatever the encoding; what is lost is shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from bot.imports.reading import read
from bot.imports.sheets import DAMAGED, Cell
from tests.imports.files import csv_file, xlsx_file

HARD = [
    *"堃喆峯煊邨𠝹許功蓋育珮瑄碁粧裏嫺銹恒䂖𤧟𣲙淼犇畊頴",
    "許功蓋",
    "游錫堃",
    "王煊宸",
    "陳峯毅",
]
NAMES = [f"{first}{last}" for first in "王李陳林黃許張" for last in HARD][:200]
OWN = b"\xfa\x40"
"""A place of Big5 that is free for characters of one's own: systems put 堃 there."""

ROWS = [("學號", "姓名"), *((f"0{index:05}", name) for index, name in enumerate(NAMES))]


def cells(file: Path) -> list[list[Cell]]:
    """Return the cells of a file's only sheet."""
    (sheet,) = read(file)
    return [*sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_hard_names_and_leading_zeros_come_out_of_unicode_as_they_went_in(
    tmp_path: Path, encoding: str
) -> None:
    """With or without a byte order mark, in either byte order."""
    assert cells(csv_file(tmp_path / "list.csv", ROWS, encoding)) == [list(row) for row in ROWS]


def test_hard_names_and_leading_zeros_come_out_of_a_workbook(tmp_path: Path) -> None:
    """Text in a spreadsheet is text."""
    assert cells(xlsx_file(tmp_path / "list.xlsx", {"人員": ROWS})) == [list(row) for row in ROWS]


def test_a_name_is_right_in_big5_or_known_to_be_lost_by_row_and_column(tmp_path: Path) -> None:
    """cp950 has no 堃: what a system wrote in its place is not Big5, and only that cell is lost."""
    lost = []
    content = "學號,姓名\r\n".encode("cp950")
    for index, name in enumerate(NAMES):
        content += f"0{index:05},".encode()
        encoded = b"".join(one.encode("cp950", "ignore") or OWN for one in name)
        content += encoded + b"\r\n"
        if OWN in encoded:
            lost.append(index)
    (tmp_path / "list.csv").write_bytes(content)
    for index, (number, read_name) in enumerate(cells(tmp_path / "list.csv")[1:]):
        assert number == f"0{index:05}"
        assert (DAMAGED in str(read_name)) if index in lost else read_name == NAMES[index]
    assert lost
    assert len(NAMES) == 200


def test_second_bytes_of_big5_that_look_like_ascii_break_no_row(tmp_path: Path) -> None:
    """許功蓋 end in the byte of a backslash, others in that of a bar or a brace."""
    rows = [("學號", "姓名"), ("01", "許功蓋"), ("02", "育珮蓋功許"), ("03", '引"號,逗點')]
    found = cells(csv_file(tmp_path / "list.csv", rows, "cp950"))
    assert found == [list(row) for row in rows]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_the_one_of_the_first_row(tmp_path: Path, delimiter: str) -> None:
    """Spreadsheet programs write tabs and semicolons too."""
    (tmp_path / "list.csv").write_text(f"學號{delimiter}姓名\n01{delimiter}小美\n", "utf-8")
    assert cells(tmp_path / "list.csv") == [["學號", "姓名"], ["01", "小美"]]


def test_numbers_and_days_of_a_workbook_are_plain(tmp_path: Path) -> None:
    """6240.0 is 6240, a day is text like 2025-02-03, and a number too large to be exact stays."""
    file = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, [6240.0, 1.5, 1e300, True])
        sheet.write_datetime(0, 4, date(2025, 2, 3), day)
    assert cells(file) == [[6240, 1.5, 1e300, "TRUE", "2025-02-03"]]


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    """A hidden sheet holds a spreadsheet's own lists, no data of the school."""
    file = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        workbook.add_worksheet("人員").write(0, 0, "學號")
        workbook.add_worksheet("選單").hide()
    assert [sheet.name for sheet in read(file)] == ["人員"]
