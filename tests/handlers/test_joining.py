"""Wrong codes are counted and bring a pause; who joined, and joined again, is on a list."""

import asyncio
import uuid
from datetime import datetime, timedelta

import structlog

from handlers.actions import AgreeToLink, SendCode, ShowJoinings, ShowStaffJoinings
from handlers.replies import Entry, Reply, Tone
from models.queries import linking
from models.rules.guessing import A_CHAT, A_SCHOOL
from models.rules.linking import make_code
from models.tables import AuditEntry, ChatAccount, Notice, WrongCode
from models.vocabulary import NoticeKind
from tests.support.asking import PEPPER, actions_of, all_text, ask_from, stranger
from tests.support.scene import Scene, text_of


async def sends(
    scene: Scene, account: ChatAccount, code: str, *, at: datetime | None = None
) -> Reply:
    """Send a code from a chat."""
    return await ask_from(scene.store, scene.cast, account, SendCode(code), at=at or scene.now)


async def code_for(scene: Scene, name: str) -> str:
    """Make a joining code for a person of the cast."""
    async with scene.store.writing() as session:
        return await linking.issue(session, scene.cast.people[name], scene.now, PEPPER)


async def joins(scene: Scene, name: str, *, at: datetime) -> ChatAccount:
    """Let a person of the cast join with a chat of their own."""
    chat = await stranger(scene.store, scene.cast, f"U{uuid.uuid4().hex}")
    asked = await sends(scene, chat, await code_for(scene, name))
    tap = next(action for action in actions_of(asked) if isinstance(action, AgreeToLink))
    await ask_from(scene.store, scene.cast, chat, tap, at=at)
    return chat


async def wrong_codes(scene: Scene, count: int, *, at: datetime | None = None) -> ChatAccount:
    """Let chats type so many wrong codes at a moment, five each at most; return the last chat."""
    async with scene.store.writing() as session:
        chats = [
            ChatAccount(
                school_id=scene.cast.school.id,
                channel="line",
                address=f"U{uuid.uuid4().hex}",
                state_at=scene.now,
            )
            for _ in range(-(-count // A_CHAT.tries))
        ]
        session.add_all(chats)
        await session.flush()
        session.add_all(
            WrongCode(
                school_id=scene.cast.school.id,
                account_id=chats[number // A_CHAT.tries].id,
                typed_at=at or scene.now,
            )
            for number in range(count)
        )
    return chats[-1]


async def test_the_fifth_wrong_code_pauses_the_chat_and_says_until_when(scene: Scene) -> None:
    """During the pause even a right code is not read; afterwards it works, at that minute."""
    chat, code = await stranger(scene.store, scene.cast), await code_for(scene, "小美")
    answers = [await sends(scene, chat, make_code()) for _ in range(5)]
    paused = await sends(scene, chat, code)
    last = scene.now + timedelta(minutes=14, seconds=59)
    still = await sends(scene, chat, code, at=last)
    over = await sends(scene, chat, code, at=scene.now + timedelta(minutes=15))

    assert all("cannot be used" in answer.summary for answer in answers[:4])
    assert "can try again from 113/9/16 (Mon) 10:15 on" in answers[4].summary
    assert answers[4].summary == paused.summary == still.summary
    assert [action for action in actions_of(over) if isinstance(action, AgreeToLink)]
    assert len(await scene.rows(WrongCode)) == 5


async def test_other_chats_are_not_touched_by_the_pause_of_one(scene: Scene) -> None:
    """A pupil beside somebody who mistypes can join."""
    one, other = (
        await stranger(scene.store, scene.cast),
        await stranger(scene.store, scene.cast, "Uother"),
    )
    for _ in range(5):
        await sends(scene, one, make_code())

    reply = await sends(scene, other, await code_for(scene, "小美"))

    assert [action for action in actions_of(reply) if isinstance(action, AgreeToLink)]


async def test_the_two_hundredth_wrong_code_pauses_the_school_and_alarms_once(scene: Scene) -> None:
    """Nobody can join for an hour; the registrar is told once, and the log has an event."""
    await wrong_codes(scene, A_SCHOOL.tries - 2)
    chat, code = await stranger(scene.store, scene.cast), await code_for(scene, "小美")
    await sends(scene, chat, make_code())
    before = await scene.rows(Notice)
    with structlog.testing.capture_logs() as logged:
        said = await sends(scene, chat, make_code())
    refused = await sends(scene, chat, code, at=scene.now + timedelta(minutes=59))
    later = await sends(scene, chat, code, at=scene.now + timedelta(hours=1))

    assert before == []
    assert "nobody can join until 113/9/16 (Mon) 11:00" in said.summary
    assert refused.summary == said.summary
    assert [action for action in actions_of(later) if isinstance(action, AgreeToLink)]
    (notice,) = await scene.rows(Notice)
    assert notice.kind is NoticeKind.JOINING_PAUSED
    assert notice.person_id == scene.cast.people["註冊組"].id
    assert [(one["event"], one["whole"]) for one in logged] == [("joining_paused", True)]


async def test_tries_at_the_same_moment_are_counted_one_by_one(scene: Scene) -> None:
    """Of twenty wrong codes at once from one chat five are tried: no process overlooks another."""
    chat = await stranger(scene.store, scene.cast)

    await asyncio.gather(*(sends(scene, chat, make_code()) for _ in range(20)))

    assert len(await scene.rows(WrongCode)) == A_CHAT.tries


async def test_a_code_is_never_valid_twice_under_a_hundred_uses_at_once(scene: Scene) -> None:
    """A hundred chats send one code and say yes together: exactly one is linked."""
    await scene.change(scene.cast.accounts["小美"], person_id=None)
    code = await code_for(scene, "小美")
    chats = [await stranger(scene.store, scene.cast, f"Ucrowd{n}") for n in range(100)]

    async def joining(chat: ChatAccount) -> Tone:
        asked = await sends(scene, chat, code)
        taps = [action for action in actions_of(asked) if isinstance(action, AgreeToLink)]
        if not taps:
            return Tone.REFUSED
        return (await ask_from(scene.store, scene.cast, chat, taps[0], at=scene.now)).cards[0].tone

    async with asyncio.timeout(50):
        tones = await asyncio.gather(*map(joining, chats))

    linked = await scene.rows(ChatAccount, person_id=scene.cast.people["小美"].id)
    assert (tones.count(Tone.DONE), len(linked)) == (1, 1)
    assert len(await scene.rows(AuditEntry, deed="linked")) == 1


async def test_old_wrong_codes_are_forgotten(scene: Scene) -> None:
    """What was typed days ago is of no use to anybody."""
    await wrong_codes(scene, 7, at=scene.now - timedelta(days=2))
    chat = await stranger(scene.store, scene.cast)

    await sends(scene, chat, make_code())

    assert len(await scene.rows(WrongCode)) == 1


async def test_the_homeroom_teacher_sees_who_joined_and_who_joined_again(scene: Scene) -> None:
    """At once, newest first, with the moment; other classes are not on the list."""
    await scene.change(scene.cast.accounts["小美"], person_id=None)
    await joins(scene, "小美", at=scene.now)
    await joins(scene, "小華", at=scene.now)
    await joins(scene, "小美", at=scene.now + timedelta(minutes=1))

    reply = await scene.ask("張導師", ShowJoinings(0), at=scene.now + timedelta(minutes=1))

    (card,) = reply.cards
    entries = [block for block in card.blocks if isinstance(block, Entry)]
    assert [(one.title, one.detail, one.state) for one in entries] == [
        ("no. 12 小美", "113/9/16 (Mon) 10:01", "Joined again"),
        ("no. 12 小美", "113/9/16 (Mon) 10:00", "Joined"),
    ]
    assert "Linked now: 2 of 2" in text_of(reply)


async def test_the_registrar_sees_who_of_the_staff_joined_and_a_pause(scene: Scene) -> None:
    """A re-joining counts although the earlier chat was linked without a code."""
    await joins(scene, "林老師", at=scene.now)
    await wrong_codes(scene, A_SCHOOL.tries)

    reply = await scene.ask("註冊組", ShowStaffJoinings())

    said = text_of(reply)
    assert "林老師 | 113/9/16 (Mon) 10:00 | Joined again" in said
    assert "Joining is paused until 113/9/16 (Mon) 11:00." in said


async def test_a_long_list_of_joinings_has_pages(scene: Scene) -> None:
    """Eight a page, and a button for the earlier ones."""
    for minute in range(9):
        await joins(scene, "小美", at=scene.now + timedelta(minutes=minute))

    first = await scene.ask("張導師", ShowJoinings(0))
    (earlier,) = [one for one in actions_of(first) if isinstance(one, ShowJoinings)]
    second = await scene.ask("張導師", earlier)

    assert text_of(first).count("小美") == 8
    assert text_of(second).count("小美") == 1
    assert "113/9/16 (Mon) 10:00" in text_of(second)


async def test_the_lists_are_for_those_in_charge_only(scene: Scene) -> None:
    """Pupils, subject teachers and other homeroom teachers are refused."""
    room = scene.cast.classes["201"].id
    for name in ("小美", "林老師", "李導師"):
        assert (await scene.ask(name, ShowJoinings(room))).cards[0].tone is Tone.REFUSED
    for name in ("小美", "林老師", "張導師"):
        assert (await scene.ask(name, ShowStaffJoinings())).cards[0].tone is Tone.REFUSED
    assert "小美" not in all_text(await scene.ask("李導師", ShowJoinings(0)))
