"""Name lists for the central database: who and what is in them, all of it or nothing, and safe."""

import csv
import fcntl
import hashlib
import io
import logging
import os
import stat
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from bot.exports import NoSuchTerm
from bot.exports.columns import load
from bot.exports.filling import Order, Report, Wanted
from bot.exports.namelists import export_name_list
from models.queries import submissions
from models.rules.namelists.identities import Found, Gap, Identities, Identity
from models.rules.namelists.lists import Batch
from models.tables import (
    AuditEntry,
    NameList,
    NameListLine,
    OfficerRecord,
    Placement,
    Selection,
)
from models.vocabulary import CourseTaking, ItemKind, OutcomeState, PerformanceKind
from tests.support import cast
from tests.support.cast import taipei
from tests.support.scene import Scene

NUMBERS = {"小美": "A123456789", "阿明": "B123456780", "小華": "C123456781"}
BORN = date(2008, 5, 3)
RARE = "𠝹𠮷堃"
AFTER = taipei(2024, 9, 25)
"""When nobody can select any more."""


def _identities(scene: Scene, *names: str) -> Identities:
    return Identities(
        {
            scene.cast.people[name].number: Found(row, Identity(NUMBERS[name], BORN))
            for row, name in enumerate(names, start=2)
        }
    )


async def _export(
    scene: Scene,
    out: Path,
    name: str = "outcomes",
    *,
    own: str | None = None,
    semester: int = 0,
    batch: Batch = Batch.REGULAR,
    known: tuple[str, ...] = tuple(NUMBERS),
    at: datetime = AFTER,
    **how: Any,
) -> Report:
    layout = load(own)
    order = Order(
        Wanted(layout.lists[name], 112, semester, batch), layout, _identities(scene, *known), **how
    )
    return await export_name_list(scene.store, scene.cast.school, order, out, now=at)


async def _select(scene: Scene, kind: ItemKind, item: Any, slot: int = 1) -> Any:
    """Have a work selected, whatever windows are open."""
    field = "outcome_id" if kind is ItemKind.OUTCOME else "performance_id"
    async with scene.store.writing() as session:
        session.add(
            Selection(
                school_id=scene.cast.school.id,
                person_id=item.person_id,
                year=112,
                kind=kind,
                slot=slot,
                selected_at=scene.now,
                **{field: item.id},
            )
        )
    return item


async def _work(
    scene: Scene, by: str = "小美", title: str = "小說改寫", slot: int = 1, **values: Any
) -> Any:
    """Give a certified, selected work of 112-2."""
    work = await scene.add(
        cast.outcome, by=by, course="國文", title=title, state=OutcomeState.CERTIFIED
    )
    await scene.change(work, **values)
    return await _select(scene, ItemKind.OUTCOME, work, slot)


def _sheets(file: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(file))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def _row(file: Path, sheet: str, number: int = 1) -> dict[str, Any]:
    head, *rows = _sheets(file)[sheet]
    return dict(zip(head, rows[number - 1], strict=True))


def _left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


async def test_the_course_outcomes_of_a_year_are_a_workbook_with_a_cover(
    scene: Scene, out: Path
) -> None:
    """封面 says school, year, term 0 and 名冊別; each way to take a course has its sheet."""
    await _work(scene, summary="第一段\r\n第二段", details={"修課學分": "4"})
    await _work(
        scene,
        "阿明",
        taking=CourseTaking.RETAKEN,
        details={"原修課學年度": "111", "重修方式": "專班"},
    )

    report = await _export(scene, out)

    (file,) = report.files
    assert file.name == "112_0_學生課程學習成果名冊.xlsx"
    sheets = _sheets(file)
    assert sheets["封面"] == [
        ["學校代碼", "學年度", "學期", "名冊別"],
        ["060402", "112", "0", "26"],
    ]
    assert list(sheets)[1:] == [
        f"{how}課程學習成果" for how in ("學期", "補修", "重修", "重讀", "轉學轉科", "借讀")
    ]
    assert _row(file, "學期課程學習成果") == {
        "身分證號": "A123456789",
        "出生日期": "0970503",
        "開課年級": "1",
        "課程代碼": "",
        "科目名稱": "國文",
        "修課學分": "4",
        "實際修課學年度": "112",
        "實際修課學期": "2",
        "成果簡述": "第一段\n第二段",
    }
    retaken = _row(file, "重修課程學習成果")
    assert (retaken["身分證號"], retaken["原修課學年度"]) == ("B123456780", "111")
    assert (retaken["原修課科目名稱"], retaken["重修方式"]) == ("國文", "專班")
    assert report.empty[("學期課程學習成果", "課程代碼")] == 1
    assert ("學期課程學習成果", "修課學分") not in report.empty


async def test_only_what_was_certified_and_selected_is_in_the_list(scene: Scene, out: Path) -> None:
    """Not what was only certified, nor what is certified no more, nor another year's."""
    await _work(scene, title="在內")
    await scene.add(cast.outcome, by="小美", course="國文", state=OutcomeState.CERTIFIED)
    await _work(scene, "阿明", state=OutcomeState.RETURNED)
    other = await scene.add(cast.outcome, by="小華", state=OutcomeState.CERTIFIED)
    await _select(scene, ItemKind.OUTCOME, other)

    report = await _export(scene, out)

    lines = await scene.rows(NameListLine)
    assert (report.rows, [line.title for line in lines]) == (1, ["在內"])


async def test_performances_have_a_sheet_for_each_of_the_ten_kinds(scene: Scene, out: Path) -> None:
    """Cells are what the platform's list said under the same name; days are in one calendar."""
    feat = await scene.add(cast.performance, by="小美")
    details = {"競賽名稱": "科展", "獎項": "佳作", "內容簡述": RARE, "結果公布日期": "113.4.1"}
    await scene.change(feat, details=details)
    await _select(scene, ItemKind.PERFORMANCE, feat)
    plain = await scene.add(cast.performance, by="阿明", title="團康")
    await scene.change(plain, kind=PerformanceKind.OTHER, details={"開始日期": "去年"})
    await _select(scene, ItemKind.PERFORMANCE, plain)
    await scene.add(cast.performance, by="小華")

    report = await _export(scene, out, "performances")

    (file,) = report.files
    sheets = _sheets(file)
    assert (len(sheets), sheets["封面"][1][3]) == (11, "25")
    row = _row(file, "競賽參與紀錄")
    assert (row["競賽名稱"], row["獎項"], row["內容簡述"]) == ("科展", "佳作", RARE)
    assert row["結果公布日期"] == "1130401"
    other = _row(file, "其他多元表現紀錄")
    assert (other["名稱"], other["開始日期"]) == ("團康", "去年")
    assert report.odd_days == {("其他多元表現紀錄", "開始日期"): 1}
    assert report.rows == 2


async def test_officer_records_are_a_list_of_one_semester(scene: Scene, out: Path) -> None:
    """名冊別 24 with the semester on the cover; the other semester's records are not in it."""
    async with scene.store.writing() as session:
        for term, position in (("112-2", "班長"), ("113-1", "副班長")):
            session.add(
                OfficerRecord(
                    school_id=scene.cast.school.id,
                    person_id=scene.cast.people["小美"].id,
                    term_id=scene.cast.terms[term].id,
                    unit="101 班",
                    position=position,
                    begins_on=date(2024, 2, 16),
                )
            )

    report = await _export(scene, out, "officers", semester=2)

    (file,) = report.files
    assert _sheets(file)["封面"][1] == ["060402", "112", "2", "24"]
    assert _row(file, "幹部經歷紀錄") == {
        "身分證號": "A123456789",
        "出生日期": "0970503",
        "單位名稱": "101 班",
        "開始日期": "1130216",
        "結束日期": "",
        "擔任職務": "班長",
        "幹部等級": "",
    }


async def test_division_and_batch_decide_who_is_in_which_list(scene: Scene, out: Path) -> None:
    """進修部 in 28, the others in 26; grade 12's first batch in 36, and the second has the rest."""
    await _work(scene)
    await _work(scene, "小華", "作文")
    await scene.change(scene.cast.classes["102"], division="continuing")
    day, evening = await _export(scene, out), await _export(scene, out, "outcomes-continuing")
    await scene.change(scene.cast.classes["101"], grade=3)
    first = await _export(scene, out, batch=Batch.FIRST)
    await _work(scene, title="晚到的", slot=2)
    second = await _export(scene, out, batch=Batch.SECOND)
    regular = await _export(scene, out)

    codes = [_sheets(each.files[0])["封面"][1][3] for each in (day, evening, first, second)]
    assert codes == ["26", "28", "36", "76"]
    assert [each.rows for each in (day, evening, first, second, regular)] == [1, 1, 1, 1, 0]
    assert "修課節數" in _row(evening.files[0], "學期課程學習成果")
    assert first.files[0].name == "112_0_學生課程學習成果名冊（三年級第一批）.xlsx"
    (last,) = await scene.rows(NameList, code="76")
    lines = await scene.rows(NameListLine, name_list_id=last.id)
    assert [line.title for line in lines] == ["晚到的"]
    assert second.first_batch is not None


async def test_a_departed_pupils_works_are_submitted_too(scene: Scene, out: Path) -> None:
    """They were selected while here; the report counts whom it is about."""
    await _work(scene)
    await scene.change(scene.cast.people["小美"], departed=True)

    report = await _export(scene, out)

    assert (report.rows, len(report.departed)) == (1, 1)


async def test_a_pupil_of_two_classes_in_a_year_is_listed_once_and_by_the_later(
    scene: Scene, out: Path
) -> None:
    """Whoever moved to 進修部 in spring is in its list; while works can be selected, it is said."""
    await _work(scene)
    async with scene.store.writing() as session:
        session.add(
            Placement(
                school_id=scene.cast.school.id,
                person_id=scene.cast.people["小美"].id,
                class_id=scene.cast.classes["102"].id,
                seat=40,
            )
        )
    await scene.change(scene.cast.classes["102"], division="continuing")

    day = await _export(scene, out, at=scene.now)
    evening = await _export(scene, out, "outcomes-continuing")

    assert (day.rows, evening.rows) == (0, 1)
    assert (day.open_until, evening.open_until) == (taipei(2024, 9, 21), None)


async def test_a_pupil_who_cannot_be_written_stops_the_list_until_somebody_leaves_them_out(
    scene: Scene, out: Path
) -> None:
    """Nothing is half: no file, no record; with the number agreed, the others are written."""
    await _work(scene)
    await _work(scene, "阿明")
    known = ("小美", "小華")

    refused = await _export(scene, out, known=known)
    wrong = await _export(scene, out, known=known, leave_out=2)

    assert not refused.files
    assert not wrong.files
    assert [(pupil.number, gap) for pupil, gap in refused.gaps.values()] == [
        (scene.cast.people["阿明"].number, Gap.ABSENT)
    ]
    assert _left_in(out) == []
    assert await scene.rows(NameList) == []

    agreed = await _export(scene, out, known=known, leave_out=1)

    assert (len(agreed.files), agreed.rows) == (1, 1)
    (entry,) = await scene.rows(AuditEntry, deed="exported name list")
    assert (entry.facts["rows"], entry.facts["left_out"]) == (1, 1)


async def test_a_work_of_somebody_without_a_class_of_that_year_is_not_passed_over(
    scene: Scene, out: Path
) -> None:
    """Neither grade nor division is known, so the list asks for the year's list of people."""
    work = await _work(scene)
    await scene.change(scene.cast.classes["101"], year=111)
    await scene.change(scene.cast.classes["102"], year=111)

    report = await _export(scene, out)

    assert [(pupil.id, gap) for pupil, gap in report.gaps.values()] == [
        (work.person_id, Gap.NO_CLASS)
    ]


async def test_what_was_written_is_remembered_and_audited_without_identity_numbers(
    scene: Scene, out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Cell for cell, for the receipt package to be compared with; the file is its owner's alone."""
    caplog.set_level(logging.DEBUG)
    work = await _work(scene, summary=f"摘要{RARE}")

    report = await _export(scene, out)

    (file,) = report.files
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert report.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    async with scene.store.reading() as session:
        kept = await submissions.latest(session, scene.cast.school.id, 112, 0, "26")
        assert kept is not None
        (line,) = [each async for each in submissions.lines(session, kept.id)]
    assert (kept.sha256, kept.rows, kept.exported_at) == (report.sha256, 1, AFTER)
    assert (line.person_id, line.item_id, line.sheet) == (
        work.person_id,
        work.id,
        "學期課程學習成果",
    )
    written = _row(file, line.sheet)
    assert line.cells == {
        key: written[key] for key in written if key not in ("身分證號", "出生日期")
    }
    (entry,) = await scene.rows(AuditEntry, deed="exported name list")
    everything = f"{line!r}{entry.facts!r}{kept!r}{caplog.text}"
    assert not any(secret in everything for secret in ("A123456789", "0970503", "2008-05-03"))
    assert "小美" not in f"{entry.facts!r}{caplog.text}"


@pytest.mark.parametrize(
    ("own", "written"),
    [
        ("", None),
        ('[writing]\nformulas = "as_is"', "=1+1"),
        ('[writing]\nformulas = "apostrophe"', "'=1+1"),
    ],
)
async def test_a_cell_like_a_formula_is_in_csv_only_as_the_school_chose(
    plain_scene: Scene, out: Path, own: str, written: str | None
) -> None:
    """Nothing is altered in silence, and nothing that would run leaves in silence."""
    await _work(plain_scene, summary="=1+1")

    report = await _export(plain_scene, out, own=own, kind="csv")

    if written is None:
        (unfit,) = report.unfit
        assert unfit.pupil is not None
        assert (unfit.pupil.number, unfit.row, unfit.column, unfit.character) == (
            plain_scene.cast.people["小美"].number,
            2,
            "成果簡述",
            "",
        )
        assert _left_in(out) == []
    else:
        (row,) = _csv(out / "112_0_學生課程學習成果名冊_學期課程學習成果.csv", "utf-8-sig")
        assert row["成果簡述"] == written


async def test_in_a_workbook_a_cell_like_a_formula_is_its_text(
    plain_scene: Scene, out: Path
) -> None:
    """Exactly, whatever it begins with."""
    for slot, first in enumerate("=+-@", start=1):
        await _work(plain_scene, title=first, slot=slot, summary=f'{first}HYPERLINK("x")')

    report = await _export(plain_scene, out)

    _, *rows = _sheets(report.files[0])["學期課程學習成果"]
    assert [row[-1] for row in rows] == [f'{first}HYPERLINK("x")' for first in "=+-@"]


async def test_big5_refuses_what_it_lacks_or_writes_what_the_school_says(
    plain_scene: Scene, out: Path
) -> None:
    """許功蓋 stays; the others are told one by one, or written as the school's own file says."""
    await _work(plain_scene, summary=f"許功蓋{RARE}")

    refused = await _export(plain_scene, out, kind="csv", encoding="cp950")
    own = "[instead]\n" + "".join(f'"{each}" = "（字）"\n' for each in RARE)
    written = await _export(plain_scene, out, own=own, kind="csv", encoding="cp950")

    assert [each.character for each in refused.unfit] == list(RARE)
    assert not refused.files
    assert len(written.files) == 7
    (row,) = _csv(out / "112_0_學生課程學習成果名冊_學期課程學習成果.csv", "cp950")
    assert row["成果簡述"] == "許功蓋（字）（字）（字）"


async def test_the_files_are_in_place_exactly_when_they_are_on_record(
    plain_scene: Scene, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the files cannot be put in place, nothing says that they were exported."""
    await _work(plain_scene)

    def full(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        await _export(plain_scene, out)

    assert _left_in(out) == []
    assert await plain_scene.rows(NameList) == []
    assert await plain_scene.rows(AuditEntry, deed="exported name list") == []


async def test_a_list_without_a_row_is_not_written_and_counts_as_nothing(
    plain_scene: Scene, out: Path
) -> None:
    """An empty list would stand for what was submitted, and be compared with what came back."""
    report = await _export(plain_scene, out, "performances")

    assert (report.rows, report.files, _left_in(out)) == (0, (), [])
    assert await plain_scene.rows(NameList) == []


async def test_what_a_killed_run_left_behind_goes_with_the_next_and_nothing_else_does(
    plain_scene: Scene, out: Path
) -> None:
    """It may hold identity numbers; a run that is still writing keeps its place by a lock."""
    await _work(plain_scene)
    for name in (".export-dead", ".export-live"):
        (out / name).mkdir(parents=True)
        (out / name / "half.xlsx").write_text("A123456789", "utf-8")
    live = os.open(out / ".export-live", os.O_RDONLY)
    fcntl.flock(live, fcntl.LOCK_EX)

    report = await _export(plain_scene, out)

    os.close(live)
    assert _left_in(out) == [".export-live", report.files[0].name]


async def test_an_unknown_year_is_no_empty_list(plain_scene: Scene, out: Path) -> None:
    """A slip in the year would look like nobody having selected anything."""
    layout = load()
    order = Order(Wanted(layout.lists["outcomes"], 99, 0), layout, Identities())
    with pytest.raises(NoSuchTerm):
        await export_name_list(plain_scene.store, plain_scene.cast.school, order, out, now=AFTER)
    assert _left_in(out) == []


def _csv(file: Path, encoding: str) -> list[dict[str, str]]:
    text = file.read_bytes().decode(encoding)
    return list(csv.DictReader(io.StringIO(text, newline="")))
