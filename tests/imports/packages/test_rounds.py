"""Rounds opened with packages, on both engines: a second one asks only about what has changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.imports.taking import Ending
from models.queries import import_runs, importing
from models.tables import Query, ReceiptLine, ReceiptStatement, Window
from models.vocabulary import QueryReason, QueryState, Stage
from tests.imports.packages.conftest import NUMBERS, exported, take
from tests.imports.packages.returning import content_of, files_of
from tests.support.cast import taipei
from tests.support.scene import Scene

OUTCOMES = "課程學習成果"


async def test_a_second_round_asks_only_whose_statement_is_another_now(
    scene: Scene, tmp_path: Path
) -> None:
    """Queries stay open for the office, which sees what became of each; undoing takes all back."""
    content = content_of(await exported(scene, tmp_path / "lists"))
    await _second_window(scene)
    await take(scene, files_of(content))
    ming = scene.cast.people["阿明"]
    (statement,) = await scene.rows(ReceiptStatement, person_id=ming.id)
    line = (await scene.rows(ReceiptLine, statement_id=statement.id))[0]
    await _doubt(scene, statement, line, QueryState.OPEN)
    hua = scene.cast.people["小華"]
    (other,) = await scene.rows(ReceiptStatement, person_id=hua.id)
    await _doubt(scene, other, None, QueryState.CORRECTED)
    (outcome,) = content[OUTCOMES][f"{NUMBERS['阿明']} 0970503"]["學期課程學習成果"]
    outcome["修課學分"] = "2"

    second = await take(scene, files_of(content), round_number=2)
    assert second.report.ending is Ending.WRITTEN
    assert second.later.unchanged == 1  # 小美
    assert [(each.pupil, each.title, each.changed) for each in second.later.doubts] == [
        (ming.number, "作文", True),
        (hua.number, "", False),
    ]
    asked = {row.person_id for row in (await scene.rows(ReceiptStatement))[3:]}
    assert asked == {ming.id, hua.id}
    assert [row.state for row in await scene.rows(Query)] == ["open", "corrected"]

    again = await take(scene, files_of(content), round_number=2)
    assert again.report.ending is Ending.NOTHING_NEW
    async with scene.store.writing() as session:
        await importing.lock(session, scene.cast.school.id)
        await import_runs.undo(session, scene.cast.school.id, scene.now)
    assert len(await scene.rows(ReceiptStatement)) == 3


async def _second_window(scene: Scene) -> None:
    async with scene.store.writing() as session:
        session.add(
            Window(
                school_id=scene.cast.school.id,
                term_id=scene.cast.terms["112-2"].id,
                stage=Stage.RECEIPT,
                round=2,
                grades="1,2",
                opens_at=taipei(2024, 10, 16),
                closes_at=taipei(2024, 10, 16) + timedelta(days=3),
            )
        )


async def _doubt(scene: Scene, statement: Any, line: ReceiptLine | None, state: QueryState) -> None:
    async with scene.store.writing() as session:
        session.add(
            Query(
                school_id=statement.school_id,
                statement_id=statement.id,
                line_id=line.id if line else None,
                person_id=statement.person_id,
                reason=QueryReason.OTHER_DIFFERENCE if line else QueryReason.MISSING_ITEM,
                state=state,
                raised_at=scene.now,
            )
        )
