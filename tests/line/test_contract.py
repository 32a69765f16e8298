"""One contract, kept by every channel: what became of a message is told in the same words.

Each real channel sends to its app's simulator. Where the words differ the apps do: LINE has retry
keys, so that what broke on its side may be tried again, and tells nobody who blocks.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

import orjson
import pytest

from bot.line.channel import LineChannel, LineCredentials
from bot.telegram.channel import TelegramChannel, TelegramCredentials
from handlers.actions import CertifyItem
from handlers.replies import Button, Card, Entry, Fact, Paragraph, Reply
from scheduler.channel import Outcome, Sent
from tests.support.linephones import LineApp
from tests.support.phones import ChatApp
from tests.support.places import LINE, TELEGRAM
from tests.support.server import serving
from tests.support.stage import HandClock
from tests.support.telegramphones import TelegramApp

NOW = datetime(2026, 1, 5, 1, 2, 3, tzinfo=UTC)
APPS = (LINE, TELEGRAM)
REPLY = Reply("截止 114/2/3（一）", (Card("截止", (Paragraph("還有 3 天"),)),))
HARD = (
    "<b>&amp;\"'</b>_*[`~]",
    "\u202e\u200b名\u2069",
    "{name} %s",
    "👩‍👩‍👧‍👦" * 300,
    "\x00\ud800",
    "",
    "<" * 4_096,
)
NO_BODY = {
    LINE: [{"type": "text", "text": ""}],
    TELEGRAM: [{"text": "<b>", "parse_mode": "HTML"}],
}
NOBODY = {LINE: "U" + "9" * 32, TELEGRAM: "4711"}

ACCEPTED = (Outcome.ACCEPTED, "")
TIMEOUT = (Outcome.UNKNOWN, "timeout")
LOST = (Outcome.UNKNOWN, "connection_lost")
RATE = (Outcome.TRANSIENT, "rate")
TRY_AGAIN = (Outcome.TRANSIENT, "http_500")
WHO_KNOWS = (Outcome.UNKNOWN, "http_500")
BLOCKED = (Outcome.PERMANENT, "blocked")
SITUATIONS = {
    "all is well": (ACCEPTED, ACCEPTED, 1),
    "silence_before": (TIMEOUT, TIMEOUT, 0),
    "silence_after": (TIMEOUT, TIMEOUT, 1),
    "drip_before": (TIMEOUT, TIMEOUT, 0),
    "drip_after": (TIMEOUT, TIMEOUT, 1),
    "reset_before": (LOST, LOST, 0),
    "reset_after": (LOST, LOST, 1),
    "error_before": (TRY_AGAIN, WHO_KNOWS, 0),
    "error_after": (TRY_AGAIN, WHO_KNOWS, 1),
    "rate_limit": (RATE, RATE, 0),
}
"""What LINE's channel says, what Telegram's says, and how much arrives, by the fault."""


Channel = LineChannel | TelegramChannel


@dataclass(slots=True)
class Way:
    """A channel with one school and a person at its end, and the app between."""

    app: LineApp | TelegramApp
    channel: Channel
    person: str
    keys: "count[int]" = field(default_factory=count)

    async def send(self, body: bytes, to: str = "") -> Sent:
        """Send once, with a key of its own."""
        key = str(UUID(int=next(self.keys)))
        async with asyncio.timeout(30):
            return await self.channel.send("TT", to or self.person, body, key)

    @property
    def arrived(self) -> int:
        """How many bodies the app took for the person."""
        return self.app.accepted_for(self.person)


@asynccontextmanager
async def opened(name: str, *, token: str = "", limit: float = 10.0) -> AsyncIterator[Way]:
    """Open a way to somebody on an app; with another token it is not the school's."""
    app = app_of(name)
    async with serving(app.simulator) as url:
        channel = channel_of(app, url, token or app.token, limit)
        yield Way(app, channel, befriended(app))
        await channel.aclose()
        await app.aclose()
    app.check()


def app_of(name: str) -> LineApp | TelegramApp:
    """Return an app with nobody on it."""
    clock = HandClock(NOW)
    return LineApp(clock) if name == LINE else TelegramApp(clock)


def channel_of(app: ChatApp, url: str, token: str, limit: float) -> Channel:
    """Return an app's real channel."""
    if app.name == LINE:
        line = LineCredentials(app.secret, token)
        return LineChannel(lambda _code: line, api_url=url, data_api_url=url, limit=limit)
    telegram = TelegramCredentials(app.secret, token)
    return TelegramChannel(
        lambda _code: telegram, api_url=url, limit=limit, between=0, per_second=1_000
    )


def befriended(app: LineApp | TelegramApp) -> str:
    """Let somebody have added the account; return the address."""
    person = app.newcomer("小美")
    if isinstance(app, LineApp):
        app.world.follow(app.account, person)
    else:
        app.world.start(app.bot, int(person))
    return person


def is_blocked(way: Way) -> None:
    """Let the person have blocked the account, with nobody told."""
    if isinstance(way.app, LineApp):
        way.app.world.block(way.app.account, way.person)
    else:
        way.app.world.chat(way.app.bot, int(way.person)).blocked = True


def told(sent: Sent) -> tuple[Outcome, str]:
    """Return the words of an outcome."""
    return sent.outcome, sent.reason


@pytest.mark.parametrize("app", APPS)
async def test_whatever_a_call_meets_is_told_in_the_same_words(app: str) -> None:
    """Nothing is raised, nothing takes longer than the limit, and only a rate asks to wait."""
    column = APPS.index(app)
    for late, limit in ((True, 0.7), (False, 10.0)):
        async with opened(app, limit=limit) as way:
            body, arrived = way.channel.draw(REPLY), 0
            for situation, (*words, arrives) in SITUATIONS.items():
                if (words[column] == TIMEOUT) is not late:
                    continue
                if situation in way.app.faults.kinds:
                    way.app.faults.add(situation)
                sent = await way.send(body)

                assert told(sent) == words[column], situation
                assert bool(sent.retry_after) is (situation == "rate_limit")
                arrived += arrives
                assert way.arrived == arrived, situation
            assert way.app.faults.plans == []
            assert len(way.app.faults.struck) >= 4


@pytest.mark.parametrize("app", APPS)
async def test_what_is_refused_for_good_says_whose_fault_it_is(app: str) -> None:
    """A body that no app takes, an address of nobody, somebody who blocks, another's token."""
    async with opened(app) as way:
        body = way.channel.draw(REPLY)
        bad = await way.send(orjson.dumps(NO_BODY[app]))
        nobody = await way.send(body, NOBODY[app])
        is_blocked(way)
        blocked = await way.send(body)
    async with opened(app, token="7000000001:of-somebody-else") as way:
        stranger = await way.send(body)

    assert told(bad) == (Outcome.PERMANENT, "http_400")
    assert told(nobody) == (Outcome.PERMANENT, "no_such_person")
    assert told(blocked) == {LINE: ACCEPTED, TELEGRAM: BLOCKED}[app]
    assert told(stranger) == (Outcome.PERMANENT, "credentials")


@pytest.mark.parametrize("app", APPS)
async def test_a_server_that_is_away_took_nothing(app: str) -> None:
    """The call never left, so it may be tried again on every channel."""
    channel = channel_of(app_of(app), "http://127.0.0.1:1", "1:x", 3.0)
    sent = await channel.send("TT", "4711", channel.draw(REPLY), str(UUID(int=1)))
    await channel.aclose()

    assert told(sent) == (Outcome.TRANSIENT, "connect")


@pytest.mark.parametrize("app", APPS)
async def test_no_name_and_no_length_is_refused(app: str) -> None:
    """Marks of HTML, bidi, nothing at all, thousands of signs, more cards than any app takes."""
    async with opened(app) as way:
        replies = [Reply(text, (card_of(text),)) for text in HARD]
        replies += [longest("字"), longest("<"), longest("👩‍👩‍👧‍👦")]
        for drawn in map(way.channel.draw, replies):
            assert told(await way.send(drawn)) == ACCEPTED
        assert way.arrived >= len(replies)


def card_of(text: str, *, blocks: int = 1) -> Card:
    """Give a card with a text wherever one can stand."""
    button = Button(text, CertifyItem(4711, 3))
    each = (Paragraph(text), Fact(text, text), Entry(text, text, text, button=button))
    return Card(text, each * blocks, (button,) * 6)


def longest(sign: str) -> Reply:
    """Give a reply of more and longer cards than any app takes."""
    return Reply(sign * 500, (card_of(sign * 1_000, blocks=8),) * 8)
