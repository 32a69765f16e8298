"""Sending works for certification and reminding teachers: once, in time, and politely."""

import asyncio
from datetime import timedelta

import pytest

from handlers.actions import NudgeTeacher, RequestCertification, ShowItem
from handlers.replies import Reply, Tone
from models.tables import AuditEntry, CourseOutcome, Notice
from models.vocabulary import NoticeKind, OutcomeState
from tests.support.cast import outcome, taipei
from tests.support.scene import Scene, buttons_of, text_of


async def work(scene: Scene, state: OutcomeState = OutcomeState.UPLOADED, **facts: str) -> int:
    """Add 小美's work in 物理 and return its id."""
    row = await scene.add(outcome, by="小美", state=state, **facts)
    return int(row.id)


def refused(reply: Reply) -> bool:
    """Say whether the reply is a refusal."""
    return reply.cards[0].tone is Tone.REFUSED


@pytest.mark.parametrize("state", [OutcomeState.UPLOADED, OutcomeState.RETURNED])
async def test_a_work_is_sent_to_its_teacher_who_is_told(scene: Scene, state: OutcomeState) -> None:
    """The work waits, its version grows, and one notice goes to the teacher of the course."""
    item = await work(scene, state)
    reply = await scene.ask("小美", RequestCertification(item, 1))
    assert reply.matters
    assert "Sent: 物理 “斜面實驗報告”; until 114/2/10 (Mon)" in reply.summary
    (row,) = await scene.rows(CourseOutcome)
    assert (row.state, row.version, row.requested_at) == (OutcomeState.AWAITING, 2, scene.now)
    (notice,) = await scene.rows(Notice)
    assert notice.kind is NoticeKind.CERTIFICATION_REQUESTED
    assert notice.person_id == scene.cast.people["林老師"].id
    assert notice.occasion == f"requested/{item}/2"
    assert notice.deadline_at == taipei(2025, 2, 11)


@pytest.mark.parametrize("times", [2, 10])
async def test_sending_again_changes_nothing(scene: Scene, times: int) -> None:
    """One audit entry, one notice; every further tap hears that it was done, with the work."""
    item = await work(scene)
    replies = [await scene.ask("小美", RequestCertification(item, 1)) for _ in range(times)]
    assert [refused(reply) for reply in replies] == [False] + [True] * (times - 1)
    assert replies[-1].cards[0].title == "Already done"
    assert "State: Waiting for certification" in text_of(replies[-1])
    assert len(await scene.rows(AuditEntry, deed="requested certification")) == 1
    assert len(await scene.rows(Notice)) == 1


async def test_taps_at_the_same_moment_send_once(scene: Scene) -> None:
    """Ten taps side by side: one is answered with done."""
    item = await work(scene)
    replies = await asyncio.gather(
        *(scene.ask("小美", RequestCertification(item, 1)) for _ in range(10))
    )
    assert sum(not refused(reply) for reply in replies) == 1
    (row,) = await scene.rows(CourseOutcome)
    assert row.version == 2
    assert len(await scene.rows(AuditEntry)) == 1


async def test_an_old_card_does_not_send_what_changed_since(scene: Scene) -> None:
    """A card of an older version gets the work as it is now."""
    row = await scene.add(outcome, by="小美")
    await scene.change(row, version=4, title="斜面實驗報告二")
    reply = await scene.ask("小美", RequestCertification(row.id, 1))
    assert refused(reply)
    assert reply.cards[0].title == "This has changed meanwhile"
    assert "斜面實驗報告二" in text_of(reply)


@pytest.mark.parametrize(
    ("state", "title"),
    [
        (OutcomeState.DRAFT, "This is not possible now"),
        (OutcomeState.CERTIFIED, "This has changed meanwhile"),
    ],
)
async def test_drafts_and_certified_works_are_not_sent(
    scene: Scene, state: OutcomeState, title: str
) -> None:
    """A draft has no file yet; a certified work needs nothing."""
    reply = await scene.ask("小美", RequestCertification(await work(scene, state), 1))
    assert refused(reply)
    assert reply.cards[0].title == title


async def test_absent_and_foreign_works_look_the_same(scene: Scene) -> None:
    """A classmate, a teacher and somebody who guesses get one answer."""
    item = await work(scene)
    for action in (RequestCertification(item, 1), NudgeTeacher(item), ShowItem(item)):
        foreign = await scene.ask("阿明", action)
        teachers = await scene.ask("林老師", action)
        absent = await scene.ask(
            "小美", type(action)(999_999, *([1] if hasattr(action, "version") else []))
        )
        assert refused(foreign)
        assert foreign == absent == teachers
    assert await scene.rows(AuditEntry) == []


async def test_between_the_two_ends_works_are_sent_but_after_the_second_not(scene: Scene) -> None:
    """Uploading ends on 2/3; certification, and with it sending, on 2/10."""
    item = await work(scene)
    late = await scene.ask("小美", RequestCertification(item, 1), at=taipei(2025, 2, 11))
    assert refused(late)
    assert "114/2/10 (Mon)" in late.summary
    reply = await scene.ask(
        "小美",
        RequestCertification(item, 1),
        at=taipei(2025, 2, 11) - timedelta(microseconds=1),
    )
    assert not refused(reply)


async def test_a_term_without_windows_takes_no_requests(scene: Scene) -> None:
    """國文 is a course of 112-2, whose upload and certification are long over."""
    item = await work(scene, course="國文")
    reply = await scene.ask("小美", RequestCertification(item, 1))
    assert refused(reply)
    assert "no date is set" in reply.summary


async def test_after_sending_the_next_work_stands_out(scene: Scene) -> None:
    """The answer offers the other work of the term that could be sent."""
    first, second = await work(scene), await work(scene, title="滴定", course="化學")
    reply = await scene.ask("小美", RequestCertification(first, 1))
    assert buttons_of(reply)["The next work"].action == ShowItem(second)


async def test_a_teacher_is_nudged_once_in_three_days(scene: Scene) -> None:
    """The second nudge hears when the next may go; after three days it goes."""
    item = await work(scene, OutcomeState.AWAITING)
    reply = await scene.ask("小美", NudgeTeacher(item))
    assert reply.matters
    assert "polite reminder" in text_of(reply)
    again = await scene.ask("小美", NudgeTeacher(item), at=scene.now + timedelta(days=2, hours=23))
    assert refused(again)
    assert "113/9/19 (Thu) 10:00" in again.summary
    later = await scene.ask("小美", NudgeTeacher(item), at=scene.now + timedelta(days=3))
    assert not refused(later)
    told = await scene.rows(Notice, kind=NoticeKind.TEACHER_NUDGED)
    assert [notice.person_id for notice in told] == [scene.cast.people["林老師"].id] * 2


async def test_nudges_at_the_same_moment_remind_once(scene: Scene) -> None:
    """Ten taps side by side are one reminder."""
    item = await work(scene, OutcomeState.AWAITING)
    await asyncio.gather(*(scene.ask("小美", NudgeTeacher(item)) for _ in range(10)))
    assert len(await scene.rows(Notice)) == 1
    assert len(await scene.rows(AuditEntry)) == 1


async def test_nobody_is_nudged_about_a_decided_work_or_after_the_end(scene: Scene) -> None:
    """A certified work, and a closed window, need no reminder."""
    decided = await work(scene, OutcomeState.CERTIFIED)
    waiting = await work(scene, OutcomeState.AWAITING, title="滴定")
    assert refused(await scene.ask("小美", NudgeTeacher(decided)))
    assert refused(await scene.ask("小美", NudgeTeacher(waiting), at=taipei(2025, 2, 11)))
    assert await scene.rows(Notice) == []


async def test_one_teacher_is_not_reminded_of_work_after_work(scene: Scene) -> None:
    """The pause counts for the teacher: a second work of the same pupil does not shorten it."""
    works = [
        await scene.add(outcome, by="小美", title=f"報告{number}", state=OutcomeState.AWAITING)
        for number in range(2)
    ]
    await scene.ask("小美", NudgeTeacher(works[0].id))
    refused = await scene.ask("小美", NudgeTeacher(works[1].id))
    assert refused.cards[0].tone is Tone.REFUSED
    nudges = await scene.rows(Notice, kind=NoticeKind.TEACHER_NUDGED)
    assert len(nudges) == 1
