"""Writes sample files of a small invented school: what a registrar's own files can look like."""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from models.rules.namelists.identities import is_sound
from models.rules.roc import Term

Row = Sequence[str | int]
Table = tuple[Row, ...]

PEOPLE: Row = (
    *("學號/職編", "姓名", "身分", "部別", "學年度", "年級", "班級", "座號", "導師", "職務"),
)
COURSES: Row = ("學年度", "學期", "課程代碼", "科目名稱", "任課教師", "班級", "修課學生")
OUTCOMES: Row = (
    *("學號", "學年度", "學期", "課程代碼", "科目名稱", "成果名稱", "簡述"),
    *("檔名", "檔案大小", "雜湊值", "狀態"),
)
COMPETITIONS: Row = (
    *("學號", "學年度", "競賽名稱", "項目", "競賽等級", "獎項", "結果公布日期", "團體參與"),
    *("內容簡述", "狀態"),
)
SERVICE: Row = (
    *("學號", "學年度", "服務名稱", "服務單位", "開始日期", "結束日期", "時數"),
    *("內容簡述", "狀態"),
)
OFFICERS: Row = (
    *("學號", "學年度", "學期", "單位名稱", "擔任職務", "幹部等級", "開始日期", "結束日期"),
)
IDENTITIES: Row = ("學號", "身分證號", "出生日期")
PARTS = ("課程學習成果", "多元表現", "修課紀錄", "校內幹部經歷")
PASSWORD = "sample"  # noqa: S105 - of the sample package, and written beside it
RECEIPTS: Row = ("學號", "類別", "名稱", "說明")

_STAFF = (
    ("T001", "林雅婷", "專任教師"),
    ("T002", "王志豪", "專任教師"),
    ("T003", "陳怡君", "專任教師"),
    ("T004", "許功蓋", "專任教師"),
    ("A001", "黃淑芬", "註冊組長"),
)
_CLASSES = (
    ("一", "101", "T001", ("吳宥廷", "李品妤", "張宇軒", "蔡欣怡", "劉冠廷", "鄭羽彤")),
    ("二", "201", "T003", ("周子晴", "游錫堃", "何柏翰", "郭思妤", "曾煊宸", "賴喆安")),
)
_SUBJECTS = (
    ("0603010A001", "國語文", "T001"),
    ("0603010A002", "數學", "T002"),
    ("0603010A003", "物理", "T004"),
)
_STATES = ("認證成功", "送出認證", "已上傳", "認證失敗", "已勾選", "草稿")
_TITLES = (
    "斜面實驗報告",
    "自由落體影片分析",
    "單擺週期測量",
    "槓桿原理模型",
    "光的折射",
    "電路設計",
)
_LAST_TITLES = ("校園植物圖鑑", "豆芽的向光性", "", "細胞模型", "水質觀察紀錄", "")


def write(folder: Path, *, today: date) -> list[Path]:
    """Write the samples for the academic year of `today`; return the files in the order to import.

    Receipts are of the second term of the year before, as in autumn. XLSX and CSV files say the
    same; 學號 is text in them, so that its zeros stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    year = Term.on(today).year
    people = (PEOPLE, *_people(year))
    courses = (COURSES, *_courses(year))
    receipts = (RECEIPTS, *_receipts(year))
    identities = [*_identities(year)]
    works: Mapping[str, Table] = {
        "課程學習成果": (OUTCOMES, *_outcomes(year)),
        "競賽參與紀錄": (COMPETITIONS, *_competitions(year)),
        "服務學習紀錄": (SERVICE, *_service(year)),
    }
    return [
        _xlsx(folder / "people-last-year.xlsx", {"人員": (PEOPLE, *_last_year(year))}),
        _xlsx(folder / "people.xlsx", {"人員": people}),
        _csv(folder / "people.csv", people),
        _xlsx(folder / "courses.xlsx", {"課程": courses}),
        _csv(folder / "courses.csv", courses),
        _xlsx(folder / "works.xlsx", works),
        _csv(folder / "outcomes.csv", works["課程學習成果"]),
        _xlsx(folder / "officers.xlsx", {"校內幹部經歷": (OFFICERS, *_officers(year))}),
        _xlsx(folder / "receipts.xlsx", {"收訖明細": receipts}),
        _csv(folder / "receipts.csv", receipts),
        _xlsx(folder / "identities.xlsx", {"身分": (IDENTITIES, *identities)}),
        _package(folder / "package.zip", year, {number: rest for number, *rest in identities}),
        _text(folder / "password.txt", f"{PASSWORD}\n"),
    ]


def contents(name: str, *, today: date) -> bytes | None:
    """Return the content of one of the samples, None where there is none of that name."""
    with TemporaryDirectory() as folder:
        written = {file.name: file for file in write(Path(folder), today=today)}
        return written[name].read_bytes() if name in written else None


def _people(year: int) -> Iterator[Row]:
    for number, name, post in _STAFF:
        yield number, name, "教職員", "", "", "", "", "", "", post
    for grade, room, teacher, names in _CLASSES:
        for seat, name in enumerate(names, start=1):
            number = _number(room, seat)
            yield number, name, "學生", "日間部", year, grade, room, seat, teacher, ""


def _courses(year: int) -> Iterator[Row]:
    for code, name, teacher in _SUBJECTS:
        for _, room, _, _ in _CLASSES:
            yield year, 1, code, name, teacher, room, ""
    chosen = "、".join((_number("201", 1), _number("201", 4)))
    yield year, 1, "0603010B001", "程式設計", "T002", "", chosen


def _outcomes(year: int) -> Iterator[Row]:
    for seat, (title, state) in enumerate(zip(_TITLES, _STATES, strict=True), start=1):
        pupil, code, name = _number("201", seat), *_SUBJECTS[2][:2]
        file = f"{title}.pdf"
        digest = f"{seat:064x}"
        summary = f"{title}的過程與心得"
        yield pupil, year, 1, code, name, title, summary, file, 100_000 + seat, digest, state


def _competitions(year: int) -> Iterator[Row]:
    day = f"{year}/10/15"
    pupil = _number("201", 2)
    yield pupil, year, "全國科展", "物理", "全國", "佳作", day, "是", "三人一組的作品", "已勾選"


def _service(year: int) -> Iterator[Row]:
    begins, ends = f"{year}/9/7", f"{year}/9/28"
    yield _number("101", 3), year, "社區閱讀", "鎮立圖書館", begins, ends, 12, "帶國小生讀繪本", ""


def _last_year(year: int) -> Iterator[Row]:
    """Give the second grade's pupils in the class that they were in a year ago."""
    names = _CLASSES[1][3]
    for seat, name in enumerate(names, start=1):
        yield _number("201", seat), name, "學生", "日間部", year - 1, "一", "101", seat, "", ""


def _receipts(year: int) -> Iterator[Row]:
    """Give what the central database received of last year's second term: works, and records."""
    for seat, title in enumerate(_LAST_TITLES, start=1):
        pupil = _number("201", seat)
        if title:
            yield pupil, "課程學習成果", title, "生物"
        if seat == 2:
            yield pupil, "多元表現", "校慶園遊會擺攤", "其他多元表現紀錄"
        yield pupil, "修課紀錄", f"{year - 1}-2 修課紀錄（3 科）", "國語文、數學、生物"


def _officers(year: int) -> Iterator[Row]:
    for seat, position in ((1, "班長"), (2, "學藝股長")):
        days = f"{year}/9/2", f"{year + 1}/1/20"
        yield _number("201", seat), year, 1, "201 班", position, "班級幹部", *days


def _identities(year: int) -> Iterator[Row]:
    """Give identity numbers that nobody has: of a place that is no more (Y), for foreigners."""
    for grade, (_, room, _, names) in enumerate(_CLASSES, start=1):
        for seat, _ in enumerate(names, start=1):
            digits = (f"Y9{room}{seat:04}{check}" for check in range(10))
            born = f"{year - 15 - grade}/{seat + 2}/{seat + 10}"
            yield _number(room, seat), next(filter(is_sound, digits)), born


def _package(file: Path, year: int, identities: Mapping[str | int, Row]) -> Path:
    """Write what `_receipts` says as the package that the central database sends back."""
    import pyzipper

    files = {
        f"{part}.json": json.dumps(
            {"名冊資訊": {"學年度": str(year - 1), "學期": "2"}, part: people}, ensure_ascii=False
        ).encode("utf-8-sig")
        for part, people in _parts(year, identities).items()
    }
    lines = (f"{name},{hashlib.sha256(content).hexdigest()}" for name, content in files.items())
    with pyzipper.AESZipFile(file, "w", encryption=pyzipper.WZ_AES) as packed:
        packed.setpassword(PASSWORD.encode())
        for name, content in {"SHA.txt": "\r\n".join(lines).encode(), **files}.items():
            packed.writestr(name, content)
    return file


def _parts(year: int, identities: Mapping[str | int, Row]) -> dict[str, list[dict[str, Any]]]:
    parts: dict[str, list[dict[str, Any]]] = {part: [] for part in PARTS}
    for seat, title in enumerate(_LAST_TITLES, start=1):
        identity, born = identities[_number("201", seat)]
        person = {"身分證號": identity, "出生日期": born}
        if title:
            work = {"科目名稱": "生物", "實際修課學年度": year - 1, "實際修課學期": 2}
            rows = {"學期課程學習成果": [{**work, "成果簡述": f"{title}的過程與心得"}]}
            parts["課程學習成果"].append({**person, **rows})
        if seat == 2:
            fair = {"名稱": "校慶園遊會擺攤", "內容簡述": "與同學一起規劃"}
            parts["多元表現"].append({**person, "其他多元表現紀錄": [fair]})
        courses = [
            {"科目名稱": name, "修課學年度": year - 1, "修課學期": 2}
            for name in ("國語文", "數學", "生物")
        ]
        parts["修課紀錄"].append({**person, "學期成績": courses})
    return parts


def _text(file: Path, text: str) -> Path:
    file.write_text(text, "utf-8")
    return file


def _number(room: str, seat: int) -> str:
    return f"0{room}{seat:02}"


def _xlsx(file: Path, sheets: Mapping[str, Table]) -> Path:
    with xlsxwriter.Workbook(str(file)) as workbook:
        as_text = workbook.add_format({"num_format": "@"})
        heading = workbook.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, rows[0], heading)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows[1:], start=1):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, column, value, as_text)
                    else:
                        sheet.write_number(number, column, value)
    return file


def _csv(file: Path, rows: Table) -> Path:
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(rows)
    return file
