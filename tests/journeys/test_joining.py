"""Joining, leaving and coming back in a chat, and what stops somebody who guesses."""

from datetime import timedelta

import pytest

from models.rules.guessing import A_SCHOOL
from models.rules.linking import make_code
from models.tables import ChatAccount, Notice, WrongCode
from models.vocabulary import NoticeKind, OutcomeState
from tests.support import cast
from tests.support.phones import Phone
from tests.support.places import Place
from tests.support.stage import Stage, playing, rows


async def joins(stage: Stage, name: str, phone: Phone) -> None:
    """Let the bearer of a phone join as somebody."""
    await phone.types(await stage.code_for(name))
    await phone.taps("同意並綁定")


async def chat_of(stage: Stage, name: str) -> list[str]:
    """Return the addresses of the chats that are linked to somebody."""
    person = stage.cast.people[name].id
    return [one.address for one in await rows(stage, ChatAccount) if one.person_id == person]


async def test_a_new_phone_takes_over_and_the_old_one_is_told(place: Place) -> None:
    """Re-joining lets the earlier chat go; it reads so, and the homeroom teacher's list too."""
    async with playing(place) as stage:
        old, new = stage.of("小美"), await stage.stranger("小美的新手機")
        await old.looks_away()
        await joins(stage, "小美", new)
        await stage.passes_to(stage.clock.at + timedelta(seconds=50))

        await old.sees("完成綁定")
        assert await chat_of(stage, "小美") == [new.chat_id]
        teacher = stage.of("張導師")
        await teacher.types("加入名單")
        await teacher.sees("12 號 小美", "重新加入", "113/9/16（一）10:00")
        await teacher.sees_nothing_of("小華")


async def test_unlinking_and_coming_back_on_another_phone(place: Place) -> None:
    """After leaving, a fresh code and a yes bring everything back; the old code is used up."""
    async with playing(place) as stage:
        old, new = stage.of("小美"), await stage.stranger("小美的新手機")
        await old.types("解除綁定")
        await old.taps("解除綁定")
        assert await chat_of(stage, "小美") == []

        await joins(stage, "小美", new)
        assert await chat_of(stage, "小美") == [new.chat_id]
        await new.types("勾選")
        await new.sees_nothing_of("還沒有綁定")
        await old.types("勾選")
        await old.sees("還沒有綁定")


async def test_a_teacher_who_leads_a_class_has_both_duties_in_one_chat(place: Place) -> None:
    """One code, one chat: the class to look after and the works to certify stand in one home."""
    async with playing(place) as stage:
        await stage.add(
            cast.outcome, by="小美", course="英文", title="短講稿", state=OutcomeState.AWAITING
        )
        phone = await stage.stranger("張導師的新手機")
        await joins(stage, "張導師", phone)
        await phone.types("首頁")
        await phone.sees("201 班", "認證")
        await phone.types("待認證")
        await phone.sees("短講稿")
        await phone.types("班級")
        await phone.sees("201 班")


async def test_five_wrong_codes_pause_a_chat_for_a_quarter_of_an_hour(place: Place) -> None:
    """The sentence says when to try again, and then the right code works."""
    async with playing(place) as stage:
        code = await stage.code_for("小華")
        guest = await stage.stranger()
        for _ in range(5):
            await guest.types(make_code())
        await guest.sees("113/9/16（一）10:15")
        await guest.types(code)
        await guest.sees("之後可以再試")
        await guest.sees_nothing_of("小○")

        stage.clock.at += timedelta(minutes=15)
        await guest.types(code)
        await guest.sees("小○", "個人資料保護法")


async def test_a_mistyped_code_is_explained_and_not_counted(light_place: Place) -> None:
    """A guest hears what a code looks like, as often as they try; a pupil gets the home card."""
    async with playing(light_place) as stage:
        code = await stage.code_for("小華")
        guest = await stage.stranger()
        for text in (
            code[:-1],
            f"{code}A",
            "KQAMB XWNRA",
            "0912345678",
            f"給我 {code} 這個",
            "abc-def",
        ):
            await guest.types(text)
            await guest.sees("這還不是完整的綁定代碼", "10 個", "7KQ2M-XW9RA", "導師或註冊組")
        assert await rows(stage, WrongCode) == []

        await stage.of("小美").types(code[:-1])
        await stage.of("小美").sees_nothing_of("綁定代碼")
        await guest.types(f"我的代碼是 {code.lower()}")
        await guest.sees("小○")


async def test_two_processes_count_the_wrong_codes_of_a_chat_together(place: Place) -> None:
    """What one process counted the other knows: it is in the database."""
    async with playing(place) as stage:
        guest = await stage.stranger()
        for _ in range(3):
            await guest.types(make_code())
        other = stage.another_conversation()
        for _ in range(3):
            await guest.posts("text", text=make_code())
            await other.drain()
        assert len(await rows(stage, WrongCode)) == 5


@pytest.mark.timeout(120)
async def test_two_hundred_wrong_codes_pause_the_school_and_tell_the_registrar(
    place: Place,
) -> None:
    """From many chats within an hour: joining stops, the registrar's phone rings once."""
    async with playing(place) as stage:
        code = await stage.code_for("小華")
        guest = await stage.stranger()
        async with stage.installation.store.writing() as session:
            session.add_all(
                WrongCode(
                    school_id=stage.cast.school.id,
                    account_id=stage.cast.accounts[name].id,
                    typed_at=stage.clock.at,
                )
                for name in [*stage.cast.accounts] * 22
            )
            session.add(
                WrongCode(
                    school_id=stage.cast.school.id,
                    account_id=stage.cast.accounts["小美"].id,
                    typed_at=stage.clock.at,
                )
            )
        assert len(await rows(stage, WrongCode)) == A_SCHOOL.tries - 1
        office = stage.of("註冊組")
        await office.looks_away()
        await guest.types(make_code())
        await guest.sees("暫停綁定到 113/9/16（一）11:00")
        await guest.types(code)
        await guest.sees("暫停綁定到")
        await stage.ticks()
        await stage.ticks()
        await office.sees("綁定暫停到 113/9/16（一）11:00")
        alarms = [one for one in await rows(stage, Notice) if one.kind is NoticeKind.JOINING_PAUSED]
        assert len(alarms) == 1

        stage.clock.at += timedelta(hours=1)
        await guest.types(code)
        await guest.sees("小○")
