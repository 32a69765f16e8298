"""A second chat of one person: linked by a code of their own, preferred, and taken off alone."""

from datetime import timedelta

from handlers.actions import (
    AgreeToLink,
    AskToUnlink,
    InviteChat,
    PreferChat,
    SendCode,
    ShowPreferences,
    Unlink,
)
from handlers.replies import Entry, Fact, Paragraph, Reply, Tone
from models.rules.linking import INVITATION_LASTS
from models.tables import AuditEntry, ChatAccount, Delivery, Notice, Preference
from models.vocabulary import AccountState, NoticeKind
from tests.support.apps import on_both
from tests.support.asking import actions_of, ask_from
from tests.support.scene import Scene, buttons_of, text_of


def code_in(reply: Reply) -> str:
    """Return the joining code that a card shows."""
    facts = [block for card in reply.cards for block in card.blocks if isinstance(block, Fact)]
    return next(fact.value for fact in facts if fact.label == "Code")


async def second_chat(scene: Scene) -> ChatAccount:
    """Let a chat of nobody come in the other app."""
    row = ChatAccount(
        school_id=scene.cast.school.id, channel="telegram", address="4711", state_at=scene.now
    )
    async with scene.store.writing() as session:
        session.add(row)
        await session.flush()
        session.expunge(row)
    return row


async def links(scene: Scene, chat: ChatAccount, code: str, *, after: timedelta) -> Reply:
    """Send a code from a chat, and agree where the card offers it."""
    at = scene.now + after
    reply = await ask_from(scene.store, scene.cast, chat, SendCode(code), at=at)
    for tap in actions_of(reply):
        if isinstance(tap, AgreeToLink):
            return await ask_from(scene.store, scene.cast, chat, tap, at=at)
    return reply


async def invited(scene: Scene) -> Reply:
    """Let 小美 ask for a code for the other app."""
    first = scene.cast.accounts["小美"]
    return await ask_from(scene.store, scene.cast, first, InviteChat("telegram"), at=scene.now)


async def linked_twice(scene: Scene) -> ChatAccount:
    """Let 小美 link a second chat; return it as it is stored."""
    await scene.add(on_both)
    chat = await second_chat(scene)
    invitation = await invited(scene)
    await links(scene, chat, code_in(invitation), after=timedelta(minutes=1))
    (stored,) = await scene.rows(ChatAccount, id=chat.id)
    return stored  # type: ignore[no-any-return]


async def test_the_settings_offer_the_app_that_is_not_linked(scene: Scene) -> None:
    """Only where the school has it; the card leads there with a code, and warns."""
    assert "Settings: chats" not in text_of(await scene.ask("小美", ShowPreferences()))
    await scene.add(on_both)

    reply = await scene.ask("小美", ShowPreferences())
    assert buttons_of(reply)["Also link Telegram"].action == InviteChat("telegram")
    assert "LINE | This chat | You are reminded here" in text_of(reply)

    card = (await scene.ask("小美", InviteChat(""))).cards[0]
    link = next(block for block in card.blocks if isinstance(block, Paragraph) and block.link)
    assert link.link.startswith("https://telegram.example/@bell?")
    assert "For you only" in text_of(Reply("", (card,)))


async def test_a_second_chat_is_linked_beside_the_first_which_is_told(scene: Scene) -> None:
    """The first stays linked; the code is used up, and a quarter of an hour is all it had."""
    chat = await linked_twice(scene)

    assert chat.person_id == scene.cast.people["小美"].id
    (first,) = await scene.rows(ChatAccount, id=scene.cast.accounts["小美"].id)
    assert first.person_id == chat.person_id
    (notice,) = await scene.rows(Notice, kind=NoticeKind.ACCOUNT_LINKED)
    (delivery,) = await scene.rows(Delivery, id=notice.delivery_id)
    assert (delivery.account_id, notice.facts["stays"]) == (first.id, True)
    again = await scene.ask("小美", InviteChat("telegram"))
    assert again.cards[0].tone is Tone.REFUSED


async def test_a_code_for_a_second_chat_does_not_last(scene: Scene) -> None:
    """After a quarter of an hour it is refused like one that was never given."""
    await scene.add(on_both)
    chat = await second_chat(scene)
    invitation = await invited(scene)

    reply = await links(scene, chat, code_in(invitation), after=INVITATION_LASTS)
    assert reply.cards[0].tone is Tone.REFUSED
    (stored,) = await scene.rows(ChatAccount, id=chat.id)
    assert stored.person_id is None


async def test_a_person_chooses_in_which_chat_to_be_reminded(scene: Scene) -> None:
    """The card shows it at once; a second tap changes nothing; a chat of nobody is refused."""
    refused = await scene.ask("小美", PreferChat("telegram"))
    assert refused.cards[0].tone is Tone.REFUSED
    await linked_twice(scene)

    reply = await scene.ask("小美", PreferChat("telegram"))
    entries = {b.title: b for card in reply.cards for b in card.blocks if isinstance(b, Entry)}
    assert entries["Telegram"].state == "You are reminded here"
    assert entries["LINE"].button is not None
    assert entries["LINE"].button.action == PreferChat("line")
    again = await scene.ask("小美", PreferChat("telegram"))
    assert again.cards[0].tone is Tone.REFUSED
    (row,) = await scene.rows(Preference)
    assert row.channel == "telegram"
    deeds = [entry.deed for entry in await scene.rows(AuditEntry) if entry.via]
    assert deeds[-1] == "chose chat"


async def test_a_chat_that_is_shut_is_shown_as_shut(scene: Scene) -> None:
    """Where the preferred chat cannot be reached, the other is the one that is reminded in."""
    chat = await linked_twice(scene)
    await scene.ask("小美", PreferChat("telegram"))
    await scene.change(chat, state=AccountState.BLOCKED)

    text = text_of(await scene.ask("小美", ShowPreferences()))
    assert "LINE | This chat | You are reminded here" in text
    assert "Telegram |  | Has shut out the bot" in text


async def test_unlinking_one_chat_leaves_the_other(scene: Scene) -> None:
    """Both cards say where the reminders go then."""
    chat = await linked_twice(scene)
    asked = await ask_from(scene.store, scene.cast, chat, AskToUnlink(), at=scene.now)
    done = await ask_from(scene.store, scene.cast, chat, Unlink(), at=scene.now)

    for reply in (asked, done):
        assert "Your chat in LINE stays linked and gets them." in text_of(reply)
    people = {row.channel: row.person_id for row in await scene.rows(ChatAccount)}
    assert people["telegram"] is None
    (first,) = await scene.rows(ChatAccount, id=scene.cast.accounts["小美"].id)
    assert first.person_id == scene.cast.people["小美"].id
