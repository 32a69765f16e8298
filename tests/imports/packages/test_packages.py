"""Receipt packages at a school: what went out comes back, differences are told, rounds open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col

from bot.imports.packages.refusals import Flaw, PackageRefused
from bot.imports.taking import Ending
from models.queries.receipt_imports import NoReceiptWindow
from models.rules.importing.packages import Deviance
from models.rules.importing.problems import Reason
from models.tables import (
    AuditEntry,
    Confirmation,
    Notice,
    Person,
    ReceiptLine,
    ReceiptStatement,
)
from models.vocabulary import StatementPart
from tests.imports.packages.conftest import NUMBERS, RARE, exported, identities, take
from tests.imports.packages.packing import part, person
from tests.imports.packages.returning import Content, content_of, files_of
from tests.support.scene import Scene

WHO = {name: f"{number} 0970503" for name, number in NUMBERS.items()}
OUTCOMES = "課程學習成果"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Ask on one engine what is about packages; what is asked of both stands in test_rounds."""
    return sqlite_url


@pytest.fixture
async def content(scene: Scene, tmp_path: Path) -> Content:
    """Give what the name lists of three pupils held."""
    return content_of(await exported(scene, tmp_path / "lists"))


async def lines_of(scene: Scene, name: str) -> list[tuple[str, str, str]]:
    """Return a pupil's lines of all rounds, as (part, title, detail)."""
    async with scene.store.reading() as session:
        rows = await session.execute(
            sa.select(col(ReceiptLine.part), col(ReceiptLine.title), col(ReceiptLine.detail))
            .join(ReceiptStatement, col(ReceiptStatement.id) == col(ReceiptLine.statement_id))
            .where(col(ReceiptStatement.person_id) == scene.cast.people[name].id)
            .order_by(col(ReceiptLine.id))
        )
        return [(part.value, title, detail) for part, title, detail in rows]


def told(report: Any) -> list[tuple[str, str, str]]:
    """Return how what came back differs: deviance, pupil's number, title."""
    return [(each.deviance, each.pupil, each.title) for each in report.matched.deviations]


def reasons(report: Any) -> set[tuple[str, int, Reason]]:
    """Return sheet or file, row or entry, and reason of every problem."""
    return {(each.place.sheet, each.place.row, each.reason) for each in report.report.problems}


async def test_what_went_out_as_a_name_list_comes_back_as_a_package(
    scene: Scene, content: Content
) -> None:
    """Every row is the one submitted; a look writes nothing; lines have the pupil's own titles."""
    days = {NUMBERS["小美"]: "97/05/03", NUMBERS["阿明"]: "2008/05/03"}
    content["修課紀錄"] = {
        WHO["小美"]: {
            "學期成績": [
                {"科目名稱": name, "修課學年度": 112, "修課學期": 2, "學業成績": 87}
                for name in ("國文", "數學")
            ]
        }
    }
    look = await take(scene, files_of(content, days=days), dry_run=True)

    assert (look.report.ending, look.pupils) == (Ending.WOULD_WRITE, 3)
    assert (told(look), look.matched.same, look.uncompared, look.absent) == ([], 7, [], [])
    assert not await scene.rows(ReceiptStatement)

    taken = await take(scene, files_of(content, days=days))
    assert taken.report.ending is Ending.WRITTEN
    assert [row.version for row in await scene.rows(ReceiptStatement)] == [1, 1, 1]
    outcome, performance, officer, record = await lines_of(scene, "小美")
    assert outcome[:2] == ("outcome", "小說改寫")
    assert outcome[2].startswith(f"國文；學期課程學習成果；{RARE}".replace("\n", " "))
    assert performance[:2] == ("performance", "科展1")
    assert performance[2].startswith("競賽參與紀錄；")
    assert officer == ("officer_record", "班長", "幹部經歷；101 班；開始日期：1130216")
    assert record == ("course_record", "112-2 學期成績（2 科）", "國文、數學")
    assert (await take(scene, files_of(content))).report.ending is Ending.NOTHING_NEW
    del content["修課紀錄"]
    shorter = await take(scene, files_of(content))
    assert shorter.report.ending is Ending.NEEDS_CONSENT
    await take(scene, files_of(content), consent=1)
    assert [row.version for row in await scene.rows(ReceiptStatement)] == [2, 1, 1]


async def test_no_identity_number_nor_birth_date_is_kept(scene: Scene, content: Content) -> None:
    """Not in any table, even where a row repeats it; what is audited are counts."""
    for row in content[OUTCOMES][WHO["小美"]]["學期課程學習成果"]:
        row |= {"身分證字號": NUMBERS["小美"], "生日": "97/5/3"}
    await take(scene, files_of(content))
    kept = []
    async with scene.store.reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            kept += [repr(row) for row in await session.execute(sa.select(table))]
    secrets = (*NUMBERS.values(), "0970503", "97/5/3", "2008-05-03", "datetime.date(2008, 5, 3)")
    assert not [row for row in kept if any(secret in row for secret in secrets)]
    assert (await scene.rows(AuditEntry))[-1].facts["subject"] == "receipts"


async def test_what_differs_from_what_was_submitted_is_told_before_the_round_opens(
    scene: Scene, content: Content
) -> None:
    """A changed cell, a work that did not come back, one that nobody sent: each by pupil."""
    numbers = {name: scene.cast.people[name].number for name in NUMBERS}
    (outcome,) = content[OUTCOMES][WHO["小美"]]["學期課程學習成果"]
    outcome["修課學分"] = "3"
    del content[OUTCOMES][WHO["阿明"]]
    content["多元表現"][WHO["小華"]]["作品成果紀錄"] = [{"名稱": "壁畫", "內容簡述": "新的"}]

    report = await take(scene, files_of(content), dry_run=True)
    assert told(report) == [
        (Deviance.CHANGED, numbers["小美"], "小說改寫"),
        (Deviance.NOT_SUBMITTED, numbers["小華"], "壁畫"),
        (Deviance.NOT_RECEIVED, numbers["阿明"], "作文"),
    ]
    assert report.matched.deviations[0].columns == (("修課學分", "4", "3"),)
    assert report.absent == [StatementPart.COURSE_RECORD]


async def test_without_an_exported_list_nothing_is_compared_and_that_is_said(scene: Scene) -> None:
    """Rows are called by their own columns; of equal ones the second is numbered."""
    row = {"科目名稱": "國文", "成果簡述": "摘要"}
    files = {"a.json": part(OUTCOMES, person({"學期課程學習成果": [row, row]}))}
    report = await take(scene, files)
    assert (report.uncompared, told(report)) == ([StatementPart.OUTCOME], [])
    assert await lines_of(scene, "小美") == [
        ("outcome", "國文", "學期課程學習成果；摘要"),
        ("outcome", "國文", "學期課程學習成果；摘要（相同的第 2 筆）"),
    ]


async def test_who_is_nobody_here_is_told_by_reason_and_the_others_can_be_taken(
    scene: Scene, content: Content
) -> None:
    """Not in the mapping, another birth date, in the mapping and not here, a row that is none."""
    content[OUTCOMES][WHO["小美"]]["補修課程學習成果"] = [["一列"]]  # type: ignore[list-item]
    days = {NUMBERS["阿明"]: "0970504"}
    known = identities(scene, "小美", "阿明")
    foreign = identities(scene, "小華").found[scene.cast.people["小華"].number]
    files = files_of(content, days=days)

    unmapped = await take(scene, files, known=known)
    assert unmapped.report.ending is Ending.BAD_ROWS
    assert reasons(unmapped) == {
        (f"{OUTCOMES}.json", 2, Reason.OTHER_BIRTH_DATE),
        ("多元表現.json", 2, Reason.OTHER_BIRTH_DATE),
        (f"{OUTCOMES}.json", 3, Reason.NOT_MAPPED),
        ("多元表現.json", 3, Reason.NOT_MAPPED),
        ("補修課程學習成果", 1, Reason.UNREADABLE_ROW),
    }
    assert not any(number in repr(unmapped) for number in NUMBERS.values())

    elsewhere = type(known)({**known.found, "999999": foreign})
    mapped = await take(scene, files, known=elsewhere)
    assert ("學期課程學習成果", 3, Reason.UNKNOWN_PUPIL) in reasons(mapped)
    content[OUTCOMES][WHO["小美"]].pop("補修課程學習成果")
    left = await take(scene, files_of(content, days=days), known=known, skip_bad=True)
    assert left.report.ending is Ending.WRITTEN
    (statement,) = await scene.rows(ReceiptStatement)
    assert statement.person_id == scene.cast.people["小美"].id


async def test_who_has_left_the_school_has_a_statement_and_is_named_for_the_mail(
    scene: Scene, content: Content
) -> None:
    """111函 五(三): theirs is printed."""
    await scene.change(scene.cast.people["小華"], departed=True)
    report = await take(scene, files_of(content))
    assert report.departed == [scene.cast.people["小華"].number]
    assert report.report.told["on_paper"] == 1
    assert len(await scene.rows(ReceiptStatement)) == 3


async def test_a_package_of_another_school_or_year_or_round_is_refused(
    scene: Scene, content: Content
) -> None:
    """What it says of itself counts; without a word of it the mapping decides."""
    for flaw, cover in (
        (Flaw.OTHER_SCHOOL, {"school": "070401", "year": "112"}),
        (Flaw.OTHER_YEAR, {"school": "060402", "year": "111"}),
    ):
        with pytest.raises(PackageRefused) as refused:
            await take(scene, files_of(content, cover["year"], cover["school"]))
        assert refused.value.why is flaw
    with pytest.raises(NoReceiptWindow):
        await take(scene, files_of(content), round_number=3)
    assert not await scene.rows(ReceiptStatement)


async def test_an_answered_round_stays_and_is_never_written_over_by_a_package(
    scene: Scene, content: Content
) -> None:
    """Whoever confirmed has seen what they confirmed: it has to come as the next round."""
    await take(scene, files_of(content))
    first = (await scene.rows(ReceiptStatement))[0]
    async with scene.store.writing() as session:
        session.add(
            Confirmation(
                school_id=first.school_id,
                statement_id=first.id,
                person_id=first.person_id,
                confirmed_at=scene.now,
            )
        )
    before = await lines_of(scene, "小美")
    content[OUTCOMES][WHO["小美"]]["學期課程學習成果"][0]["成果簡述"] = "改過"
    report = await take(scene, files_of(content))
    assert {reason for _, _, reason in reasons(report)} == {Reason.ROUND_BEGUN}
    assert await lines_of(scene, "小美") == before
    assert not await scene.rows(Notice, kind="receipt_opened")  # the window opens tomorrow
    assert (await scene.rows(Person))[0].departed is False
