"""The router: one handler an action, and a refusal that leaves nothing behind."""

import pytest

from handlers import router
from handlers.actions import Action, CertifyItem, ShowHelp, ShowHome, UnknownAction
from handlers.context import Context
from handlers.replies import Reply, Tone
from models.errors import AlreadyDone
from models.tables import Person
from models.vocabulary import OutcomeState
from tests.support.asking import all_text, ask_from, stranger
from tests.support.cast import outcome
from tests.support.scene import Scene


async def changes_and_refuses(_asked: Action, context: Context) -> Reply:
    """Change a row, write it, and then find that it may not be."""
    context.person.locale = "en"
    await context.session.flush()
    raise AlreadyDone


async def test_a_refusal_takes_back_what_the_handler_changed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of the transaction commits, the handler's part of it does not."""
    monkeypatch.setattr(router, "handlers", lambda: {ShowHelp: changes_and_refuses})
    account = scene.cast.accounts["小美"]

    reply = await ask_from(scene.store, scene.cast, account, ShowHelp(), at=scene.now)

    assert reply.cards[0].tone is Tone.REFUSED
    (person,) = await scene.rows(Person, id=scene.cast.people["小美"].id)
    assert person.locale == "zh_Hant_TW"


async def test_what_cannot_be_read_gets_the_home_card(scene: Scene) -> None:
    """Free text, a sticker or an old build's button: there is always an answer."""
    account = scene.cast.accounts["小美"]

    unknown = await ask_from(scene.store, scene.cast, account, UnknownAction(), at=scene.now)
    home = await ask_from(scene.store, scene.cast, account, ShowHome(), at=scene.now)

    assert unknown == home


async def test_a_guest_is_told_how_to_join_and_nothing_else(scene: Scene) -> None:
    """A refusal for a chat that belongs to nobody shows no fresh card."""
    work = await scene.add(outcome, by="小美", state=OutcomeState.AWAITING)
    chat = await stranger(scene.store, scene.cast)

    reply = await ask_from(
        scene.store, scene.cast, chat, CertifyItem(work.id, work.version), at=scene.now
    )

    assert len(reply.cards) == 1
    assert "not linked to anybody" in reply.summary
    assert "斜面實驗報告" not in all_text(reply)
