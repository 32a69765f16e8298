"""A person and the bot on Telegram, from the webhook to the edited message, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from sqlmodel import col, select
from starlette.applications import Starlette
from telegram.error import Conflict

from bot.app import routes
from bot.fetching import poller
from bot.pointing import NotPointed, point_here
from bot.readiness import look
from bot.settings import load
from bot.simulator.telegram.app import create_telegram
from bot.simulator.telegram.state import Bot
from bot.simulator.telegram.world import TelegramWorld
from bot.wiring import Installation, installed
from models.queries import linking
from models.tables import ChannelCredential, ChatAccount, Delivery, InboundEvent
from models.vocabulary import AccountState, DeliveryState
from scheduler import jobs
from tests.support.asking import MSGIDS
from tests.support.cast import Cast, performance, settle, statement, taipei
from tests.support.server import serving
from tests.support.stage import KEY, HandClock

Json = dict[str, Any]
TOKEN = "7000000001:a-token-of-the-tests"
SECRET = "the_secret-of-the-webhook"
MEI = 5_000_000_123
HOME = "我還有什麼沒做"


@dataclass
class Street:
    """An installation with a school on Telegram, and a person's phone."""

    installation: Installation
    cast: Cast
    world: TelegramWorld
    bot: Bot
    http: aiohttp.ClientSession
    simulator: str
    address: str

    async def does(self, deed: str, *, chat: int = MEI, **body: Any) -> None:
        """Do something on the phone and let the bot act upon it."""
        await self.post(f"/phone/bell_bot/{chat}/{deed}", body)
        await self.installation.conversation.drain()

    async def taps(self, label: str) -> None:
        """Press the newest button with this label."""
        chat = self.world.chat(self.bot, MEI)
        entry = next(e for e in reversed(chat.entries.values()) if label in str(e.keyboard))
        await self.does("tap", messageId=str(entry.message_id), label=label)

    async def post(self, path: str, body: Json) -> Json:
        """Do something in the simulator."""
        async with self.http.post(self.simulator + path, json=body) as response:
            assert response.status == 200, await response.text()
            answer: Json = await response.json()
            return answer

    async def view(self, chat: int = MEI) -> Json:
        """Return what the phone shows."""
        async with self.http.get(f"{self.simulator}/phone/bell_bot/{chat}") as response:
            view: Json = await response.json()
            return view

    async def said(self, chat: int = MEI) -> list[str]:
        """Return the texts that the bot wrote, the newest last."""
        messages = (await self.view(chat))["messages"]
        return [one["message"]["text"] for one in messages if one["from"] == "bot"]

    async def account(self) -> ChatAccount:
        """Return the account of the phone."""
        async with self.installation.store.reading() as session:
            known = select(ChatAccount).where(col(ChatAccount.address) == str(MEI))
            return (await session.execute(known)).scalar_one()

    async def code(self, name: str = "小美") -> str:
        """Return a fresh joining code."""
        async with self.installation.store.writing() as session:
            person, now = self.cast.people[name], self.installation.clock.now()
            return await linking.issue(session, person, now, self.installation.vault.pepper)

    async def passes_to(self, at: datetime) -> None:
        """Let the time pass, with the scheduler ticking once when it is there."""
        installation = self.installation
        installation.clock.at = at  # type: ignore[attr-defined]
        await jobs.tick(installation.store, installation.dispatcher, at)

    async def joins(self) -> None:
        """Press Start by the link on the code sheet, and agree."""
        await self.does("start", payload=await self.code())
        await self.taps("同意並綁定")


@asynccontextmanager
async def opened(database_url: str, *, webhook: bool = True) -> AsyncIterator[Street]:
    """Put the small school on Telegram."""
    clock = HandClock(taipei(2024, 9, 16, 10))
    world = TelegramWorld(clock.now)
    bot = world.add_bot("bell_bot", "歷程鈴", TOKEN)
    world.add_user("小美", MEI)
    async with serving(create_telegram(world)) as simulator:
        settings = load(database_url=database_url, secret_key=KEY, telegram_api_url=simulator)
        async with installed(settings, clock, longest_call=2, between=0) as installation:
            cast = await settle(installation.store)
            seal = installation.vault.seal
            async with installation.store.writing() as session:
                session.add(
                    ChannelCredential(
                        school_id=cast.school.id,
                        channel="telegram",
                        secret=seal(SECRET),
                        token=seal(TOKEN),
                    )
                )
                await session.execute(sa.update(ChatAccount).values(person_id=None))
            await installation.credentials.refresh(even_if_fresh=True)
            async with (
                serving(Starlette(routes=routes(installation))) as address,
                aiohttp.ClientSession() as http,
            ):
                if webhook:
                    await point_here(installation, cast.school.code, address)
                yield Street(installation, cast, world, bot, http, simulator, address)


@pytest.fixture
async def street(sqlite_url: str) -> AsyncIterator[Street]:
    """Give the school on Telegram with its webhook set."""
    async with opened(sqlite_url) as street:
        yield street


async def test_a_pupil_joins_by_the_link_on_the_slip_and_acts_by_taps(street: Street) -> None:
    """The link brings the code; each tap changes the message it was on, and no button spins."""
    await street.joins()

    account = await street.account()
    assert account.person_id == street.cast.people["小美"].id
    assert (await street.said())[-1].startswith("✅ 已綁定")

    await street.taps("回總覽")
    view = await street.view()
    assert len([one for one in view["messages"] if one["from"] == "bot"]) == 1
    assert (await street.said())[-1] != ""
    assert not any(
        button["spinning"]
        for one in view["messages"]
        for row in one["message"].get("keyboard") or []
        for button in row
    )
    assert [each["command"] for each in view["commands"]][:2] == ["home", "status"]
    assert street.world.violations == []


async def test_commands_are_the_words_behind_a_slash(street: Street) -> None:
    """/help, with the bot's name or without, is what typing the word is."""
    await street.joins()
    await street.does("text", text="/help@bell_bot")
    await street.does("text", text="說明")

    with_slash, typed = (await street.said())[-2:]
    assert with_slash == typed


async def test_an_update_that_comes_twice_acts_once(street: Street) -> None:
    """Telegram repeats what it thinks was not taken; ids tell."""
    await street.does("start")
    said = await street.said()
    await street.post("/phone/bell_bot/repeat", {})
    await street.installation.conversation.drain()

    assert await street.said() == said


async def test_who_blocks_the_bot_is_out_of_reach_until_they_come_back(street: Street) -> None:
    """my_chat_member says so at once."""
    await street.joins()
    await street.does("block")
    assert (await street.account()).state is AccountState.BLOCKED

    await street.does("unblock")
    assert (await street.account()).state is AccountState.OPEN


async def test_a_notice_to_somebody_who_blocked_in_secret_marks_the_account(
    street: Street,
) -> None:
    """403 is said in the answer to a call; the ledger has it as blocked."""
    await street.joins()
    installation = street.installation
    async with installation.store.writing() as session:
        await performance(session, street.cast, by="小美")
    await street.passes_to(taipei(2024, 9, 19, 8))
    assert "勾選" in (await street.said())[-1]
    street.world.chat(street.bot, MEI).blocked = True
    await street.passes_to(taipei(2024, 9, 20, 8))

    assert (await street.account()).state is AccountState.BLOCKED


async def test_a_notice_whose_answer_was_lost_is_not_said_again(street: Street) -> None:
    """Telegram has no retry key: the ledger says that nobody knows, and a nudge is said once."""
    await street.joins()
    async with street.installation.store.writing() as session:
        await performance(session, street.cast, by="小美")
    street.world.faults.add("reset_after", path="/sendMessage")
    for hour in (8, 9, 10):
        await street.passes_to(taipei(2024, 9, 19, hour))

    said = [text for text in await street.said() if "勾選" in text]
    async with street.installation.store.reading() as session:
        delivery = (await session.execute(select(Delivery))).scalar_one()
    assert len(said) == 1
    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, "unknown")


async def test_a_last_call_whose_answer_was_lost_is_said_again_with_a_word_about_it(
    street: Street,
) -> None:
    """It must be said at least once; the second one tells that it may be the second."""
    await street.joins()
    async with street.installation.store.writing() as session:
        await statement(session, street.cast, of="小美")
    street.world.faults.add("reset_after", path="/sendMessage")
    for hour in (8, 9, 10, 11):
        await street.passes_to(taipei(2024, 10, 14, hour))

    said = [text for text in await street.said() if "視為已確認" in text]
    assert len(said) == 2
    assert ["剛才可能" in text for text in said] == [False, True]


async def test_a_group_gets_counts_and_no_name(street: Street) -> None:
    """Only commands are answered there, and with numbers."""
    await street.joins()
    made = await street.post("/phone/bell_bot/groups", {"name": "201", "members": [str(MEI)]})
    await street.installation.conversation.drain()
    group = int(made["groupId"])
    before = await street.said(group)
    await street.does("text", chat=group, text="大家好")
    assert await street.said(group) == before

    await street.does("text", chat=group, text="/status@bell_bot")
    shown = "\n".join(await street.said(group))
    assert len(await street.said(group)) == len(before) + 1
    assert "小美" not in shown


async def test_without_a_public_address_updates_are_fetched(sqlite_url: str) -> None:
    """What was said is there after one fetch, and is asked for no more once it is stored."""
    async with opened(sqlite_url, webhook=False) as street:
        fetching = await poller(street.installation, street.cast.school.code, wait=0)
        await street.does("start")
        await fetching.fetch()
        await street.installation.conversation.drain()
        assert len(await street.said()) == 1

        await fetching.fetch()
        assert not street.bot.pending


async def test_a_bot_whose_updates_are_fetched_wants_no_webhook(sqlite_url: str) -> None:
    """The check before a start says so while fetching goes on, and says what is missing else."""
    async with opened(sqlite_url, webhook=False) as street:
        school = street.cast.school
        before = [each.well async for each in look(street.installation, school, MSGIDS)]
        fetching = await poller(street.installation, street.cast.school.code, wait=0)
        await fetching.fetch()
        fetched = [each.well async for each in look(street.installation, school, MSGIDS)]

        assert (before[:2], fetched[:2]) == ([True, False], [True, True])


async def test_what_could_not_be_stored_is_fetched_again(sqlite_url: str) -> None:
    """The offset moves on after the commit and not before."""
    async with opened(sqlite_url, webhook=False) as street:
        store = street.installation.store
        fetching = await poller(street.installation, street.cast.school.code, wait=0)
        await street.does("start")
        async with store.writing() as session:
            await session.execute(sa.text("ALTER TABLE inbound_event RENAME TO away"))
        with pytest.raises(sa.exc.SQLAlchemyError):
            await fetching.fetch()
        async with store.writing() as session:
            await session.execute(sa.text("ALTER TABLE away RENAME TO inbound_event"))
        await fetching.fetch()

        async with store.reading() as session:
            assert await session.scalar(select(sa.func.count()).select_from(InboundEvent)) == 1


async def test_polling_takes_a_webhook_down_that_stands_in_its_way(street: Street) -> None:
    """Telegram refuses to do both; the next fetch succeeds."""
    fetching = await poller(street.installation, street.cast.school.code, wait=0)
    with pytest.raises(Conflict):
        await fetching.fetch()
    await fetching.fetch()

    assert street.bot.hook.url == ""


async def test_the_check_says_who_the_bot_is_and_where_its_updates_go(
    street: Street,
) -> None:
    """A school on Telegram alone is asked nothing about LINE."""
    said = [each.said async for each in look(street.installation, street.cast.school, MSGIDS)]

    assert said[0] == "Telegram bot: 歷程鈴 (@bell_bot)"
    assert said[1].startswith(f"Telegram sends to {street.address}/telegram/")
    assert not any("LINE" in line for line in said)


async def test_an_address_that_is_none_is_not_set(street: Street) -> None:
    """Neither is that of a school without a bot."""
    for code, address in (
        (street.cast.school.code, "bell.example"),
        ("XX", "https://bell.example"),
    ):
        with pytest.raises(NotPointed):
            await point_here(street.installation, code, address)
