"""A teacher certifies, returns and takes back; each work once, whoever taps how often."""

import asyncio
from datetime import timedelta

import pytest

from handlers.actions import (
    Action,
    AskToReturn,
    CertifyItem,
    CertifyList,
    ReturnItem,
    ShowListToCertify,
    ShowPending,
    ShowPendingItem,
    WithdrawDecision,
)
from handlers.certification_cards import MEANING
from handlers.replies import Reply, Tone
from models.tables import AuditEntry, Certification, CourseOutcome, Notice, Selection
from models.vocabulary import (
    ItemKind,
    NoticeKind,
    NoticeState,
    OutcomeState,
    ReturnReason,
    Silence,
)
from tests.support.asking import actions_of, all_text, ask_from, snapshot
from tests.support.cast import outcome, taipei
from tests.support.scene import Scene
from tests.support.ticking import ringing

NOT_THIS_COURSE = ReturnReason.NOT_THIS_COURSE


async def ask(scene: Scene, name: str, action: Action, **more: object) -> Reply:
    """Ask from the account of a person of the cast."""
    at = more.pop("at", scene.now)
    return await ask_from(scene.store, scene.cast, scene.cast.accounts[name], action, at=at)  # type: ignore[arg-type]


async def awaiting(scene: Scene, title: str = "斜面實驗報告", *, by: str = "小美") -> CourseOutcome:
    """Add a work of 物理 that waits for 林老師."""
    row: CourseOutcome = await scene.add(outcome, by=by, title=title, state=OutcomeState.AWAITING)
    return row


async def state_of(scene: Scene, work: CourseOutcome) -> OutcomeState:
    """Return the state that is stored."""
    (row,) = await scene.rows(CourseOutcome, id=work.id)
    return OutcomeState(row.state)


async def test_certifying_tells_the_pupil_once_however_often_it_is_tapped(scene: Scene) -> None:
    """The second tap says who did it and when; there is one decision, one notice, one audit."""
    work = await awaiting(scene)
    tap = CertifyItem(work.id, work.version)

    first = await ask(scene, "林老師", tap)
    second = await ask(scene, "林老師", tap)

    assert "✅ Certified" in first.summary
    assert first.matters
    assert second.summary.startswith("You certified “斜面實驗報告” on 113/9/16")
    assert second.cards[0].tone is Tone.REFUSED
    assert await state_of(scene, work) is OutcomeState.CERTIFIED
    assert len(await scene.rows(Certification)) == 1
    assert len(await scene.rows(AuditEntry, deed="certified")) == 1
    (notice,) = await scene.rows(Notice)
    assert notice.kind is NoticeKind.ITEM_CERTIFIED
    assert notice.person_id == scene.cast.people["小美"].id
    assert notice.due_at == scene.now + timedelta(minutes=10)


async def test_every_card_that_asks_says_what_a_certification_means(scene: Scene) -> None:
    """Own work, this course; nothing about marks or quality; until when, and what otherwise."""
    work = await awaiting(scene)
    await awaiting(scene, "自由落體")

    for asked in (
        ShowPending(),
        ShowPendingItem(work.id),
        AskToReturn(work.id, work.version),
        ShowListToCertify(),
    ):
        said = all_text(await ask(scene, "林老師", asked))
        assert MEANING in said
        assert "114/2/10" in said
        assert "147 days left" in said


async def test_what_waits_is_listed_with_the_newest_deadline_first(scene: Scene) -> None:
    """A term that ends later stands above one that ends sooner; what came first, first."""
    await scene.change(scene.cast.windows["certification"], closes_at=taipei(2024, 9, 20))
    early = await awaiting(scene, "先截止")
    await scene.change(early, course_id=scene.cast.courses["物理"].id)
    moved = scene.cast.windows["receipt"]
    await scene.change(moved, stage="certification", opens_at=taipei(2024, 9, 1))
    await scene.add(outcome, by="小美", course="國文", title="後截止", state=OutcomeState.AWAITING)

    reply = await ask(scene, "林老師", ShowPending())

    said = all_text(reply)
    assert said.index("後截止") < said.index("先截止")
    assert "113/9/19" in reply.summary


async def test_a_return_has_one_of_four_reasons_and_tells_it(scene: Scene) -> None:
    """The reasons are the closed ones of the law; the pupil's notice carries the decision."""
    work = await awaiting(scene)

    offered = await ask(scene, "林老師", AskToReturn(work.id, work.version))
    reply = await ask(scene, "林老師", ReturnItem(work.id, work.version, NOT_THIS_COURSE))

    reasons = [action.reason for action in actions_of(offered) if isinstance(action, ReturnItem)]
    assert reasons == list(ReturnReason)
    assert "Not made in this course" in all_text(reply)
    assert await state_of(scene, work) is OutcomeState.RETURNED
    (notice,) = await scene.rows(Notice)
    (made,) = await scene.rows(Certification)
    assert notice.kind is NoticeKind.ITEM_RETURNED
    assert notice.facts == {"outcome_id": work.id, "certification_id": made.id}
    assert made.reason is NOT_THIS_COURSE


@pytest.mark.parametrize("minutes", [0, 9])
async def test_a_decision_taken_back_in_time_tells_nobody(scene: Scene, minutes: int) -> None:
    """The work waits again, the notice is skipped with its reason, and nothing is deleted."""
    work = await awaiting(scene)
    await ask(scene, "林老師", CertifyItem(work.id, work.version))
    (made,) = await scene.rows(Certification)

    later = scene.now + timedelta(minutes=minutes)
    reply = await ask(scene, "林老師", WithdrawDecision(made.id), at=later)
    again = await ask(scene, "林老師", WithdrawDecision(made.id), at=later)

    assert "Taken back" in reply.summary
    assert again.cards[0].title == "Already done"
    assert await state_of(scene, work) is OutcomeState.AWAITING
    (notice,) = await scene.rows(Notice)
    assert notice.state is NoticeState.SKIPPED
    assert notice.silence is Silence.SUPERSEDED
    (kept,) = await scene.rows(Certification)
    assert kept.withdrawn_at == later


async def test_the_phone_of_the_pupil_rings_only_for_what_stands(database_url: str) -> None:
    """Certified, taken back, returned: after ten minutes the pupil hears of the return alone."""
    async with ringing(database_url, taipei(2024, 9, 16, 10)) as bell:
        scene = bell.scene
        work = await awaiting(scene)
        await ask(scene, "林老師", CertifyItem(work.id, 1))
        await ask(scene, "林老師", WithdrawDecision(1))
        await ask(scene, "林老師", ReturnItem(work.id, 3, NOT_THIS_COURSE))
        await bell.tick(scene.now + timedelta(minutes=9))
        early = bell.told("小美")
        await bell.tick(scene.now + timedelta(minutes=11))

        assert not [line for line in early if "斜面實驗報告" in line]
        assert len([line for line in bell.told("小美") if "斜面實驗報告" in line]) == 1
        assert len(await scene.rows(Notice, kind=NoticeKind.ITEM_RETURNED)) == 1


async def test_a_pupil_who_was_told_already_is_told_of_the_withdrawal(scene: Scene) -> None:
    """Where the first notice has left in spite of its due time, a second one corrects it."""
    work = await awaiting(scene)
    await ask(scene, "林老師", CertifyItem(work.id, work.version))
    (notice,) = await scene.rows(Notice)
    await scene.change(notice, state=NoticeState.TOLD)
    (made,) = await scene.rows(Certification)

    await ask(scene, "林老師", WithdrawDecision(made.id))

    assert [row.kind for row in await scene.rows(Notice)] == [
        NoticeKind.ITEM_CERTIFIED,
        NoticeKind.CERTIFICATION_WITHDRAWN,
    ]


async def test_after_ten_minutes_a_decision_stays(scene: Scene) -> None:
    """The end of the ten minutes is an exclusive instant."""
    work = await awaiting(scene)
    await ask(scene, "林老師", CertifyItem(work.id, work.version))
    (made,) = await scene.rows(Certification)

    late = scene.now + timedelta(minutes=10)
    reply = await ask(scene, "林老師", WithdrawDecision(made.id), at=late)

    assert "for 10 minutes" in reply.summary
    assert await state_of(scene, work) is OutcomeState.CERTIFIED


async def test_a_work_that_was_selected_meanwhile_stays_certified(scene: Scene) -> None:
    """A selected work is never left without its certification."""
    work = await awaiting(scene)
    await ask(scene, "林老師", CertifyItem(work.id, work.version))
    (made,) = await scene.rows(Certification)
    async with scene.store.writing() as session:
        session.add(
            Selection(
                school_id=scene.cast.school.id,
                person_id=work.person_id,
                year=113,
                kind=ItemKind.OUTCOME,
                slot=1,
                outcome_id=work.id,
                selected_at=scene.now,
            )
        )

    reply = await ask(scene, "林老師", WithdrawDecision(made.id))

    assert "selected “斜面實驗報告” in the meantime" in reply.summary
    assert await state_of(scene, work) is OutcomeState.CERTIFIED


@pytest.mark.parametrize("tap", [CertifyItem, AskToReturn])
async def test_an_old_card_is_answered_with_the_fresh_list(
    scene: Scene, tap: type[CertifyItem | AskToReturn]
) -> None:
    """The pupil sent the work again after the card was drawn: nothing is decided."""
    work = await awaiting(scene)
    await scene.change(work, version=work.version + 1)

    reply = await ask(scene, "林老師", tap(work.id, work.version))

    assert reply.cards[0].title == "This has changed meanwhile"
    assert ShowPendingItem(work.id) in actions_of(reply)
    assert await scene.rows(Certification) == []


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (taipei(2024, 8, 29, 23, 59), "Certification opens on 113/8/30"),
        (taipei(2025, 2, 11), "Certification ended on 114/2/10"),
    ],
)
async def test_outside_the_window_nothing_is_certified(scene: Scene, at: object, said: str) -> None:
    """The window's end is an exclusive instant, and the list offers no work that is outside it."""
    work = await awaiting(scene)

    reply = await ask(scene, "林老師", CertifyItem(work.id, work.version), at=at)
    listed = await ask(scene, "林老師", ShowPending(), at=at)

    assert said in reply.summary
    assert await state_of(scene, work) is OutcomeState.AWAITING
    assert ShowPendingItem(work.id) not in actions_of(listed)
    assert "outside its certification window" in all_text(listed)


async def test_a_list_that_was_looked_at_is_certified_at_once(scene: Scene) -> None:
    """Eight works at most, each with its own way back; the second tap changes nothing."""
    works = [await awaiting(scene, f"報告{n}") for n in range(10)]
    looked = await ask(scene, "林老師", ShowListToCertify())
    (tap,) = [action for action in actions_of(looked) if isinstance(action, CertifyList)]

    reply = await ask(scene, "林老師", tap)
    again = await ask(scene, "林老師", tap)

    assert tap.count == 8
    assert reply.summary == "✅ Certified: 8 works"
    assert len([one for one in actions_of(reply) if isinstance(one, WithdrawDecision)]) == 8
    assert again.cards[0].title == "Already done"
    states = [await state_of(scene, work) for work in works]
    assert states == [OutcomeState.CERTIFIED] * 8 + [OutcomeState.AWAITING] * 2


async def test_a_list_that_changed_is_not_certified_but_shown_again(scene: Scene) -> None:
    """One work fewer, or one in another version, and nothing is certified."""
    works = [await awaiting(scene, f"報告{n}") for n in range(3)]
    looked = await ask(scene, "林老師", ShowListToCertify())
    (tap,) = [action for action in actions_of(looked) if isinstance(action, CertifyList)]
    await scene.change(works[1], state=OutcomeState.UPLOADED)

    reply = await ask(scene, "林老師", tap)

    assert reply.cards[0].title == "This has changed meanwhile"
    assert [one.count for one in actions_of(reply) if isinstance(one, CertifyList)] == [2]
    assert await scene.rows(Certification) == []


async def test_certify_and_return_at_the_same_moment_one_wins(scene: Scene) -> None:
    """Of many taps at once exactly one decides; all others are told what was decided."""
    work = await awaiting(scene)
    taps = [
        CertifyItem(work.id, work.version),
        ReturnItem(work.id, work.version, NOT_THIS_COURSE),
    ] * 4

    replies = await asyncio.gather(*(ask(scene, "林老師", tap) for tap in taps))

    assert len([reply for reply in replies if reply.cards[0].tone is Tone.DONE]) == 1
    assert len([reply for reply in replies if reply.cards[0].title == "Already done"]) == 7
    (made,) = await scene.rows(Certification)
    assert await state_of(scene, work) == made.decision.value
    assert len(await scene.rows(Notice)) == 1


async def test_one_list_tapped_many_times_at_once_is_certified_once(scene: Scene) -> None:
    """The list's digest and the rows' locks let one of the taps through."""
    for n in range(4):
        await awaiting(scene, f"報告{n}")
    looked = await ask(scene, "林老師", ShowListToCertify())
    (tap,) = [action for action in actions_of(looked) if isinstance(action, CertifyList)]

    replies = await asyncio.gather(*(ask(scene, "林老師", tap) for _ in range(5)))

    assert [reply.summary for reply in replies].count("✅ Certified: 4 works") == 1
    assert [reply.cards[0].title for reply in replies].count("Already done") == 4
    assert len(await scene.rows(Certification)) == 4
    assert len(await scene.rows(Notice)) == 4


async def test_only_the_courses_teacher_decides(scene: Scene) -> None:
    """Every action by every other person of the cast is refused and changes nothing."""
    waiting = await awaiting(scene)
    decided = await awaiting(scene, "已認證的")
    await ask(scene, "林老師", CertifyItem(decided.id, decided.version))
    (made,) = await scene.rows(Certification)
    before = await snapshot(scene.store)

    for name in scene.cast.people:
        if name == "林老師":
            continue
        for tap in (
            ShowPendingItem(waiting.id),
            CertifyItem(waiting.id, waiting.version),
            AskToReturn(waiting.id, waiting.version),
            ReturnItem(waiting.id, waiting.version, NOT_THIS_COURSE),
            WithdrawDecision(made.id),
        ):
            reply = await ask(scene, name, tap)
            assert reply.cards[0].tone is Tone.REFUSED, (name, tap)
            assert "斜面實驗報告" not in all_text(reply)
            assert "小美" not in all_text(reply)
    assert await snapshot(scene.store) == before


async def test_absent_and_foreign_works_look_the_same(scene: Scene) -> None:
    """Nobody learns from a refusal whether a work exists; drafts are hidden from teachers too."""
    foreign = await scene.add(outcome, by="小美", course="化學", state=OutcomeState.AWAITING)
    draft = await scene.add(outcome, by="小美", state=OutcomeState.UPLOADED)

    said = {
        all_text(await ask(scene, "林老師", ShowPendingItem(outcome_id)))
        for outcome_id in (foreign.id, draft.id, 999_999)
    }

    assert len(said) == 1
