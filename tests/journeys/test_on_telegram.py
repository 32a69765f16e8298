"""What only Telegram has: messages that change in place, spinning buttons, calls without keys."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from handlers import router
from models.tables import Certification, ChatAccount, Confirmation, Delivery
from models.vocabulary import AccountState, DeliveryState, OutcomeState
from tests.support import cast
from tests.support.cast import taipei
from tests.support.places import TELEGRAM, Place
from tests.support.stage import Stage, playing, rows
from tests.support.telegramphones import TelegramPhone

ON_RECEIPT = taipei(2024, 10, 10, 9)


def phone_of(stage: Stage, name: str) -> TelegramPhone:
    """Return somebody's phone as Telegram's."""
    return stage.telegram.phone(stage, stage.cast.address(name))


@pytest.fixture
def on_telegram(sqlite_url: str) -> Place:
    """Give Telegram, on SQLite."""
    return Place(TELEGRAM, sqlite_url)


@pytest.mark.parametrize(
    ("fault", "arrived", "state", "reason"),
    [
        ("rate_limit", 1, DeliveryState.ACCEPTED, ""),
        ("forbidden", 0, DeliveryState.FAILED, "blocked"),
        ("reset_after", 1, DeliveryState.FAILED, "unknown"),
        ("gateway_after", 1, DeliveryState.FAILED, "unknown"),
        ("gateway_before", 0, DeliveryState.FAILED, "unknown"),
    ],
)
async def test_a_reminder_is_told_at_most_once_and_the_ledger_says_what_is_known(
    on_telegram: Place, fault: str, arrived: int, state: DeliveryState, reason: str
) -> None:
    """Asked to wait, shut out, answer lost, a gateway's page: a nudge never comes twice."""
    async with playing(on_telegram, taipei(2024, 9, 17, 12)) as stage:
        await stage.ticks()
        await stage.add(cast.performance, by="小美")
        stage.app.faults.add(fault, path="/sendMessage")
        for hour in (8, 9, 10):
            await stage.passes_to(taipei(2024, 9, 18, hour))

        assert stage.app.faults.struck == [fault]
        assert stage.accepted_for("小美") == arrived
        mine = stage.cast.accounts["小美"].id
        (delivery,) = [one for one in await rows(stage, Delivery) if one.account_id == mine]
        assert (delivery.state, delivery.reason) == (state, reason)
        (account,) = [one for one in await rows(stage, ChatAccount) if one.id == mine]
        assert (account.state is AccountState.BLOCKED) is (fault == "forbidden")


async def test_a_chat_does_not_grow_by_taps_until_its_message_is_too_old(
    on_telegram: Place,
) -> None:
    """Each answer stands where it was asked for; what cannot be changed any more gets a new one."""
    async with playing(on_telegram) as stage:
        stage.telegram.world.editable_for = timedelta(hours=48)
        pupil = phone_of(stage, "小美")
        await pupil.types("說明")
        for data in ("home", "help", "home"):
            await pupil.sends_tap(data)
        assert await pupil.written() == 1
        old = await pupil.text()

        stage.clock.at += timedelta(hours=49)
        await pupil.sends_tap("help")

        assert await pupil.written() == 2
        assert "\n".join(pupil.said(await pupil.view(), 0)).startswith(old)


async def test_the_same_answer_once_more_changes_nothing_and_is_a_success(
    on_telegram: Place,
) -> None:
    """Telegram calls it an error: the person is not told again what stands there."""
    async with playing(on_telegram, ON_RECEIPT) as stage:
        await stage.add(cast.statement, of="小美")
        pupil = phone_of(stage, "小美")
        await pupil.types("收訖")
        (tap,) = await pupil.finds("資料正確無誤")
        for _ in range(3):
            await pupil.does(tap)

        assert len(await rows(stage, Confirmation)) == 1
        assert await pupil.text() == ""
        assert await pupil.written() == 1
        await stage.ticks()
        assert await pupil.written() == 1


async def test_a_button_stops_spinning_while_its_tap_is_still_worked_on(
    on_telegram: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person sees at once that the tap has come, however long the answer takes."""
    working, stilled, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()
    answer = router.answer

    async def slow(*asked: Any) -> Any:
        working.set()
        await go_on.wait()
        return await answer(*asked)

    async with playing(on_telegram) as stage:
        pupil, world = phone_of(stage, "小美"), stage.telegram.world
        await pupil.types("說明")
        (home,) = await pupil.finds("回總覽")

        def look(*_changed: Any) -> None:
            if stage.telegram.bot.queries and not stage.telegram.spinning:
                stilled.set()

        monkeypatch.setattr(router, "answer", slow)
        world.listeners.add(look)
        await pupil.presses(home)
        acting = asyncio.create_task(stage.settled())
        async with asyncio.timeout(10):
            await working.wait()
            await stilled.wait()
        assert not acting.done()
        go_on.set()
        await acting
        await pupil.sees("截止")


async def test_a_button_pressed_in_a_group_shows_no_name(on_telegram: Place) -> None:
    """Whoever presses it, and whatever it carries: nothing of a person, and nothing is done."""
    async with playing(on_telegram) as stage:
        await stage.add(cast.outcome, by="小美", state=OutcomeState.AWAITING)
        carried = set()
        for name, said, opened in (("林老師", "待認證", "看這件"), ("張導師", "班級", "看名單")):
            await stage.of(name).types(said)
            await stage.of(name).taps(opened)
            view = await stage.of(name).view()
            carried |= {one["data"] for one in stage.of(name).actions(view)}
        assert any(data.startswith("cert:") for data in carried)

        group = await stage.group("林老師", "張導師", "小美")
        await group.types("班級")
        shown = [await group.text()]
        members = [stage.cast.address(name) for name in ("林老師", "張導師", "小美")]
        for data in sorted(carried):
            for member in members:
                chat = stage.telegram.phone(stage, group.chat_id, by=member)
                await chat.sends_tap(data)
                shown += chat.said(await group.view(), 0)

        assert len(shown) > len(carried)
        assert [name for name in stage.cast.people if name in "\n".join(shown)] == []
        assert await rows(stage, Certification) == []


async def test_a_bot_that_reads_only_commands_in_a_group_answers_those(
    on_telegram: Place,
) -> None:
    """Telegram's privacy mode, as new bots have it: by a slash, with the bot's name or without."""
    async with playing(on_telegram) as stage:
        stage.telegram.bot.reads_all = False
        group = await stage.group("張導師", "小美")
        for said, answered in (("班級", False), ("/class", True), ("/class@bell_bot", True)):
            await group.types(said)
            assert bool(await group.text()) is answered, said


async def test_who_chooses_english_finds_english_commands(on_telegram: Place) -> None:
    """The commands behind the menu button follow the choice, there and back."""
    async with playing(on_telegram) as stage:
        pupil = phone_of(stage, "小美")
        await pupil.types("我的進度")
        chinese = await pupil.commands()
        await pupil.types("english")
        await pupil.sees("From now on you are answered in English.")
        english = await pupil.commands()
        await pupil.types("中文")

        assert chinese == await pupil.commands() != english
        assert "".join(english).isascii()
