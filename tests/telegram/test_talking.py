"""The bot on Telegram by its own means: links, commands, fetching, and pointing the webhook."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from telegram.error import Conflict

from bot.clock import SystemClock
from bot.fetching import poller
from bot.pointing import NotPointed, point_here
from bot.readiness import look
from bot.simulator.telegram.state import Hook
from bot.telegram.channel import PER_SECOND
from models.queries import pacing
from models.tables import ChatAccount, InboundEvent, Pace
from tests.support import cast
from tests.support.asking import MSGIDS
from tests.support.cast import taipei
from tests.support.places import TELEGRAM, Place
from tests.support.stage import Stage, playing, rows
from tests.support.telegramphones import ACCOUNT, TelegramPhone


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """Give the school on Telegram with its webhook set."""
    async with playing(Place(TELEGRAM, sqlite_url)) as stage:
        await point_here(stage.installation, stage.cast.school.code, stage.bot)
        yield stage


def phone_of(stage: Stage, name: str) -> TelegramPhone:
    """Return somebody's phone."""
    return stage.telegram.phone(stage, stage.cast.address(name))


async def test_a_pupil_joins_by_the_link_on_the_slip_and_acts_by_taps(stage: Stage) -> None:
    """The link brings the code; each tap changes the message it was on."""
    phone = stage.telegram.phone(stage, stage.telegram.newcomer("小美"))
    await phone.sends("start", payload=await stage.code_for("小美"))
    await phone.taps("同意並綁定")
    await phone.sees("✅ 已綁定")
    accounts = await rows(stage, ChatAccount)
    (person,) = [one.person_id for one in accounts if one.address == phone.chat_id]
    assert person == stage.cast.people["小美"].id

    await phone.taps("回總覽")
    assert await phone.text() != ""
    assert await phone.written() == 1
    view = await phone.view()
    assert [each["command"] for each in view["commands"]][:2] == ["home", "status"]


async def test_commands_are_the_words_behind_a_slash(stage: Stage) -> None:
    """/help, with the bot's name or without, is what typing the word is."""
    phone, said = phone_of(stage, "小美"), []
    for text in ("/help", f"/help@{ACCOUNT}", "說明"):
        await phone.types(text)
        said.append(await phone.text())

    assert said[0] == said[1] == said[2] != ""


async def test_an_update_that_comes_twice_acts_once(stage: Stage) -> None:
    """Telegram repeats what it thinks was not taken; ids tell."""
    phone = phone_of(stage, "小美")
    await phone.arrives()
    written = await phone.written()
    await stage.post(f"/phone/{ACCOUNT}/repeat", {})
    await stage.settled()

    assert await phone.written() == written


async def test_a_last_call_whose_answer_was_lost_is_said_again_with_a_word_about_it(
    stage: Stage,
) -> None:
    """It must be said at least once; the second one tells that it may be the second."""
    await stage.passes_to(taipei(2024, 10, 13, 12))
    await stage.add(cast.statement, of="小美")
    phone = phone_of(stage, "小美")
    await phone.looks_away()
    stage.app.faults.add("reset_after", path=stage.app.tells)
    for hour in (8, 9, 10, 11):
        await stage.passes_to(taipei(2024, 10, 14, hour))

    messages = [one["message"] for one in (await phone.view())["messages"]]
    said = [one["text"] for one in messages if "視為已確認" in one["text"]]
    assert ["剛才可能" in text for text in said] == [False, True]


async def test_without_a_public_address_updates_are_fetched(stage: Stage) -> None:
    """What was said is there after one fetch, and is asked for no more once it is stored."""
    stage.telegram.bot.hook = Hook()
    fetching = await poller(stage.installation, stage.cast.school.code, wait=0)
    phone = phone_of(stage, "小美")
    await phone.posts("text", text="說明")
    await fetching.fetch()
    await stage.settled()
    assert await phone.written() == 1

    await fetching.fetch()
    assert not stage.telegram.bot.pending


async def test_a_bot_whose_updates_are_fetched_wants_no_webhook(stage: Stage) -> None:
    """The check before a start says so while fetching goes on, and says what is missing else."""
    stage.telegram.bot.hook = Hook()
    school = stage.cast.school
    before = [each.well async for each in look(stage.installation, school, MSGIDS)]
    fetching = await poller(stage.installation, school.code, wait=0)
    await fetching.fetch()
    fetched = [each.well async for each in look(stage.installation, school, MSGIDS)]

    assert (before[:2], fetched[:2]) == ([True, False], [True, True])


async def test_what_could_not_be_stored_is_fetched_again(stage: Stage) -> None:
    """The offset moves on after the commit and not before."""
    stage.telegram.bot.hook = Hook()
    store = stage.installation.store
    fetching = await poller(stage.installation, stage.cast.school.code, wait=0)
    await phone_of(stage, "小美").posts("text", text="說明")
    async with store.writing() as session:
        await session.execute(sa.text("ALTER TABLE inbound_event RENAME TO away"))
    with pytest.raises(sa.exc.SQLAlchemyError):
        await fetching.fetch()
    async with store.writing() as session:
        await session.execute(sa.text("ALTER TABLE away RENAME TO inbound_event"))
    await fetching.fetch()

    assert len(await rows(stage, InboundEvent)) == 1


async def test_polling_takes_a_webhook_down_that_stands_in_its_way(stage: Stage) -> None:
    """Telegram refuses to do both; the next fetch succeeds."""
    fetching = await poller(stage.installation, stage.cast.school.code, wait=0)
    with pytest.raises(Conflict):
        await fetching.fetch()
    await fetching.fetch()

    assert stage.telegram.bot.hook.url == ""


async def test_the_check_says_who_the_bot_is_and_where_its_updates_go(stage: Stage) -> None:
    """A school on Telegram alone is asked nothing about LINE."""
    said = [each.said async for each in look(stage.installation, stage.cast.school, MSGIDS)]

    assert said[0] == "Telegram bot: 歷程鈴 (@bell_bot)"
    assert said[1].startswith(f"Telegram sends to {stage.bot}/telegram/")
    assert not any("LINE" in line for line in said)


async def test_an_address_that_is_none_is_not_set(stage: Stage) -> None:
    """Neither is that of a school without a bot."""
    for code, address in (
        (stage.cast.school.code, "bell.example"),
        ("XX", "https://bell.example"),
    ):
        with pytest.raises(NotPointed):
            await point_here(stage.installation, code, address)


async def test_answers_are_charged_to_the_rate_that_workers_keep(stage: Stage) -> None:
    """They do not wait for a slice of it, but what is sent unasked begins after them."""
    phone, began = phone_of(stage, "小美"), SystemClock().now()
    for _ in range(3):
        await phone.types("/help")

    (pace,) = await rows(stage, Pace)
    assert pace.free_at >= began + timedelta(seconds=3 / PER_SECOND)


async def test_a_halt_that_another_process_met_holds_this_one_s_answers(stage: Stage) -> None:
    """The answer is kept meanwhile, and comes with the next one."""
    phone, channel = phone_of(stage, "小美"), stage.installation.telegram.name
    async with stage.installation.store.writing() as session:
        halt, now = timedelta(seconds=30), stage.installation.clock.now()
        await pacing.leave_alone(session, stage.cast.school.id, channel, halt, now)
    await phone.types("/help")
    assert await phone.written() == 0

    await stage.passes_to(stage.installation.clock.now() + timedelta(minutes=1))
    await phone.types("/help")
    assert await phone.written() >= 2
