"""The office settles receipt queries: its list, two ways to settle, and what its pupil learns."""

from datetime import timedelta

import pytest

from handlers.actions import (
    AskQuestion,
    ConfirmReceipt,
    CorrectQuery,
    ExplainQuery,
    QueryLine,
    ShowHome,
    ShowQueries,
    ShowQuery,
    ShowReceipt,
)
from handlers.replies import Tone
from handlers.typed import understand
from models.tables import AuditEntry, Notice, Query, ReceiptLine, ReceiptStatement, Submission
from models.tables import Window as WindowRow
from models.vocabulary import NoticeKind, QueryReason, QueryState, Stage, StatementPart
from tests.support.cast import statement, taipei
from tests.support.scene import Scene, buttons_of, text_of

OPEN = taipei(2024, 10, 11, 12)


@pytest.fixture
async def query(scene: Scene) -> Query:
    """Give a query of 小美 on the first line of the statement."""
    scene.now = OPEN
    row: ReceiptStatement = await scene.add(statement, of="小美")
    (line, _) = await scene.rows(ReceiptLine)
    await scene.ask("小美", QueryLine(row.id, line.id, QueryReason.WRONG_FILE))
    (raised,) = await scene.rows(Query)
    return raised  # type: ignore[no-any-return]


async def told(scene: Scene) -> list[Notice]:
    """Return what 小美 is to be told of queries."""
    return await scene.rows(
        Notice, person_id=scene.cast.people["小美"].id, kind=NoticeKind.QUERY_SETTLED
    )


async def test_the_list_leads_to_a_query_and_to_its_settling(scene: Scene, query: Query) -> None:
    """The registrar sees whose it is, corrects it, and the pupil is told once."""
    listed = await scene.ask("註冊組", ShowQueries())
    assert listed.summary == "1 query waits"
    assert "class 201, no. 12 小美 | 小說改寫 | Wrong file, since 10/11" in text_of(listed)

    shown = await scene.ask("註冊組", buttons_of(listed)["Open"].action)
    assert "About: “小說改寫” (國文)" in text_of(shown)
    assert f"type “explain {query.id}”" in text_of(shown)

    done = await scene.ask("註冊組", buttons_of(shown)["Corrected, next round"].action)
    assert done.summary == "✅ Query: corrected in a later round"
    assert "0 queries wait" in text_of(done)
    (kept,) = await scene.rows(Query)
    assert (kept.state, kept.settled_at) == (QueryState.CORRECTED, OPEN)
    assert len(await told(scene)) == 1
    (entry,) = await scene.rows(AuditEntry, deed="settled query")
    assert entry.person_id == scene.cast.people["小美"].id
    assert "No query waits." in text_of(await scene.ask("註冊組", ShowQueries()))


async def test_an_explanation_is_typed_and_the_first_word_stays(scene: Scene, query: Query) -> None:
    """The office's words are kept for the pupil; settling again changes nothing."""
    await scene.ask("註冊組", understand(f"說明 {query.id} 檔案和你上傳的一樣。"))
    again = await scene.ask("註冊組", CorrectQuery(query.id))

    assert again.cards[0].title == "Already done"
    (kept,) = await scene.rows(Query)
    assert (kept.state, kept.explanation) == (QueryState.EXPLAINED, "檔案和你上傳的一樣。")
    assert len(await told(scene)) == 1
    assert "Query: explained" in text_of(await scene.ask("小美", ShowReceipt(0)))


async def test_who_got_an_explanation_can_confirm(scene: Scene, query: Query) -> None:
    """An explained query leaves the statement to its pupil, who can now agree in time."""
    while_open = buttons_of(await scene.ask("小美", ShowReceipt(0)))
    await scene.ask("註冊組", understand(f"說明 {query.id} 檔案和你上傳的一樣。"))
    explained = buttons_of(await scene.ask("小美", ShowReceipt(0)))
    (row,) = await scene.rows(ReceiptStatement)
    scene.now += timedelta(minutes=1)
    await scene.ask("小美", ConfirmReceipt(row.id, row.version))

    assert "All is correct" not in while_open
    assert "All is correct" in explained
    assert "Confirmed by you" in text_of(await scene.ask("小美", ShowReceipt(0)))


async def test_queries_are_the_registrars_business(scene: Scene, query: Query) -> None:
    """Everybody else is refused, learns no name, and changes nothing."""
    for name in scene.cast.people:
        if name == "註冊組":
            continue
        for action in (
            ShowQueries(),
            ShowQuery(query.id),
            CorrectQuery(query.id),
            ExplainQuery(query.id, "因為"),
        ):
            reply = await scene.ask(name, action)
            assert reply.cards[0].tone is Tone.REFUSED
            assert "小說改寫" not in text_of(reply)
    assert await told(scene) == []


@pytest.mark.usefixtures("query")
async def test_queries_and_questions_are_one_message_a_morning(scene: Scene) -> None:
    """Whatever comes in until the next school morning; what comes after it is told the next.

    The last question is to be answered by the 17th, so the morning of the 16th tells of it again.
    """
    scene.now = taipei(2024, 10, 12, 9)  # a Saturday
    await scene.ask("阿明", AskQuestion("補考的作品要怎麼處理呢？"))
    scene.now = taipei(2024, 10, 14, 9)
    await scene.ask("阿明", AskQuestion("轉學以前的作品要怎麼處理呢？"))

    digests = await scene.rows(Notice, kind=NoticeKind.OFFICE_DIGEST)

    assert [row.due_at for row in digests] == [
        taipei(2024, 10, 14, 7, 30),
        taipei(2024, 10, 15, 7, 30),
        taipei(2024, 10, 16, 7, 30),
    ]


async def test_home_tells_the_present_round_and_an_open_query_of_the_last(
    scene: Scene, query: Query
) -> None:
    """Round two stands with its own state; of round one only that its query is still open."""
    await _second_round(scene)
    scene.now = taipei(2024, 10, 17, 9)

    home = text_of(await scene.ask("小美", ShowHome()))
    assert "Receipt statement 112-2, round 1 |  | Query is being looked into" in home
    assert "You raised a query" not in home
    assert "The school submitted 1 line about you. Is it right?" in home

    await scene.ask("註冊組", CorrectQuery(query.id))
    home = text_of(await scene.ask("小美", ShowHome()))
    assert "round 1" not in home

    (_, second) = await scene.rows(ReceiptStatement)
    await scene.ask("小美", ConfirmReceipt(second.id, 1))
    assert "Confirmed by you" in text_of(await scene.ask("小美", ShowHome()))


async def _second_round(scene: Scene) -> None:
    """Plan a second receipt window, with a statement of one line."""
    cast = scene.cast
    async with scene.store.writing() as session:
        session.add(
            WindowRow(
                school_id=cast.school.id,
                term_id=cast.terms["112-2"].id,
                stage=Stage.RECEIPT,
                round=2,
                grades="1,2",
                opens_at=taipei(2024, 10, 16),
                closes_at=taipei(2024, 10, 19),
            )
        )
        submission = Submission(
            school_id=cast.school.id,
            term_id=cast.terms["112-2"].id,
            round=2,
            submitted_at=taipei(2024, 10, 15, 12),
        )
        session.add(submission)
        await session.flush()
        row = ReceiptStatement(
            school_id=cast.school.id,
            submission_id=submission.id,
            person_id=cast.people["小美"].id,
            imported_at=taipei(2024, 10, 15, 12),
        )
        session.add(row)
        await session.flush()
        session.add(
            ReceiptLine(
                school_id=cast.school.id,
                statement_id=row.id,
                number=1,
                part=StatementPart.OUTCOME,
                title="小說改寫",
            )
        )
