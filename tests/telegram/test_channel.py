"""How Telegram is called, and what each of its answers comes to, against the simulator."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import aiohttp
import orjson
import pytest

from bot.i18n import words
from bot.simulator.telegram.app import create_telegram
from bot.simulator.telegram.state import Bot, Entry
from bot.simulator.telegram.world import TelegramWorld
from bot.telegram.channel import TelegramChannel, TelegramCredentials
from bot.telegram.updates import Ticket
from handlers.actions import ShowHelp, ShowHome
from handlers.menus import GUEST
from handlers.offering import offered
from handlers.replies import Button, Card, Paragraph, Reply
from models.vocabulary import Duty
from scheduler.channel import Outcome, Sent
from tests.support.server import serving

NOW = datetime(2026, 1, 5, 1, 2, 3, tzinfo=UTC)
USER = 5_000_000_123
TOKEN = "7000000001:a-token-of-the-tests"
REPLY = Reply("截止", (Card("截止", (Paragraph("還有 <3> 天"),), (Button("首頁", ShowHome()),)),))
OTHER = Reply("說明", (Card("說明", buttons=(Button("說明", ShowHelp()),)),))
LONG = Reply("第 0 張", tuple(Card(f"第 {n} 張", (Paragraph("字" * 1900),) * 2) for n in range(3)))


class Sky:
    """A channel with one school, and Telegram behind it."""

    def __init__(self, world: TelegramWorld, bot: Bot, url: str, **pace: float) -> None:
        self.world = world
        self.bot = bot
        self.url = url
        self.credentials = TelegramCredentials("secret", TOKEN)
        self.channel = TelegramChannel(
            lambda _code: self.credentials, api_url=url, **({"limit": 5.0, "between": 0.0} | pace)
        )

    async def send(self, reply: Reply = REPLY, address: int = USER) -> Sent:
        """Send a reply as a notice."""
        return await self.channel.send("TT", str(address), self.channel.draw(reply), "a key")

    async def answer(self, reply: Reply, **ticket: str) -> Sent:
        """Answer a tap or a text."""
        token = Ticket(str(USER), **ticket).token
        return await self.channel.reply("TT", token, self.channel.draw(reply))

    @property
    def shown(self) -> list[Entry]:
        """What the person has in the chat."""
        return list(self.world.chat(self.bot, USER).entries.values())

    @property
    def texts(self) -> list[str]:
        """The texts of the chat."""
        return [str(entry.content["text"]) for entry in self.shown]

    def tap(self) -> str:
        """Press the newest button; return the id of the tap."""
        chat = self.world.chat(self.bot, USER)
        return self.world.add_query(self.bot, chat, self.shown[-1], USER, "home").query_id


@asynccontextmanager
async def opened(**pace: float) -> AsyncIterator[Sky]:
    """Open a channel to a simulator."""
    world = TelegramWorld(lambda: NOW)
    bot = world.add_bot("bell_bot", "歷程鈴", TOKEN)
    world.add_user("小美", USER)
    world.start(bot, USER)
    async with serving(create_telegram(world)) as url:
        sky = Sky(world, bot, url, **pace)
        yield sky
        await sky.channel.aclose()


@pytest.fixture
async def sky() -> AsyncIterator[Sky]:
    """Give a channel to a simulator."""
    async with opened() as sky:
        yield sky


async def test_a_message_arrives_as_it_was_drawn(sky: Sky) -> None:
    """Bold and buttons are there, and what people typed is text and no mark."""
    assert (await sky.send()).outcome is Outcome.ACCEPTED

    (entry,) = sky.shown
    assert entry.content["text"] == "截止\n\n還有 <3> 天"
    assert [each["type"] for each in entry.content["entities"]] == ["bold"]
    assert entry.keyboard == {"inline_keyboard": [[{"text": "首頁", "callback_data": "home"}]]}


async def test_an_answer_takes_the_place_of_the_message_that_was_tapped(sky: Sky) -> None:
    """The chat does not grow; the same answer once more is a success that changes nothing."""
    await sky.send()
    message = str(sky.shown[0].message_id)

    for _ in range(2):
        assert (await sky.answer(OTHER, message=message, tap="1")).outcome is Outcome.ACCEPTED
        assert sky.texts == ["說明"]
    assert sky.shown[0].edited_at is not None


async def test_a_message_that_is_gone_is_answered_with_a_new_one(sky: Sky) -> None:
    """Too old, deleted or never there: Telegram refuses the edit."""
    assert (await sky.answer(OTHER, message="4711")).outcome is Outcome.ACCEPTED
    assert sky.texts == ["說明"]


async def test_a_tapped_button_stops_spinning_and_a_late_word_hurts_nobody(sky: Sky) -> None:
    """The tap is acknowledged beside the work; one that Telegram forgot is let go."""
    await sky.send()
    tap = sky.tap()

    await sky.channel.acknowledge("TT", Ticket(str(USER), "1", tap).token)
    await sky.channel.acknowledge("TT", Ticket(str(USER), "1", "unknown").token)
    await sky.channel.acknowledge("TT", Ticket(str(USER)).token)
    await sky.channel.aclose()

    assert sky.bot.queries[tap].answered
    assert sky.bot.api_calls["answerCallbackQuery"] == 2


async def test_a_long_reply_arrives_in_order_and_none_is_longer_than_allowed(sky: Sky) -> None:
    """What does not fit into one message goes on in the next."""
    assert (await sky.send(LONG)).outcome is Outcome.ACCEPTED

    assert [text[:5] for text in sky.texts] == ["第 0 張", "第 1 張", "第 2 張"]
    assert all(len(text) <= 4096 for text in sky.texts)


@pytest.mark.parametrize(
    ("fault", "expected", "arrives"),
    [
        ("error_before", (Outcome.UNKNOWN, "http_500"), False),
        ("error_after", (Outcome.UNKNOWN, "http_500"), True),
        ("gateway_before", (Outcome.UNKNOWN, "http_502"), False),
        ("gateway_after", (Outcome.UNKNOWN, "http_502"), True),
        ("silence_before", (Outcome.UNKNOWN, "timeout"), False),
        ("silence_after", (Outcome.UNKNOWN, "timeout"), True),
        ("drip_after", (Outcome.UNKNOWN, "timeout"), True),
        ("reset_before", (Outcome.UNKNOWN, "connection_lost"), False),
        ("reset_after", (Outcome.UNKNOWN, "connection_lost"), True),
        ("rate_limit", (Outcome.TRANSIENT, "rate"), False),
        ("forbidden", (Outcome.PERMANENT, "blocked"), False),
    ],
)
async def test_every_failure_has_its_outcome(
    fault: str, expected: tuple[Outcome, str], arrives: bool
) -> None:
    """Nothing is raised, and whatever may have arrived is unknown: Telegram has no retry key."""
    limit = 0.3 if expected[1] == "timeout" else 5.0
    async with opened(limit=limit) as sky, asyncio.timeout(5):
        sky.world.faults.add(fault)
        sent = await sky.send()

        assert len(sky.shown) == int(arrives)
    assert (sent.outcome, sent.reason) == expected
    assert bool(sent.retry_after) is (fault == "rate_limit")
    assert sent.blocked is (fault == "forbidden")


async def test_a_person_who_blocked_the_bot_or_never_pressed_start_is_out_of_reach(
    sky: Sky,
) -> None:
    """Telegram tells, unlike LINE; nobody is tried twice."""
    sky.world.chat(sky.bot, USER).blocked = True
    blocked, unknown = await sky.send(), await sky.send(address=4711)

    assert (blocked.outcome, blocked.status, blocked.blocked) == (Outcome.PERMANENT, 403, True)
    assert (unknown.outcome, unknown.reason) == (Outcome.PERMANENT, "no_such_person")
    assert unknown.blocked


async def test_what_telegram_does_not_take_is_refused_for_good(sky: Sky) -> None:
    """The library counts a bad request as a network error; it is none."""
    body = orjson.dumps([{"text": "<b>nie zu", "parse_mode": "HTML"}])
    sent = await sky.channel.send("TT", str(USER), body, "")

    assert (sent.outcome, sent.reason) == (Outcome.PERMANENT, "http_400")


async def test_a_wrong_token_is_no_messages_fault_and_the_right_one_is_used_at_once(
    sky: Sky,
) -> None:
    """The credentials are asked before every call."""
    right, sky.credentials = sky.credentials, TelegramCredentials("secret", "7000000001:wrong")
    refused = await sky.send()
    sky.credentials = right

    assert (refused.outcome, refused.reason) == (Outcome.PERMANENT, "credentials")
    assert (await sky.send()).outcome is Outcome.ACCEPTED


async def test_a_school_without_credentials_makes_no_call() -> None:
    """It is not the message's fault: whoever is still linked there waits for the right ones."""
    none: dict[str, TelegramCredentials] = {}
    channel = TelegramChannel(none.__getitem__, api_url="http://127.0.0.1:9")
    sent = await channel.send("TT", str(USER), channel.draw(REPLY), "")

    assert (sent.outcome, sent.reason) == (Outcome.PERMANENT, "credentials")


async def test_a_server_that_is_away_lost_nothing() -> None:
    """No connection came about: it may be tried again."""
    channel = TelegramChannel(
        lambda _code: TelegramCredentials("secret", TOKEN), api_url="http://127.0.0.1:9"
    )
    sent = await channel.send("TT", "1", channel.draw(REPLY), "")
    await channel.aclose()

    assert (sent.outcome, sent.reason) == (Outcome.TRANSIENT, "connect")


async def test_a_reply_that_broke_in_the_middle_is_unknown(sky: Sky) -> None:
    """The first part is there; nobody may say that all of it is, or that nothing is."""
    body = orjson.dumps([{"text": "eins"}, {"text": "<b>", "parse_mode": "HTML"}])
    sent = await sky.channel.send("TT", str(USER), body, "")

    assert (sent.outcome, sent.reason) == (Outcome.UNKNOWN, "partial")
    assert sky.texts == ["eins"]


async def test_a_bot_that_is_asked_to_wait_makes_no_call_and_another_bot_goes_on(
    sky: Sky,
) -> None:
    """What does not fit into a call's time is put off for as long as Telegram said."""
    other = sky.world.add_bot("other_bot", "別校", "7000000002:of-another-school")
    sky.world.start(other, USER)
    sky.world.faults.add("rate_limit", milliseconds=30_000)
    first, second = await sky.send(), await sky.send()
    sky.credentials = TelegramCredentials("secret", other.token)
    elsewhere = await sky.channel.send("OO", str(USER), sky.channel.draw(REPLY), "")

    assert first.retry_after == timedelta(seconds=30)
    assert second.retry_after is not None
    assert timedelta(seconds=25) < second.retry_after <= timedelta(seconds=30)
    assert sky.bot.api_calls["sendMessage"] == 1
    assert elsewhere.outcome is Outcome.ACCEPTED


async def test_a_wait_that_fits_into_the_call_is_waited_for() -> None:
    """The message arrives by itself once the time is over, and not before."""
    async with opened() as sky:
        sky.world.faults.add("rate_limit", milliseconds=1_000)
        await sky.send()

        assert (await sky.send()).outcome is Outcome.ACCEPTED
        assert sky.world.violations == []


async def test_a_chat_is_offered_the_commands_of_its_duty_in_its_language(sky: Sky) -> None:
    """They are what can be typed, and win over those that everybody is offered."""
    for menu, locale in product([GUEST, *Duty], ["zh_Hant_TW", "en"]):
        assert await sky.channel.dress("TT", str(USER), menu, locale)

        view = await _view(sky)
        shown = [(each["command"], each["description"]) for each in view["commands"]]
        assert shown == offered(menu, words(locale))
        assert view["menuButton"]["type"] == "commands"


async def test_everybody_is_offered_the_same_few_commands_once(sky: Sky) -> None:
    """In both languages, in private chats and in groups; a second chat costs one call."""
    await sky.channel.dress("TT", str(USER), GUEST, "en")
    before = sky.bot.api_calls["setMyCommands"]
    await sky.channel.dress("TT", str(USER), GUEST, "en")

    assert (before, sky.bot.api_calls["setMyCommands"]) == (5, 6)


async def test_a_chat_that_cannot_be_dressed_says_so(sky: Sky) -> None:
    """It is dressed another time."""
    sky.world.faults.add("error_before")
    assert await sky.channel.dress("TT", str(USER), GUEST, "en") is False
    assert await sky.channel.dress("TT", str(USER), GUEST, "en") is True


async def test_two_answers_become_one_as_far_as_they_fit(sky: Sky) -> None:
    """A kept answer comes first; five messages are the most."""
    joined = orjson.loads(sky.channel.joined(sky.channel.draw(REPLY), sky.channel.draw(OTHER)))
    many = sky.channel.joined(orjson.dumps([{"text": "x"}] * 5), sky.channel.draw(OTHER))

    assert [each["text"] for each in joined] == ["<b>截止</b>\n\n還有 &lt;3&gt; 天", "<b>說明</b>"]
    assert len(orjson.loads(many)) == 5


def test_credentials_are_not_shown() -> None:
    """Neither a log nor a traceback has the token."""
    assert "token" not in repr(TelegramCredentials("secret", "token"))


async def _view(sky: Sky) -> Any:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{sky.url}/phone/bell_bot/{USER}") as response,
    ):
        return await response.json()
