"""What was done in a term, in files: every kind of it, safe to open, readable where it goes."""

import asyncio
import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from bot.cli import bot
from bot.exports import NoSuchTerm
from bot.exports.done import Exported, export_done
from bot.exports.layout import BadLayout, load
from handlers.actions import (
    CertifyItem,
    ConfirmReceipt,
    DecideUpload,
    FinishSelection,
    QueryLine,
    ReturnItem,
    SelectItem,
)
from models.rules.roc import Term
from models.store import Store
from models.tables import AuditEntry, CourseOutcome, Person
from models.vocabulary import ItemKind, OutcomeState, QueryReason, ReturnReason
from tests.support import cast
from tests.support.cast import taipei
from tests.support.scene import Scene

MANY = 1_200
"""More than are read at once."""
LAST, THIS = Term("112-2"), Term("113-1")


async def _export(
    scene: Scene,
    folder: Path,
    *,
    term: Term = THIS,
    form: str = "csv",
    encoding: str = "utf-8",
    own: str | None = None,
    at: datetime | None = None,
) -> Exported:
    return await export_done(
        scene.store,
        scene.cast.school,
        term,
        folder,
        load(own),
        form=form,
        encoding=encoding,
        now=at or scene.now,
    )


def _sheet(folder: Path, name: str, *, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    with (folder / name).open(encoding=encoding, newline="") as stream:
        return list(csv.DictReader(stream))


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_certifications_and_returns_of_the_term_are_written_in_the_platforms_words(
    scene: Scene, out: Path
) -> None:
    """認證成功 and 認證失敗, with the teacher, the reason and the time in Taipei."""
    good = await scene.add(cast.outcome, by="小美", state=OutcomeState.AWAITING)
    bad = await scene.add(cast.outcome, by="阿明", state=OutcomeState.AWAITING)
    await scene.ask("林老師", CertifyItem(good.id, good.version))
    await scene.ask("林老師", ReturnItem(bad.id, bad.version, ReturnReason.NOT_THIS_COURSE))

    await _export(scene, out)

    rows = _sheet(out, "113_1_辦理紀錄_認證.csv")
    assert [(row["姓名"], row["認證結果"], row["退回原因"]) for row in rows] == [
        ("小美", "認證成功", ""),
        ("阿明", "認證失敗", "非本課程產出"),
    ]
    assert rows[0]["教師姓名"] == "林老師"
    assert rows[0]["班級"] == "201"
    assert rows[0]["認證時間"] == "2024/09/10 00:00"


async def test_selections_and_decisions_of_the_year_are_written(scene: Scene, out: Path) -> None:
    """Works of the term and performances of its year; a performance has semester 0."""
    work = await scene.add(
        cast.outcome, by="小美", course="國文", title="小說改寫", state=OutcomeState.CERTIFIED
    )
    feat = await scene.add(cast.performance, by="小美")
    window = scene.cast.windows["selection"].id
    await scene.ask("小美", SelectItem(window, ItemKind.OUTCOME, work.id))
    await scene.ask("小美", SelectItem(window, ItemKind.PERFORMANCE, feat.id))
    await scene.ask("小美", FinishSelection(window, 0))

    exported = await _export(scene, out, term=LAST)

    rows = _sheet(out, "112_2_辦理紀錄_勾選.csv")
    assert [(row["類別"], row["學期"], row["名稱"], row["班級"]) for row in rows] == [
        ("課程學習成果", "2", "小說改寫", "101"),
        ("多元表現", "0", "科展", "101"),
    ]
    decisions = _sheet(out, "112_2_辦理紀錄_學生決定.csv")
    assert [(row["階段"], row["學年度學期"], row["決定"]) for row in decisions] == [
        ("勾選", "112", "已完成")
    ]
    assert exported.counts["selections"] == 2


async def test_a_decision_to_upload_nothing_belongs_to_its_own_term(
    scene: Scene, out: Path
) -> None:
    """It stands in 113-1 and not in 112-2."""
    await scene.ask("阿明", DecideUpload(scene.cast.terms["113-1"].id, 1))

    this = await _export(scene, out, term=THIS)
    last = await _export(scene, out, term=LAST)

    assert (this.counts["decisions"], last.counts["decisions"]) == (1, 0)


async def test_who_kept_silent_is_deemed_confirmed_from_the_end_of_the_window(
    scene: Scene, out: Path
) -> None:
    """One confirmed, one queried, one said nothing: the silence is derived, with its date."""
    statements = {
        name: await scene.add(cast.statement, of=name) for name in ("小美", "阿明", "小華")
    }
    during = taipei(2024, 10, 10)
    await scene.ask("小美", ConfirmReceipt(statements["小美"].id, 1), at=during)
    await scene.ask(
        "阿明", QueryLine(statements["阿明"].id, 0, QueryReason.MISSING_ITEM), at=during
    )

    await _export(scene, out, term=LAST, at=taipei(2024, 10, 20))

    rows = _sheet(out, "112_2_辦理紀錄_收訖明細確認.csv")
    assert {row["姓名"]: (row["狀態"], row["狀態時間"]) for row in rows} == {
        "小美": ("已確認", "2024/10/10 00:00"),
        "阿明": ("提出疑義", "2024/10/10 00:00"),
        "小華": ("視為已確認", "2024/10/15 00:00"),
    }
    queries = _sheet(out, "112_2_辦理紀錄_疑義.csv")
    assert [(row["姓名"], row["疑義原因"], row["處理情形"]) for row in queries] == [
        ("阿明", "少了一筆", "處理中")
    ]


async def test_nobody_is_deemed_confirmed_while_the_window_is_open(scene: Scene, out: Path) -> None:
    """A millisecond before the end the statement still waits."""
    await scene.add(cast.statement, of="小華")

    await _export(scene, out, term=LAST, at=taipei(2024, 10, 15) - timedelta(milliseconds=1))

    (row,) = _sheet(out, "112_2_辦理紀錄_收訖明細確認.csv")
    assert (row["狀態"], row["狀態時間"]) == ("待確認", "")


async def test_the_workbook_keeps_numbers_as_text_and_runs_nothing(scene: Scene, out: Path) -> None:
    """學號 keep their zeros, and a title that begins like a formula is only a title."""
    work = await scene.add(
        cast.outcome, by="小美", title='=HYPERLINK("x","y")', state=OutcomeState.AWAITING
    )
    await scene.ask("林老師", CertifyItem(work.id, work.version))

    exported = await _export(scene, out, form="xlsx")

    assert [path.name for path in exported.files] == ["113_1_辦理紀錄.xlsx"]
    book = CalamineWorkbook.from_path(str(exported.files[0]))
    assert book.sheet_names == ["勾選", "認證", "收訖明細確認", "疑義", "學生決定"]
    head, row = book.get_sheet_by_name("認證").to_python()
    assert row[head.index("學號")] == scene.cast.people["小美"].number
    assert row[head.index("成果名稱")] == '=HYPERLINK("x","y")'


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\t=1"])
async def test_a_csv_cell_that_begins_like_a_formula_is_text(
    scene: Scene, out: Path, title: str
) -> None:
    """It stands behind an apostrophe."""
    work = await scene.add(cast.outcome, by="小美", title=title, state=OutcomeState.AWAITING)
    await scene.ask("林老師", CertifyItem(work.id, work.version))

    await _export(scene, out)

    (row,) = _sheet(out, "113_1_辦理紀錄_認證.csv")
    assert row["成果名稱"] == f"'{title}"


async def test_characters_that_cp950_lacks_are_replaced_and_reported(
    scene: Scene, out: Path
) -> None:
    """許功蓋 stays, 堃 becomes a box; the report says which, how often and where first."""
    await scene.change(scene.cast.people["小美"], name="許功蓋堃")
    await scene.ask("小美", DecideUpload(scene.cast.terms["113-1"].id, 1))

    exported = await _export(scene, out, encoding="cp950")

    (row,) = _sheet(out, "113_1_辦理紀錄_學生決定.csv", encoding="cp950")
    assert row["姓名"] == "許功蓋□"
    ((misfit, count),) = exported.misfits.counts.items()
    assert (misfit.character, misfit.sheet, misfit.row, misfit.column, count) == (
        "堃",
        "學生決定",
        2,
        "姓名",
        1,
    )


async def test_an_export_leaves_an_audit_entry_with_counts_only(scene: Scene, out: Path) -> None:
    """Who looks later sees that it left and how much, and no name."""
    await scene.ask("阿明", DecideUpload(scene.cast.terms["113-1"].id, 1))

    await _export(scene, out)

    (entry,) = await scene.rows(AuditEntry, deed="exported done")
    assert entry.facts == {
        "rows": {
            "selections": 0,
            "certifications": 0,
            "confirmations": 0,
            "queries": 0,
            "decisions": 1,
        }
    }


async def test_a_second_export_replaces_the_first_and_leaves_nothing_else(
    scene: Scene, out: Path
) -> None:
    """The folder holds one file to a sheet, complete."""
    first = await _export(scene, out)
    await _export(scene, out)

    assert _names(out) == sorted(path.name for path in first.files)


async def test_a_school_changes_headings_columns_and_words(scene: Scene, out: Path) -> None:
    """Only the listed columns appear, in their order; the rest of the layout stays."""
    await scene.ask("阿明", DecideUpload(scene.cast.terms["113-1"].id, 1))

    await _export(
        scene,
        out,
        own='[decisions.columns]\nchoice = "結果"\nnumber = "帳號"\n'
        '[words.choice]\nnothing = "不傳"\n',
    )

    path = out / "113_1_辦理紀錄_學生決定.csv"
    number = scene.cast.people["阿明"].number
    assert path.read_text("utf-8-sig") == f"結果,帳號\n不傳,{number}\n"


@pytest.mark.parametrize(
    ("own", "place"),
    [
        ("[choices]", "choices"),
        ('[decisions.columns]\nnummer = "學號"', "decisions.columns.nummer"),
        ('[decisions.columns]\nnumber = ""', "decisions.columns.number"),
        ('[words.choice]\nmaybe = "也許"', "words.choice.maybe"),
        ("decisions = 3", "decisions"),
        ('list = "../名冊"', "list"),
        ('[decisions]\ntitle = "決定/其他"', "decisions.title"),
        ('[queries]\ntitle = "勾選"', "queries.title"),
    ],
)
def test_a_mistake_in_a_layout_is_named(own: str, place: str) -> None:
    """The place of the mistake is said."""
    with pytest.raises(BadLayout) as mistake:
        load(own)
    assert mistake.value.place == place


async def test_an_unknown_term_writes_nothing(scene: Scene, out: Path) -> None:
    """No file, no audit entry."""
    with pytest.raises(NoSuchTerm):
        await _export(scene, out, term=Term("120-1"))

    assert _names(out) == []
    assert await scene.rows(AuditEntry, deed="exported done") == []


def test_the_command_writes_the_files_and_says_so(sqlite_url: str, out: Path) -> None:
    """A script gets JSON; a mistake is one sentence and exit code 2."""

    async def settle() -> None:
        store = Store(sqlite_url)
        await cast.settle(store)
        await store.close()

    asyncio.run(settle())
    env = {"BOT_DATABASE_URL": sqlite_url, "BOT_SECRET_KEY": "k" * 44}
    asked = ["export", "done", "--term", "113-1", "--out", str(out)]

    good = CliRunner().invoke(bot, [*asked, "--format", "json"], env=env)
    bad = CliRunner().invoke(bot, [*asked, "--encoding", "cp950"], env=env)

    assert good.exit_code == 0, good.output
    assert json.loads(good.output)["files"] == [str(out / "113_1_辦理紀錄.xlsx")]
    assert bad.exit_code == 2
    assert "--as csv" in bad.output


@pytest.mark.parametrize("form", ["xlsx", "csv"])
async def test_more_rows_than_are_read_at_once_all_arrive(
    scene: Scene, out: Path, form: str
) -> None:
    """Every row arrives; nothing is held back."""
    await _certify_many(scene, MANY)

    exported = await _export(scene, out, form=form)

    assert exported.counts["certifications"] == MANY


async def _certify_many(scene: Scene, count: int) -> None:
    pupil: Person = scene.cast.people["小美"]
    course, teacher = scene.cast.courses["物理"], scene.cast.people["林老師"]
    async with scene.store.writing() as session:
        await session.execute(
            sa.insert(CourseOutcome),
            [
                {
                    "school_id": scene.cast.school.id,
                    "person_id": pupil.id,
                    "course_id": course.id,
                    "term_id": course.term_id,
                    "title": f"作品 {number}",
                    "summary": "",
                    "file_name": "",
                    "file_size": 0,
                    "file_hash": "",
                    "state": OutcomeState.CERTIFIED,
                    "version": 1,
                }
                for number in range(count)
            ],
        )
        table = sa.table(
            "certification",
            *map(sa.column, ("school_id", "outcome_id", "by_id", "decision", "decided_at")),
        )
        chosen = sa.select(
            CourseOutcome.school_id,  # type: ignore[call-overload]
            CourseOutcome.id,
            sa.literal(teacher.id),
            sa.literal("certified"),
            sa.literal(0),
        )
        await session.execute(table.insert().from_select(list(table.c.keys()), chosen))
