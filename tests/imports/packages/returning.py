"""Sends name lists back as the central database does: the same rows, by person, as a package."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

PARTS = {"26": "課程學習成果", "25": "多元表現", "24": "校內幹部經歷"}
SHEETS = {"幹部經歷紀錄": "幹部經歷"}
"""Some sheets are called otherwise on their way back."""

Content = dict[str, dict[str, dict[str, list[dict[str, Any]]]]]
"""Rows by part, identity number with birth date, and sheet."""


def content_of(workbooks: Iterable[Path]) -> Content:
    """Return what is in workbooks of name lists, by part and person."""
    content: Content = {}
    for file in workbooks:
        book = CalamineWorkbook.from_path(str(file))
        _, cover = book.get_sheet_by_name("封面").to_python()
        people = content.setdefault(PARTS[str(cover[3])], {})
        for name in book.sheet_names[1:]:
            head, *rows = book.get_sheet_by_name(name).to_python()
            for row in rows:
                cells = dict(zip(map(str, head), row, strict=True))
                who = f"{cells.pop('身分證號')} {cells.pop('出生日期')}"
                sheets = people.setdefault(who, {})
                sheets.setdefault(SHEETS.get(name, name), []).append(cells)
    return content


def files_of(
    content: Content,
    year: str = "112",
    school: str = "060402",
    days: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """Return the JSON files of a package; `days` are birth dates written in another way."""
    files = {}
    for part, people in content.items():
        listed = []
        for who, sheets in people.items():
            identity, born = who.split()
            listed.append(
                {"身分證號": identity, "出生日期": (days or {}).get(identity, born), **sheets}
            )
        whole = {"名冊資訊": {"學校代碼": school, "學年度": year, "學期": "0"}, part: listed}
        files[f"{part}.json"] = json.dumps(whole, ensure_ascii=False).encode("utf-8-sig")
    return files
