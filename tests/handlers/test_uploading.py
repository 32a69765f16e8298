"""Deciding about a term's uploads: done and nothing are both decisions."""

import asyncio

import pytest

from handlers.actions import DecideUpload, ShowHome
from handlers.replies import Reply, Tone
from models.tables import AuditEntry, Decision
from models.vocabulary import Choice, Stage
from tests.support.cast import taipei
from tests.support.scene import Scene, buttons_of, text_of


def refused(reply: Reply) -> bool:
    """Say whether the reply is a refusal."""
    return reply.cards[0].tone is Tone.REFUSED


@pytest.mark.parametrize(("nothing", "choice"), [(0, Choice.DONE), (1, Choice.NOTHING)])
async def test_either_choice_is_a_decision_for_the_term(
    scene: Scene, nothing: int, choice: Choice
) -> None:
    """It is kept once, also when ten taps arrive side by side."""
    asked = DecideUpload(scene.cast.terms["113-1"].id, nothing)
    replies = await asyncio.gather(*(scene.ask("小美", asked) for _ in range(10)))
    assert sum(not refused(reply) for reply in replies) == 1
    (kept,) = await scene.rows(Decision)
    assert (kept.stage, kept.scope, kept.choice) == (Stage.UPLOAD, "113-1", choice)
    assert len(await scene.rows(AuditEntry, deed="decided upload")) == 1


async def test_a_decision_can_be_changed_while_the_window_is_open(scene: Scene) -> None:
    """The answer offers the other choice, until the window ends."""
    reply = await scene.ask("小美", DecideUpload(0, 1))
    assert reply.matters
    assert "you upload nothing for 113-1" in reply.summary
    other = buttons_of(reply)["I uploaded all I want"].action
    late = await scene.ask("小美", other, at=taipei(2025, 2, 4))
    assert refused(late)
    assert "114/2/3 (Mon)" in late.summary
    assert not refused(await scene.ask("小美", other))
    assert [row.choice for row in await scene.rows(Decision)] == [Choice.DONE]


async def test_the_home_card_shows_the_decision_and_asks_no_more(scene: Scene) -> None:
    """What is decided is not asked for again."""
    await scene.ask("小美", DecideUpload(0, 1))
    reply = await scene.ask("小美", ShowHome(), at=taipei(2025, 1, 27))
    assert "You chose nothing." in text_of(reply)
    assert "Nothing this term" not in buttons_of(reply)


async def test_a_term_of_nobody_is_refused(scene: Scene) -> None:
    """Absent terms, terms without an upload window, and staff decide nothing."""
    assert refused(await scene.ask("小美", DecideUpload(999_999, 1)))
    assert refused(await scene.ask("小美", DecideUpload(scene.cast.terms["112-2"].id, 1)))
    assert refused(await scene.ask("林老師", DecideUpload(scene.cast.terms["113-1"].id, 1)))
    assert await scene.rows(Decision) == []
