"""A pupil appeals about a certification from the chat: once, with words, and the office hears."""

from handlers.actions import AppealInWords, AskToAppeal, RaiseAppeal, ShowItem, ShowSchool
from handlers.appealing import settle
from handlers.replies import Tone
from handlers.typed import understand
from models.tables import Appeal, AuditEntry, Certification, Notice
from models.vocabulary import (
    AppealState,
    CertificationDecision,
    NoticeKind,
    OutcomeState,
    ReturnReason,
)
from tests.support.cast import outcome, taipei
from tests.support.scene import Scene, buttons_of, text_of

AFTER_IT_ENDED = taipei(2025, 2, 12, 9)


async def returned(scene: Scene) -> int:
    """Return 小美's work in 物理, for being made in another course; give its id."""
    row = await scene.add(outcome, by="小美", state=OutcomeState.RETURNED)
    async with scene.store.writing() as session:
        session.add(
            Certification(
                school_id=row.school_id,
                outcome_id=row.id,
                by_id=scene.cast.people["林老師"].id,
                decision=CertificationDecision.RETURNED,
                reason=ReturnReason.NOT_THIS_COURSE,
                decided_at=scene.now,
            )
        )
    return int(row.id)


async def test_a_returned_work_leads_to_an_appeal_that_the_office_hears_of(scene: Scene) -> None:
    """The card says who answers by when; it is raised once, and the registrar is told."""
    item = await returned(scene)

    shown = await scene.ask("小美", ShowItem(item))
    asked = await scene.ask("小美", buttons_of(shown)["Raise it with the school"].action)
    done = await scene.ask("小美", buttons_of(asked)["Raise it"].action)
    again = await scene.ask("小美", RaiseAppeal(item))

    assert "answers you here by 113/9/19 (Thu)" in text_of(asked)
    assert "never about marks or quality" in text_of(asked)
    assert done.matters
    assert "Answer by: 113/9/19 (Thu)" in text_of(done)
    assert again.cards[0].tone is Tone.REFUSED
    assert "Your appeal: Appeal is being looked into" in text_of(again)
    (row,) = await scene.rows(Appeal)
    (decided,) = await scene.rows(Certification)
    assert (row.outcome_id, row.certification_id) == (item, decided.id)
    assert await scene.rows(Notice, kind=NoticeKind.OFFICE_DIGEST)
    assert len(await scene.rows(AuditEntry, deed="raised appeal")) == 1
    glance = await scene.ask("註冊組", ShowSchool())
    assert "Appeals (answer in the console): 1 appeal" in text_of(glance)


async def test_a_work_that_nobody_certified_in_time_can_be_raised(scene: Scene) -> None:
    """While its teacher still has time there is nothing to appeal against."""
    item = int((await scene.add(outcome, by="小美", state=OutcomeState.AWAITING)).id)

    early = await scene.ask("小美", AskToAppeal(item))
    shown = await scene.ask("小美", ShowItem(item), at=AFTER_IT_ENDED)
    late = await scene.ask("小美", RaiseAppeal(item), at=AFTER_IT_ENDED)

    assert early.cards[0].tone is Tone.REFUSED
    assert "still has time" in text_of(early)
    assert "Raise it with the school" in buttons_of(shown)
    assert late.matters
    (row,) = await scene.rows(Appeal)
    assert row.certification_id is None


async def test_words_of_ones_own_raise_it_or_are_added(scene: Scene) -> None:
    """They are kept for the office, beside each other."""
    item = await returned(scene)

    await scene.ask("小美", understand(f"申訴 {item} 這是我在課堂上做的"))
    added = await scene.ask("小美", understand(f"Appeal #{item}: 老師也看過"))

    assert understand(f"申訴{item}號，這是我做的") == AppealInWords(item, "這是我做的")
    (row,) = await scene.rows(Appeal)
    assert row.wording == "這是我在課堂上做的\n老師也看過"
    assert "You wrote: 這是我在課堂上做的\n老師也看過" in text_of(added)
    assert len(await scene.rows(AuditEntry, deed="added to appeal")) == 1


async def test_what_came_of_it_stands_on_the_work_and_another_return_is_another_matter(
    scene: Scene,
) -> None:
    """The pupil is told once; after a new return the way is open again."""
    item = await returned(scene)
    await scene.ask("小美", RaiseAppeal(item))
    (row,) = await scene.rows(Appeal)
    async with scene.store.writing() as session:
        await settle(
            session,
            scene.cast.school.id,
            row.id,
            AppealState.EXPLAINED,
            "這是國文課的作品。",
            now=scene.now,
            by_id=None,
        )
    shown = await scene.ask("小美", ShowItem(item))
    (first,) = await scene.rows(Certification)
    await scene.change(first, withdrawn_at=scene.now)
    later = await scene.ask("小美", ShowItem(item))

    assert "這是國文課的作品。" in text_of(shown)
    assert "Raise it with the school" not in buttons_of(shown)
    assert [each.facts for each in await scene.rows(Notice, kind=NoticeKind.APPEAL_SETTLED)] == [
        {"appeal_id": row.id}
    ]
    assert "Raise it with the school" in buttons_of(later)
