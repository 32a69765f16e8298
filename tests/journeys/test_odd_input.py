"""Whatever arrives is answered and breaks nothing: files, groups, blocks, kinds yet unknown."""

from models.tables import ChatAccount, InboundEvent
from models.vocabulary import AccountState, EventState
from tests.support.places import Place
from tests.support.stage import Stage, playing, rows

ODD_TEXTS = ("今天天氣真好", "x" * 5_000, "<b>&amp;{0}%s\u202e\u200b🎒", "／", "/", "/xyz", "start")
ODD_TAPS = ("no such action", "cert:zz:1", "home:" + "z" * 50, "🎒")


async def test_a_person_always_gets_an_answer(light_place: Place) -> None:
    """A sticker, a place, small talk, an unknown button: each is answered in Chinese."""
    async with playing(light_place) as stage:
        pupil = stage.of("小美")
        await pupil.sends_oddly()
        assert await pupil.text() != ""
        for text in ODD_TEXTS:
            await pupil.types(text)
            assert await pupil.text() != "", text
        for data in ODD_TAPS:
            await pupil.types("說明")
            await pupil.sends_tap(data)
            assert await pupil.text() != "", data
        assert {row.state for row in await rows(stage, InboundEvent)} == {EventState.DONE}


async def test_a_file_is_told_where_it_belongs(light_place: Place) -> None:
    """Works are uploaded on the school platform; the chat says so instead of losing the file."""
    async with playing(light_place) as stage:
        await stage.of("小美").sends_files()
        await stage.of("小美").sees("學校平臺")


async def test_blocking_is_noted_and_coming_back_greets(any_place: Place) -> None:
    """Blocking marks the account unreachable, coming back reachable, and shows the overview."""
    async with playing(any_place) as stage:
        pupil = stage.of("小美")
        await pupil.blocks()
        assert await _state(stage, "小美") is AccountState.BLOCKED
        await pupil.arrives()
        assert await _state(stage, "小美") is AccountState.OPEN
        assert await pupil.text() != ""


async def test_a_group_never_reads_a_name(place: Place) -> None:
    """In a group the bot answers commands with counts and dates, and keeps quiet otherwise."""
    async with playing(place) as stage:
        group = await stage.group("張導師", "小美", "阿明")
        await group.types("大家午餐吃什麼")
        assert await group.text() == ""
        for command in ("班級", "我的進度", "待認證"):
            await group.types(command)
            shown = await group.text()
            assert shown != ""
            assert not [name for name in stage.cast.people if name in shown]


async def _state(stage: Stage, name: str) -> AccountState:
    address = stage.cast.address(name)
    (account,) = [one for one in await rows(stage, ChatAccount) if one.address == address]
    state: AccountState = account.state
    return state
