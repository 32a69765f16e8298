"""The status of each work through all stages, and one work with all that can be done about it."""

from datetime import datetime, timedelta

import pytest

from handlers.actions import (
    NudgeTeacher,
    RequestCertification,
    SelectItem,
    ShowItem,
    ShowReceipt,
    ShowStatus,
    UnselectItem,
)
from models.tables import Certification, Confirmation, Query, ReceiptLine
from models.vocabulary import (
    CertificationDecision,
    ItemKind,
    OutcomeState,
    QueryReason,
    QueryState,
    ReturnReason,
)
from tests.support.cast import outcome, performance, statement, taipei
from tests.support.scene import Scene, buttons_of, text_of

OPEN = taipei(2024, 10, 10, 12)


async def state_of(scene: Scene, title: str, at: datetime | None = None) -> str:
    """Return the state of a work as 小美's list shows it."""
    reply = await scene.ask("小美", ShowStatus(), at=at)
    lines = [line for line in text_of(reply).splitlines() if line.startswith(f"{title} | ")]
    assert len(lines) == 1
    return lines[0].rsplit(" | ", 1)[1]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (OutcomeState.DRAFT, "Draft"),
        (OutcomeState.UPLOADED, "Uploaded, not sent for certification yet"),
        (OutcomeState.AWAITING, "Waiting for certification"),
        (OutcomeState.RETURNED, "Returned"),
        (OutcomeState.CERTIFIED, "Certified, not selected"),
    ],
)
async def test_until_certification_the_state_is_the_step(
    scene: Scene, state: OutcomeState, said: str
) -> None:
    """The list names course, term, day and state."""
    await scene.add(outcome, by="小美", state=state)
    reply = await scene.ask("小美", ShowStatus())
    assert f"斜面實驗報告 | 物理, 113-1, 113/9/1 (Sun) | {said}" in text_of(reply)


async def test_a_work_is_followed_from_certified_to_deemed_confirmed(scene: Scene) -> None:
    """Certified, selected, submitted, receipt open, deemed confirmed: derived from the rows."""
    row = await scene.add(
        outcome, by="小美", course="國文", title="小說改寫", state=OutcomeState.CERTIFIED
    )
    assert await state_of(scene, "小說改寫") == "Certified, not selected"
    await scene.ask("小美", SelectItem(0, ItemKind.OUTCOME, row.id))
    assert await state_of(scene, "小說改寫") == "Selected"
    await scene.add(statement, of="阿明")
    assert await state_of(scene, "小說改寫", OPEN) == "Submitted"
    await scene.add(statement, of="小美")
    assert await state_of(scene, "小說改寫", OPEN) == "Submitted, receipt to be checked"
    assert await state_of(scene, "小說改寫", taipei(2024, 10, 15)) == "Deemed confirmed"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (QueryState.OPEN, "Query is being looked into"),
        (QueryState.CORRECTED, "Query: corrected in a later round"),
        (QueryState.EXPLAINED, "Query: explained"),
    ],
)
async def test_a_query_is_seen_on_its_own_work_only(
    scene: Scene, state: QueryState, said: str
) -> None:
    """The queried work shows its query; of its neighbour only the submission is known."""
    made = await scene.add(
        outcome, by="小美", course="國文", title="小說改寫", state=OutcomeState.CERTIFIED
    )
    contest = await scene.add(performance, by="小美")
    await scene.ask("小美", SelectItem(0, ItemKind.OUTCOME, made.id))
    await scene.ask("小美", SelectItem(0, ItemKind.PERFORMANCE, contest.id))
    received = await scene.add(statement, of="小美")
    (line, _) = await scene.rows(ReceiptLine)

    async def queried(session: object, _cast: object) -> None:
        session.add(  # type: ignore[attr-defined]
            Query(
                school_id=scene.cast.school.id,
                statement_id=received.id,
                line_id=line.id,
                person_id=made.person_id,
                reason=QueryReason.WRONG_FILE,
                state=state,
                raised_at=OPEN,
            )
        )

    await scene.add(queried)
    assert await state_of(scene, "小說改寫", OPEN) == said
    assert await state_of(scene, "科展", OPEN) == "Submitted"


async def test_a_confirmed_statement_confirms_its_works(scene: Scene) -> None:
    """A performance goes the same way, without certification."""
    contest = await scene.add(performance, by="小美")
    assert await state_of(scene, "科展") == "Recorded, not selected"
    await scene.ask("小美", SelectItem(0, ItemKind.PERFORMANCE, contest.id))
    received = await scene.add(statement, of="小美")

    async def confirmed(session: object, _cast: object) -> None:
        session.add(  # type: ignore[attr-defined]
            Confirmation(
                school_id=scene.cast.school.id,
                statement_id=received.id,
                person_id=contest.person_id,
                confirmed_at=OPEN,
            )
        )

    await scene.add(confirmed)
    assert await state_of(scene, "科展", OPEN) == "Receipt confirmed"


async def test_a_selection_after_the_submission_was_not_submitted(scene: Scene) -> None:
    """Only what was selected before the school submitted went along."""
    contest = await scene.add(performance, by="小美")
    await scene.change(scene.cast.windows["selection"], closes_at=taipei(2024, 11, 1))
    await scene.add(statement, of="小美")
    await scene.ask("小美", SelectItem(0, ItemKind.PERFORMANCE, contest.id), at=OPEN)
    assert await state_of(scene, "科展", OPEN + timedelta(hours=1)) == "Selected"


async def test_a_long_list_is_paged(scene: Scene) -> None:
    """Eight works a page, and a page beyond the end is the last."""
    for number in range(11):
        await scene.add(performance, by="小美", title=f"作品{number:02}")
    first = await scene.ask("小美", ShowStatus())
    assert first.summary == "My works, page 1 of 2"
    assert buttons_of(first)["Next page"].action == ShowStatus(1)
    beyond = await scene.ask("小美", ShowStatus(9))
    assert "作品10" in text_of(beyond)
    assert buttons_of(beyond)["Previous page"].action == ShowStatus(0)


async def test_an_uploaded_work_can_be_sent_from_its_card(scene: Scene) -> None:
    """The card names course, term, teacher and the last day, and what sending is."""
    row = await scene.add(outcome, by="小美")
    reply = await scene.ask("小美", ShowItem(row.id))
    shown = text_of(reply)
    assert reply.summary == "物理 “斜面實驗報告”"
    assert "Subject teacher: 林老師" in shown
    assert "until 114/2/10 (Mon)" in shown
    assert buttons_of(reply)["Send to certify"].action == RequestCertification(row.id, 1)
    late = await scene.ask("小美", ShowItem(row.id), at=taipei(2025, 2, 11))
    assert "Send to certify" not in buttons_of(late)
    assert "no window is open" in text_of(late)


async def test_a_waiting_work_offers_a_reminder(scene: Scene) -> None:
    """While the teacher can certify, the pupil can remind politely."""
    row = await scene.add(outcome, by="小美", state=OutcomeState.AWAITING)
    reply = await scene.ask("小美", ShowItem(row.id))
    assert buttons_of(reply)["Remind the teacher"].action == NudgeTeacher(row.id)
    assert "not about marks or quality" in text_of(reply)
    assert "Certification until: 114/2/10 (Mon)" in text_of(reply)


async def test_after_a_reminder_the_card_says_when_it_went_and_offers_no_other(
    scene: Scene,
) -> None:
    """The button comes back when the pause of the rulebook is over."""
    row = await scene.add(outcome, by="小美", state=OutcomeState.AWAITING)
    await scene.ask("小美", NudgeTeacher(row.id))
    reply = await scene.ask("小美", ShowItem(row.id))
    assert "Teacher reminded: 113/9/16 (Mon) 10:00" in text_of(reply)
    assert "Remind the teacher" not in buttons_of(reply)
    later = await scene.ask("小美", ShowItem(row.id), at=scene.now + timedelta(days=3))
    assert "Remind the teacher" in buttons_of(later)


async def test_a_returned_work_says_why_and_whom_to_ask(scene: Scene) -> None:
    """The reason of the last decision that stands, and the way to object (114函 point 2)."""
    row = await scene.add(outcome, by="小美", state=OutcomeState.RETURNED)

    async def returned(session: object, _cast: object) -> None:
        for hour, reason, withdrawn in (
            (1, ReturnReason.UNREADABLE_OR_WRONG_FILE, None),
            (2, ReturnReason.NOT_OWN_WORK, taipei(2024, 9, 3, 2)),
        ):
            session.add(  # type: ignore[attr-defined]
                Certification(
                    school_id=scene.cast.school.id,
                    outcome_id=row.id,
                    by_id=scene.cast.people["林老師"].id,
                    decision=CertificationDecision.RETURNED,
                    reason=reason,
                    decided_at=taipei(2024, 9, 3, hour),
                    withdrawn_at=withdrawn,
                )
            )

    await scene.add(returned)
    shown = text_of(await scene.ask("小美", ShowItem(row.id)))
    assert "Reason: File cannot be opened or is the wrong one" in shown
    assert "homeroom teacher or the registrar" in shown


async def test_a_certified_work_is_selected_and_taken_out_from_its_card(scene: Scene) -> None:
    """Inside the selection window of its year, and only then."""
    row = await scene.add(outcome, by="小美", course="國文", state=OutcomeState.CERTIFIED)
    window_id = scene.cast.windows["selection"].id
    reply = await scene.ask("小美", ShowItem(row.id))
    select = buttons_of(reply)["Select"].action
    assert select == SelectItem(window_id, ItemKind.OUTCOME, row.id)
    await scene.ask("小美", select)
    reply = await scene.ask("小美", ShowItem(row.id))
    assert buttons_of(reply)["Take out"].action == UnselectItem(window_id, ItemKind.OUTCOME, row.id)
    assert "Select until: 113/9/20 (Fri)" in text_of(reply)
    assert "not sent to the central database" in text_of(reply)
    late = await scene.ask("小美", ShowItem(row.id), at=taipei(2024, 9, 21))
    assert set(buttons_of(late)) == {"All my works"}


async def test_a_work_on_an_open_receipt_leads_to_the_statement(scene: Scene) -> None:
    """The next sensible thing is to check it."""
    row = await scene.add(
        outcome, by="小美", course="國文", title="小說改寫", state=OutcomeState.CERTIFIED
    )
    await scene.ask("小美", SelectItem(0, ItemKind.OUTCOME, row.id))
    await scene.add(statement, of="小美")
    reply = await scene.ask("小美", ShowItem(row.id), at=OPEN)
    assert buttons_of(reply)["Check the statement"].action == ShowReceipt(0)


async def test_a_draft_says_until_when_it_can_be_uploaded(scene: Scene) -> None:
    """The day, and that uploading is a choice."""
    row = await scene.add(outcome, by="小美", state=OutcomeState.DRAFT)
    said = text_of(await scene.ask("小美", ShowItem(row.id)))
    assert "Upload until: 114/2/3 (Mon)" in said
    assert "Whether you upload is your choice" in said
