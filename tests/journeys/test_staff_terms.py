"""Teachers, homeroom teachers and newcomers in a chat, through the webhook and back."""

from models.tables import Certification, ChatAccount, Notice
from models.vocabulary import NoticeKind, OutcomeState
from tests.support import cast
from tests.support.cast import taipei
from tests.support.places import Place
from tests.support.stage import Stage, playing, rows


async def awaiting(stage: Stage, count: int = 1, by: str = "小美") -> None:
    """Let works of a pupil wait for 林老師."""
    for number in range(count):
        await stage.add(cast.outcome, by=by, title=f"實驗報告{number}", state=OutcomeState.AWAITING)


async def test_an_old_card_says_who_did_it_and_when(place: Place) -> None:
    """A second tap on 認證, or 退回 on an old card, changes nothing and says so."""
    async with playing(place) as stage:
        await awaiting(stage)
        teacher = stage.of("林老師")
        for _ in range(2):
            await teacher.types("待認證")
            await teacher.taps("看這件")
        certify, back = (await teacher.finds("認證"))[0], (await teacher.finds("退回"))[-1]
        await teacher.does(certify)
        await teacher.does(certify)
        await teacher.sees("已經在", "由您認證")
        await teacher.does(back)
        await teacher.sees("由您認證")
        assert len(await rows(stage, Certification)) == 1


async def test_a_work_is_returned_for_a_closed_reason(place: Place) -> None:
    """The pupil is told the reason, the date, and that it can be raised with the school."""
    async with playing(place) as stage:
        await awaiting(stage)
        teacher, pupil = stage.of("林老師"), stage.of("小美")
        await teacher.types("待認證")
        await teacher.taps("看這件")
        await teacher.taps("退回")
        await teacher.taps("檔案打不開或傳錯")
        await teacher.sees("已退回")
        await pupil.looks_away()
        await stage.passes_to(taipei(2024, 9, 16, 10, 11))
        await pupil.sees("實驗報告0", "檔案", "114/2/10（一）")


async def test_an_undone_tap_tells_nobody(place: Place) -> None:
    """A certification that was taken back within ten minutes reaches no pupil."""
    async with playing(place) as stage:
        await awaiting(stage)
        teacher, pupil = stage.of("林老師"), stage.of("小美")
        await teacher.types("待認證")
        await teacher.taps("看這件")
        await teacher.taps("認證")
        await teacher.taps("收回")
        await pupil.looks_away()
        await stage.passes_to(taipei(2024, 9, 16, 10, 30))
        await pupil.sees_nothing_of("實驗報告0")


async def test_a_list_is_certified_at_once_only_as_it_was_seen(place: Place) -> None:
    """A work that arrived after the look is not swept along."""
    async with playing(place) as stage:
        await awaiting(stage, 3)
        teacher = stage.of("林老師")
        await teacher.types("一次認證")
        stale = (await teacher.finds("認證這 3 件"))[-1]
        await awaiting(stage, 1, by="阿明")
        await teacher.does(stale)
        assert await rows(stage, Certification) == []

        await teacher.taps("認證這 4 件")
        assert len(await rows(stage, Certification)) == 4


async def test_a_homeroom_teacher_nudges_exactly_the_undecided(place: Place) -> None:
    """Who has decided is left alone; the same nudge goes once a day."""
    async with playing(place, taipei(2024, 10, 10, 9)) as stage:
        await stage.add(cast.statement, of="小美")
        await stage.add(cast.statement, of="阿明")
        await stage.of("阿明").types("收訖")
        await stage.of("阿明").taps("資料正確無誤")
        teacher = stage.of("張導師")
        await teacher.types("班級")
        await teacher.sees("收訖明細", "已決定 1 人，未決定 1 人")
        await teacher.taps("看名單", beside="已決定 1 人，未決定 1 人")
        await teacher.sees("小美")
        await teacher.sees_nothing_of("阿明")

        nudge = (await teacher.finds("提醒這 1 人"))[-1]
        await teacher.does(nudge)
        await teacher.does(nudge)
        await stage.ticks()
        nudged = [one for one in await rows(stage, Notice) if one.kind is NoticeKind.PUPIL_NUDGED]
        assert [one.person_id for one in nudged] == [stage.cast.people["小美"].id]
        await stage.of("小美").sees("收訖明細")


async def test_a_newcomer_joins_after_reading_what_is_kept(place: Place) -> None:
    """A code, the notice about personal data, a yes; the code works once."""
    async with playing(place) as stage:
        code = await stage.code_for("小華")
        newcomer = await stage.stranger()
        await newcomer.sees("代碼")
        await newcomer.types(code.lower())
        await newcomer.sees("小○", "個人資料保護法")
        assert stage.cast.people["小華"].id not in await _linked_since(stage, newcomer.chat_id)
        await newcomer.taps("同意並綁定")
        assert stage.cast.people["小華"].id in await _linked_since(stage, newcomer.chat_id)

        thief = await stage.stranger("另一個人")
        await thief.types(code)
        await thief.sees_nothing_of("小華")

        await newcomer.types("解除綁定")
        await newcomer.taps("解除綁定")
        assert await _linked_since(stage, newcomer.chat_id) == set()


async def test_a_newcomer_may_agree_by_typing(place: Place) -> None:
    """On a computer a yes can be typed; without a code before it, nothing is linked."""
    async with playing(place) as stage:
        newcomer = await stage.stranger()
        await newcomer.types("同意")
        assert await _linked_since(stage, newcomer.chat_id) == set()
        await newcomer.types(await stage.code_for("小華"))
        await newcomer.types("同意")
        assert stage.cast.people["小華"].id in await _linked_since(stage, newcomer.chat_id)


async def _linked_since(stage: Stage, address: str) -> set[int]:
    accounts = await rows(stage, ChatAccount)
    return {one.person_id for one in accounts if one.address == address and one.person_id}


async def test_somebody_elses_button_does_nothing(place: Place) -> None:
    """A tap copied to another chat is refused there like a thing that does not exist."""
    async with playing(place) as stage:
        await awaiting(stage)
        await stage.of("林老師").types("待認證")
        await stage.of("林老師").taps("看這件")
        data = (await stage.of("林老師").finds("認證"))[-1]["data"]
        for name in ("陳老師", "張導師", "小美", "註冊組"):
            await stage.of(name).sends_tap(data)
            await stage.of(name).sees_nothing_of("實驗報告0")
        assert await rows(stage, Certification) == []
