"""The receipt: every line is shown, answered once, and silence is derived, never written."""

import asyncio
from datetime import datetime, timedelta

import pytest

from handlers.actions import (
    AskAboutLine,
    ConfirmReceipt,
    QueryLine,
    ShowHome,
    ShowReceipt,
    ShowStatus,
)
from handlers.replies import Reply, Tone
from models.tables import AuditEntry, Confirmation, Notice, Query, ReceiptLine, ReceiptStatement
from models.vocabulary import NoticeKind, QueryReason, QueryState
from tests.support.cast import statement, taipei
from tests.support.scene import Scene, buttons_of, text_of

OPEN = taipei(2024, 10, 10, 12)
CLOSES = taipei(2024, 10, 15)


@pytest.fixture
async def received(scene: Scene) -> ReceiptStatement:
    """Give 小美's statement of 112-2, whose window is open."""
    scene.now = OPEN
    row: ReceiptStatement = await scene.add(statement, of="小美")
    return row


def refused(reply: Reply) -> bool:
    """Say whether the reply is a refusal."""
    return reply.cards[0].tone is Tone.REFUSED


async def line_ids(scene: Scene) -> list[int]:
    """Return the ids of all receipt lines in their order."""
    return [line.id for line in await scene.rows(ReceiptLine)]


async def test_the_card_shows_every_line_the_deadline_and_what_silence_means(
    scene: Scene, received: ReceiptStatement
) -> None:
    """Part, title and detail of each line; the clause of silence; a button to say it is right."""
    reply = await scene.ask("小美", ShowReceipt(0))
    shown = text_of(reply)
    assert reply.summary == "Receipt statement 112-2; until 113/10/14 (Mon), 4 days left"
    assert "小說改寫 | Course outcome, 國文" in shown
    assert "科展 | Diverse performance, 競賽參與紀錄" in shown
    assert "113/10/14 (Mon), 4 days left" in shown
    assert "deemed confirmed (K12EA letter of 2025, point 6)" in shown
    assert buttons_of(reply)["All is correct"].action == ConfirmReceipt(received.id, 1)


async def test_a_long_statement_is_read_page_by_page(scene: Scene) -> None:
    """Eight lines a page; reading on stands out until the last page."""
    scene.now = OPEN
    await scene.add(statement, of="小美", titles=tuple(f"作品{number:02}" for number in range(17)))
    first = await scene.ask("小美", ShowReceipt(0))
    assert "page 1 of 3" in text_of(first)
    assert first.cards[0].buttons[0].label == "Next page"
    last = await scene.ask("小美", ShowReceipt(0, 2))
    assert "作品16" in text_of(last)
    assert last.cards[0].buttons[0].label == "All is correct"


@pytest.mark.parametrize("times", [2, 10])
async def test_confirming_is_kept_once(
    scene: Scene, received: ReceiptStatement, times: int
) -> None:
    """Further taps hear when it was confirmed."""
    asked = ConfirmReceipt(received.id, 1)
    replies = [await scene.ask("小美", asked) for _ in range(times)]
    assert [refused(reply) for reply in replies] == [False] + [True] * (times - 1)
    assert replies[0].matters
    assert "Confirmed: Receipt statement 112-2" in replies[0].summary
    assert "113/10/10 (Thu) 12:00" in replies[-1].summary
    assert len(await scene.rows(Confirmation)) == 1
    assert len(await scene.rows(AuditEntry)) == 1


async def test_taps_at_the_same_moment_confirm_once(
    scene: Scene, received: ReceiptStatement
) -> None:
    """Ten taps side by side leave one confirmation."""
    asked = ConfirmReceipt(received.id, 1)
    replies = await asyncio.gather(*(scene.ask("小美", asked) for _ in range(10)))
    assert sum(not refused(reply) for reply in replies) == 1
    assert len(await scene.rows(Confirmation)) == 1


async def test_a_card_of_an_older_import_does_not_confirm(
    scene: Scene, received: ReceiptStatement
) -> None:
    """What was imported anew is shown before it is confirmed."""
    await scene.change(received, version=2)
    reply = await scene.ask("小美", ConfirmReceipt(received.id, 1))
    assert refused(reply)
    assert buttons_of(reply)["All is correct"].action == ConfirmReceipt(received.id, 2)
    assert await scene.rows(Confirmation) == []


@pytest.mark.parametrize(
    ("micros", "inside"), [(-1_000, True), (-1, True), (0, False), (1, False), (1_000, False)]
)
async def test_the_last_instant_to_answer_is_just_before_the_end(
    scene: Scene, received: ReceiptStatement, micros: int, inside: bool
) -> None:
    """A deadline is an exclusive instant, for confirming and for queries."""
    at = CLOSES + timedelta(microseconds=micros)
    (line, _) = await line_ids(scene)
    doubt = QueryLine(received.id, line, QueryReason.WRONG_FILE)
    confirmed = await scene.ask("小美", ConfirmReceipt(received.id, 1), at=at)
    queried = await scene.ask("小美", doubt, at=at)
    assert (refused(confirmed), refused(queried)) == (not inside, not inside)
    assert len(await scene.rows(Confirmation)) == int(inside)
    assert len(await scene.rows(Query)) == int(inside)


@pytest.mark.parametrize(
    "reason", [QueryReason.WRONG_FILE, QueryReason.WRONG_COURSE, QueryReason.OTHER_DIFFERENCE]
)
async def test_a_query_on_a_line_reaches_the_registrar(
    scene: Scene, received: ReceiptStatement, reason: QueryReason
) -> None:
    """The line keeps the reason; the registrar is told once; the statement shows it."""
    (line, _) = await line_ids(scene)
    asking = await scene.ask("小美", AskAboutLine(received.id, line))
    assert "What is different about “小說改寫”?" in asking.summary
    actions = [button.action for button in buttons_of(asking).values()]
    assert QueryLine(received.id, line, reason) in actions
    reply = await scene.ask("小美", QueryLine(received.id, line, reason))
    assert reply.matters
    assert "Query raised: “小說改寫”" in reply.summary
    (query,) = await scene.rows(Query)
    assert (query.line_id, query.reason, query.state) == (line, reason, QueryState.OPEN)
    (notice,) = await scene.rows(Notice)
    assert notice.kind is NoticeKind.OFFICE_DIGEST
    assert notice.person_id == scene.cast.people["註冊組"].id
    assert notice.occasion == "office-digest/2024-10-11"  # the 10th is a holiday
    shown = text_of(await scene.ask("小美", ShowReceipt(0)))
    assert "小說改寫 | Course outcome, 國文 | Query is being looked into" in shown
    assert "State: You raised a query" in shown


async def test_a_missing_work_is_a_query_without_a_line(
    scene: Scene, received: ReceiptStatement
) -> None:
    """It is raised once, however often it is tapped, at once or one after another."""
    asking = await scene.ask("小美", AskAboutLine(received.id, 0))
    asked = QueryLine(received.id, 0, QueryReason.MISSING_ITEM)
    assert buttons_of(asking)["A work is missing"].action == asked
    replies = await asyncio.gather(*(scene.ask("小美", asked) for _ in range(10)))
    assert sum(not refused(reply) for reply in replies) == 1
    (query,) = await scene.rows(Query)
    assert query.line_id is None
    assert len(await scene.rows(AuditEntry, deed="raised query")) == 1
    assert len(await scene.rows(Notice)) == 1


async def test_the_wish_to_improve_a_work_is_answered_with_the_clause(
    scene: Scene, received: ReceiptStatement
) -> None:
    """Nothing is kept, the school's clause is named, and the real reasons follow."""
    (line, _) = await line_ids(scene)
    reply = await scene.ask("小美", QueryLine(received.id, line, QueryReason.COULD_BE_BETTER))
    assert refused(reply)
    assert "第六點(三)" in reply.summary
    assert "Wrong file" in buttons_of(reply)
    assert await scene.rows(Query) == []


async def test_a_query_is_still_possible_after_confirming(
    scene: Scene, received: ReceiptStatement
) -> None:
    """Within the window the later word counts; with an open query nothing is confirmed."""
    (first, second) = await line_ids(scene)
    await scene.ask("小美", ConfirmReceipt(received.id, 1))
    reply = await scene.ask("小美", QueryLine(received.id, first, QueryReason.WRONG_FILE))
    assert not refused(reply)
    shown = await scene.ask("小美", ShowReceipt(0))
    assert "State: You raised a query" in text_of(shown)
    assert "All is correct" not in buttons_of(shown)
    assert not refused(
        await scene.ask("小美", QueryLine(received.id, second, QueryReason.WRONG_FILE))
    )


async def test_only_reasons_that_fit_the_part_are_offered(
    scene: Scene, received: ReceiptStatement
) -> None:
    """A performance has no course; an old card that still says so is answered with the reasons."""
    (_, performance) = await line_ids(scene)
    offered = buttons_of(await scene.ask("小美", AskAboutLine(received.id, performance)))
    assert "Wrong course" not in offered
    assert {"Wrong file", "Another difference"} <= set(offered)
    old_card = QueryLine(received.id, performance, QueryReason.WRONG_COURSE)
    reply = await scene.ask("小美", old_card)
    assert refused(reply)
    assert "What is different about “科展”?" in text_of(reply)
    assert await scene.rows(Query) == []


async def test_whoever_has_an_open_query_does_not_confirm_by_an_old_card(
    scene: Scene, received: ReceiptStatement
) -> None:
    """The old card is answered with the statement and its query."""
    await scene.ask("小美", QueryLine(received.id, 0, QueryReason.MISSING_ITEM))
    reply = await scene.ask("小美", ConfirmReceipt(received.id, 1))
    assert refused(reply)
    assert await scene.rows(Confirmation) == []


@pytest.mark.parametrize("at", [CLOSES, CLOSES + timedelta(days=30)])
async def test_silence_is_deemed_confirmed_without_anything_being_written(
    scene: Scene, received: ReceiptStatement, at: datetime
) -> None:
    """The card derives it at every look, the moment after the end and a month later (C2)."""
    reply = await scene.ask("小美", ShowReceipt(0), at=at)
    assert "State: Deemed confirmed" in text_of(reply)
    assert set(buttons_of(reply)) == {"To the overview"}
    assert await scene.rows(Confirmation) == []
    assert received.id


async def test_the_home_card_tells_of_silence_after_the_window(
    scene: Scene, received: ReceiptStatement
) -> None:
    """For a while the home card says what became of the statement."""
    assert received.id
    before = text_of(await scene.ask("小美", ShowHome()))
    after = text_of(await scene.ask("小美", ShowHome(), at=CLOSES))
    later = text_of(await scene.ask("小美", ShowHome(), at=CLOSES + timedelta(days=31)))
    assert "The school submitted 2 lines about you" in before
    assert "If you neither confirm nor raise a query by then" in before
    assert "Receipt statement 112-2 | The time to check ended on 113/10/14 (Mon) | Deemed" in after
    assert "Receipt statement" not in later


async def test_absent_and_foreign_statements_look_the_same(
    scene: Scene, received: ReceiptStatement
) -> None:
    """Neither a classmate nor a teacher reads or answers somebody's statement."""
    (line, _) = await line_ids(scene)
    for action in (
        ConfirmReceipt(received.id, 1),
        AskAboutLine(received.id, line),
        QueryLine(received.id, line, QueryReason.WRONG_FILE),
    ):
        assert refused(await scene.ask("阿明", action))
        assert await scene.ask("阿明", action) == await scene.ask("註冊組", action)
    absent = await scene.ask("小美", ConfirmReceipt(999_999, 1))
    assert absent == await scene.ask("阿明", ConfirmReceipt(received.id, 1))
    assert await scene.rows(AuditEntry) == []


async def test_a_line_of_another_statement_is_not_queried(
    scene: Scene, received: ReceiptStatement
) -> None:
    """A line belongs to its statement, whatever a button says."""
    await scene.add(statement, of="阿明")
    foreign = (await line_ids(scene))[-1]
    reply = await scene.ask("小美", QueryLine(received.id, foreign, QueryReason.WRONG_FILE))
    assert refused(reply)
    assert await scene.rows(Query) == []


async def test_a_pupil_without_a_statement_is_told_so(scene: Scene) -> None:
    """An open receipt window without a statement is no error."""
    reply = await scene.ask("小美", ShowReceipt(0), at=OPEN)
    assert "no statement yet" in reply.summary
    assert "Receipt" not in (await scene.ask("小美", ShowHome(), at=OPEN)).cards[0].title
    assert "No work is recorded" in text_of(await scene.ask("小美", ShowStatus(), at=OPEN))
