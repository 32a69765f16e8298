"""What a rulebook adds acts on the cards: caps of a class, late ends, slips, and time limits."""

import pytest

from handlers.actions import (
    AskQuestion,
    QueryLine,
    RequestCertification,
    SelectItem,
    ShowQuery,
    ShowSelection,
)
from handlers.replies import Tone
from models.queries import windows
from models.queries.digests import progress
from models.rulebooks import shipped
from models.tables import Query, ReceiptLine, Selection
from models.vocabulary import ItemKind, OutcomeState, QueryReason, Stage
from tests.support.cast import outcome, statement, taipei
from tests.support.scene import Scene, text_of

RULES = (
    shipped()["caotun"]
    .read_text("utf-8")
    .replace(
        "[certification]\n",
        '[certification]\nwithin = { school_days = 5, clause = "第七點" }\n',
    )
    + """
[[caps.exceptions]]
grades = [1]
outcomes_selected_per_year = { at_most = 1, clause = "第二點" }

[[caps.exceptions]]
grades = [2]
semesters = [1]
outcomes_uploaded_per_semester = { at_most = 7, clause = "第三點" }

[[extensions]]
stage = "upload"
days = 7
approved_by = "導師"
clause = "第八點"

[queries]
answered_within = { school_days = 3, clause = "第九點" }
"""
)


@pytest.fixture
async def school(scene: Scene) -> Scene:
    """Give the small school with rules of its own; 小美 was in grade 1 in year 112."""
    scene.cast.school.rulebook = RULES
    await scene.change(scene.cast.school, rulebook=RULES)
    return scene


async def test_the_cap_of_the_year_s_class_holds(school: Scene) -> None:
    """What 小美 selects for 112 counts against the cap of grade 1, in which they were then."""
    works = [
        await school.add(
            outcome, by="小美", course="國文", title=title, state=OutcomeState.CERTIFIED
        )
        for title in ("小說改寫", "新詩")
    ]
    shown = await school.ask("小美", ShowSelection(0, ItemKind.OUTCOME))
    assert "0/1" in text_of(shown)
    replies = [await school.ask("小美", SelectItem(0, ItemKind.OUTCOME, work.id)) for work in works]
    assert [reply.cards[0].tone is Tone.REFUSED for reply in replies] == [False, True]
    assert len(await school.rows(Selection)) == 1


async def test_questions_about_the_rules_are_answered_for_the_class_and_term(
    school: Scene,
) -> None:
    """The cap of grade 2 in its first semester, and until when a late upload may be allowed."""
    many = await school.ask("小美", AskQuestion("可以上傳幾件"))
    assert "at most 7 (草屯補充規定第三點)" in text_of(many)
    until = await school.ask("小美", AskQuestion("上傳什麼時候截止"))
    said = "Late, with leave: with the leave of 導師 until 114/2/10 (Mon) at the latest"
    assert said in text_of(until)
    staff = await school.ask("註冊組", AskQuestion("上傳什麼時候截止"))
    assert said in text_of(staff)


async def test_whoever_sends_a_work_reads_how_long_it_may_take(school: Scene) -> None:
    """The school's own limit, on its own clock, with its clause."""
    work = await school.add(outcome, by="小美")
    sent = await school.ask("小美", RequestCertification(work.id, 1))
    assert "at most 5 school days (草屯補充規定第七點)" in text_of(sent)


async def test_a_query_has_a_day_by_which_it_is_answered(school: Scene) -> None:
    """Three school days from a Friday is Wednesday; pupil and office read the same day."""
    school.now = taipei(2024, 10, 11, 12)
    row = await school.add(statement, of="小美")
    (line, _) = await school.rows(ReceiptLine)
    raised = await school.ask("小美", QueryLine(row.id, line.id, QueryReason.WRONG_FILE))
    assert "The school answers by 113/10/16 (Wed) (草屯補充規定第九點)." in text_of(raised)
    (query,) = await school.rows(Query)
    shown = await school.ask("註冊組", ShowQuery(query.id), at=taipei(2024, 10, 14, 8))
    assert "Answer by: 113/10/16 (Wed) (草屯補充規定第九點)" in text_of(shown)


async def test_a_class_is_told_of_as_it_was_in_the_window_s_year(school: Scene) -> None:
    """Class 201 of 113 was in grade 1 in the year that it selects for."""
    async with school.store.reading() as session:
        known = await windows.of_school(session, school.cast.school.id)
        grades = {
            (found.stage, each.grade, each.division)
            for found in known
            if found.stage in (Stage.SELECTION, Stage.UPLOAD)
            for each in await progress(session, school.cast.school.id, found, school.now)
        }
    assert {(stage, grade) for stage, grade, _ in grades} >= {
        (Stage.SELECTION, 1),
        (Stage.UPLOAD, 2),
    }
