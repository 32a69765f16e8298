"""Joining with a one-time code and a yes; leaving by command; one person an account."""

import asyncio
from datetime import datetime, timedelta

import pytest

from handlers.actions import (
    Action,
    AgreeToLink,
    AskToUnlink,
    DeclineToLink,
    SendCode,
    ShowHelp,
    ShowHome,
    Unlink,
)
from handlers.replies import Reply, Tone
from models.queries import claiming, linking
from models.queries.claiming import Claimed
from models.rules.linking import make_code
from models.tables import AuditEntry, ChatAccount, Delivery, LinkCode, Notice
from models.vocabulary import AccountState, NoticeKind, Silence
from tests.support.asking import PEPPER, actions_of, all_text, ask_from, snapshot, stranger
from tests.support.cast import CHANNEL, taipei
from tests.support.scene import Scene
from tests.support.ticking import ringing


async def ask(
    scene: Scene, account: ChatAccount, action: Action, *, at: datetime | None = None
) -> Reply:
    """Ask from a chat account."""
    return await ask_from(scene.store, scene.cast, account, action, at=at or scene.now)


async def code_for(scene: Scene, name: str) -> str:
    """Issue a joining code for a person of the cast."""
    async with scene.store.writing() as session:
        return await linking.issue(session, scene.cast.people[name], scene.now, PEPPER)


async def agreement(scene: Scene, account: ChatAccount, code: str) -> AgreeToLink:
    """Send a code and return the yes that the card offers."""
    reply = await ask(scene, account, SendCode(code))
    (tap,) = [action for action in actions_of(reply) if isinstance(action, AgreeToLink)]
    return tap


async def claim_all(scene: Scene) -> list[Claimed]:
    """Claim what waits to be sent, as dispatch does."""
    async with scene.store.writing() as session:
        minute = timedelta(minutes=1)
        return await claiming.claim(
            session, scene.cast.school.id, CHANNEL, scene.now, limit=9, lease=minute
        )


async def holder(scene: Scene, account: ChatAccount) -> int | None:
    """Return the person of an account as it is stored."""
    (row,) = await scene.rows(ChatAccount, id=account.id)
    person_id: int | None = row.person_id
    return person_id


async def test_a_code_and_a_yes_link_the_chat(scene: Scene) -> None:
    """Before the yes nothing is linked; after it the chat is the person's, with a record."""
    await scene.change(scene.cast.accounts["小美"], person_id=None)
    chat, code = await stranger(scene.store, scene.cast), await code_for(scene, "小美")

    asked = await ask(scene, chat, SendCode(code.lower()))
    held = await holder(scene, chat)
    reply = await ask(scene, chat, next(a for a in actions_of(asked) if isinstance(a, AgreeToLink)))

    assert held is None
    assert "✅ Linked: 小美" in reply.summary
    assert await holder(scene, chat) == scene.cast.people["小美"].id
    assert len(await scene.rows(AuditEntry, deed="linked")) == 1
    assert await scene.rows(Notice) == []


async def test_the_words_about_data_name_what_the_law_wants_told(scene: Scene) -> None:
    """Who, what for, which data, how long, where and by whom, rights, and what declining means."""
    chat, code = await stranger(scene.store, scene.cast), await code_for(scene, "小美")

    said = all_text(await ask(scene, chat, SendCode(code)))

    for label in (
        "Who keeps it",
        "What for",
        "Which data",
        "How long",
        "Where and by whom",
        "Your rights",
    ):
        assert f"\n{label}\n" in said
    assert "If you decline" in said
    assert scene.cast.school.name in said
    assert "小美" not in said
    assert "小○" in said


async def test_a_code_is_kept_only_as_a_keyed_hash(scene: Scene) -> None:
    """Neither the code nor its plain hash is in the database."""
    code = await code_for(scene, "小美")

    stored = str(await snapshot(scene.store))

    assert code not in stored
    assert code.replace("-", "") not in stored


async def test_unknown_used_and_expired_codes_get_one_sentence(scene: Scene) -> None:
    """Nobody learns from the answer which codes exist."""
    chat = await stranger(scene.store, scene.cast)
    used = await code_for(scene, "小美")
    await ask(scene, chat, await agreement(scene, chat, used))
    expired = await code_for(scene, "小美")
    other = await stranger(scene.store, scene.cast, "Uother")
    after = scene.now + timedelta(days=14)

    replies = [
        await ask(scene, other, SendCode(make_code())),
        await ask(scene, other, SendCode(used)),
        await ask(scene, other, SendCode(expired), at=after),
    ]

    assert len({all_text(reply) for reply in replies}) == 1
    assert replies[0].summary.startswith("This joining code cannot be used")


async def test_only_the_chat_that_sent_the_code_can_say_yes(scene: Scene) -> None:
    """A yes from another chat, or from nobody's code, links nothing."""
    chat = await stranger(scene.store, scene.cast)
    other = await stranger(scene.store, scene.cast, "Uother")
    tap = await agreement(scene, chat, await code_for(scene, "小美"))

    refused = await ask(scene, other, tap)
    absent = await ask(scene, other, AgreeToLink(999_999))

    assert all_text(refused) == all_text(absent)
    assert await holder(scene, other) is None


async def test_one_code_links_one_chat_however_many_say_yes_at_once(scene: Scene) -> None:
    """Of ten taps at the same moment one links; the others change nothing."""
    chat = await stranger(scene.store, scene.cast)
    tap = await agreement(scene, chat, await code_for(scene, "小美"))

    replies = await asyncio.gather(*(ask(scene, chat, tap) for _ in range(10)))

    assert [reply.cards[0].tone for reply in replies].count(Tone.DONE) == 1
    assert len(await scene.rows(AuditEntry, deed="linked")) == 1


async def test_a_new_code_makes_the_earlier_one_void(scene: Scene) -> None:
    """Also for the chat that had sent it and not yet said yes; the newest code links."""
    one = await stranger(scene.store, scene.cast)
    two = await stranger(scene.store, scene.cast, "Uother")
    stale = await code_for(scene, "小美")
    tap = await agreement(scene, one, stale)
    fresh = await code_for(scene, "小美")

    yes = await ask(scene, one, tap)
    again = await ask(scene, one, SendCode(stale))
    await ask(scene, two, await agreement(scene, two, fresh))

    assert [yes.cards[0].tone, again.cards[0].tone] == [Tone.REFUSED] * 2
    assert "a newer sheet replaces the earlier one" in all_text(again)
    assert (await holder(scene, one), await holder(scene, two)) == (
        None,
        scene.cast.people["小美"].id,
    )


async def test_re_joining_replaces_the_earlier_chat_and_tells_it(scene: Scene) -> None:
    """The message goes to the earlier account, which is let go, and to no other."""
    chat, earlier = await stranger(scene.store, scene.cast), scene.cast.accounts["小美"]

    await ask(scene, chat, await agreement(scene, chat, await code_for(scene, "小美")))

    assert await holder(scene, earlier) is None
    assert await holder(scene, chat) == scene.cast.people["小美"].id
    (notice,) = await scene.rows(Notice)
    assert notice.kind is NoticeKind.ACCOUNT_LINKED
    (delivery,) = await scene.rows(Delivery)
    assert (delivery.account_id, notice.delivery_id) == (earlier.id, delivery.id)
    (claimed,) = await claim_all(scene)
    assert (claimed.address, claimed.is_theirs) == (earlier.address, True)


async def test_the_earlier_device_reads_that_it_was_replaced(database_url: str) -> None:
    """The scheduler sends it there, although that chat is nobody's by then."""
    async with ringing(database_url, taipei(2024, 9, 16, 10)) as bell:
        chat = await stranger(bell.store, bell.cast)
        await ask(
            bell.scene, chat, await agreement(bell.scene, chat, await code_for(bell.scene, "小美"))
        )
        await bell.tick()

        assert [line for line in bell.told("小美") if "was linked to you" in line]
        assert not [one for one in bell.channel.to(chat.address) if "linked" in one.summary]


async def test_an_earlier_chat_that_shut_us_out_is_silence_with_a_reason(scene: Scene) -> None:
    """Nothing is queued for it, and the ledger says why."""
    chat, earlier = await stranger(scene.store, scene.cast), scene.cast.accounts["小美"]
    await scene.change(earlier, state=AccountState.BLOCKED)

    await ask(scene, chat, await agreement(scene, chat, await code_for(scene, "小美")))

    (notice,) = await scene.rows(Notice)
    assert notice.silence is Silence.BLOCKED
    assert await scene.rows(Delivery) == []


async def test_a_linked_chat_takes_no_second_person(scene: Scene) -> None:
    """It is asked to unlink first; the code stays good."""
    code = await code_for(scene, "阿明")

    reply = await ask(scene, scene.cast.accounts["小美"], SendCode(code))

    assert reply.summary.startswith("This chat is linked to somebody already")
    (kept,) = await scene.rows(LinkCode)
    assert (kept.used_at, kept.claimed_by_id) == (None, None)


async def test_whoever_declines_keeps_the_code(scene: Scene) -> None:
    """Nothing is linked, and the code works later, here or elsewhere."""
    chat, code = await stranger(scene.store, scene.cast), await code_for(scene, "小美")
    tap = await agreement(scene, chat, code)

    declined = await ask(scene, chat, DeclineToLink(tap.code_id))
    refused = await ask(scene, chat, tap)
    again = await agreement(scene, chat, code)

    assert "Nothing was linked" in declined.summary
    assert refused.cards[0].tone is Tone.REFUSED
    assert again == tap


async def test_nobody_can_take_a_code_away_from_the_chat_that_sent_it(scene: Scene) -> None:
    """A refusal from another chat changes nothing."""
    chat = await stranger(scene.store, scene.cast)
    other = await stranger(scene.store, scene.cast, "Uother")
    tap = await agreement(scene, chat, await code_for(scene, "小美"))

    await ask(scene, other, DeclineToLink(tap.code_id))

    assert (await ask(scene, chat, tap)).cards[0].tone is Tone.DONE


async def test_unlinking_asks_first_and_then_lets_go(scene: Scene) -> None:
    """The question says what it means; afterwards the chat is a guest's."""
    chat = scene.cast.accounts["小美"]

    asked = await ask(scene, chat, AskToUnlink())
    held = await holder(scene, chat)
    reply = await ask(scene, chat, Unlink())
    home = await ask(scene, chat, ShowHome())
    again = await ask(scene, chat, Unlink())

    assert held == scene.cast.people["小美"].id
    assert "silence counts as agreement" in all_text(asked)
    assert actions_of(asked) == [Unlink(), ShowHome()]
    assert reply.cards[0].title == "Unlinked"
    assert await holder(scene, chat) is None
    assert "joining code" in home.summary
    assert again.cards[0].tone is Tone.REFUSED
    assert len(await scene.rows(AuditEntry, deed="unlinked")) == 1


@pytest.mark.parametrize("action", [ShowHome(), ShowHelp()])
async def test_a_guest_learns_how_to_join(scene: Scene, action: Action) -> None:
    """Whatever a guest opens, it says what to type and where to get a code."""
    chat = await stranger(scene.store, scene.cast)

    said = all_text(await ask(scene, chat, action))

    assert "Type the joining code" in said
    assert "registrar" in said


async def test_a_departed_person_cannot_join(scene: Scene) -> None:
    """The code of somebody who has left is refused like any other bad code."""
    chat, code = await stranger(scene.store, scene.cast), await code_for(scene, "小美")
    await scene.change(scene.cast.people["小美"], departed=True)

    reply = await ask(scene, chat, SendCode(code))

    assert reply.summary.startswith("This joining code cannot be used")
