"""Reaches people on Telegram: messages and edits, taps that are answered, and commands.

Telegram has no retry key, so a call whose end nobody saw is *unknown* for good. python-telegram-bot
is loaded at the first call: a school without Telegram does not pay for it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from bot.bodies import joined
from bot.heard import Heard
from bot.i18n import DEFAULT_LOCALE, LOCALES, words
from bot.telegram import parse
from bot.telegram.render import MOST_MESSAGES, render
from bot.telegram.turns import Turns
from bot.telegram.updates import Ticket
from handlers.menus import GUEST
from handlers.offering import offered
from handlers.replies import Reply
from scheduler.channel import Outcome, Sent

if TYPE_CHECKING:
    import aiohttp

    from bot.telegram.client import Client

log = structlog.get_logger()

PER_SECOND = 29.0
"""Messages of a bot: Telegram allows about 30, and calls do not arrive as evenly as they leave."""
BETWEEN = 1.05
"""Seconds between two messages to a chat, of which Telegram allows one a second."""
AT_ONCE = 29
"""Messages of a bot to a batch: they leave within a second, after which answers have their say."""
LONGEST_CALL = 10.5
_PATIENCE = 0.5
"""The part of a call's time that may be spent waiting for a turn."""

Json = dict[str, Any]
Clients = Callable[[str, str, float, Turns], "Client"]


@dataclass(frozen=True, slots=True)
class TelegramCredentials:
    """How a school's bot signs in to Telegram, and how Telegram's webhooks are known."""

    secret: str
    token: str

    def __repr__(self) -> str:
        return "TelegramCredentials(…)"


@dataclass(slots=True)
class _Bot:
    """What one school has open: a client, its turns, and whether its commands are registered."""

    client: "Client"
    turns: Turns
    introducing: asyncio.Lock = field(default_factory=asyncio.Lock)
    introduced: bool = False


class TelegramChannel:
    """Every school's bot, one client each; make it inside the running loop and close it."""

    name = "telegram"
    label = "Telegram"
    counted: bool = False
    answers_count: bool = True
    at_once: int = AT_ONCE
    retry_key_lasts: timedelta | None = None

    def __init__(
        self,
        credentials: Callable[[str], TelegramCredentials],
        *,
        api_url: str = "https://api.telegram.org",
        limit: float = LONGEST_CALL,
        per_second: float = PER_SECOND,
        between: float = BETWEEN,
    ) -> None:
        """Ask `credentials` before every call: they may change. `limit` is in seconds a call."""
        self._credentials = credentials
        self._api_url = api_url
        self._limit = limit
        self.per_second: float | None = per_second
        self._turns = partial(Turns, per_second, between)
        self._bots: dict[str, _Bot] = {}
        self._connections: aiohttp.BaseConnector | None = None
        self._beside: set[asyncio.Task[None]] = set()

    def invitation(self, known_as: str, code: str) -> str:
        """Return the deep link that starts the bot with the code; "" while its name is unknown."""
        bot = known_as.removeprefix("@")
        return f"https://t.me/{bot}?start={code}" if bot else ""

    def hear(self, raw: bytes, received_at: datetime) -> Heard:
        """Return what a stored update says; never raises."""
        return parse.hear(raw, received_at)

    def draw(self, reply: Reply) -> bytes:
        """Return the messages of a reply as JSON within Telegram's limits."""
        return orjson.dumps(render(reply))

    def joined(self, first: bytes, second: bytes) -> bytes:
        """Return two drawn answers as one; what does not fit is left out of the first."""
        return joined(first, second, most=MOST_MESSAGES)

    def weigh(self, body: bytes) -> int:
        """Return how many messages a drawn body is."""
        return len(orjson.loads(body))

    async def send(self, school_code: str, address: str, body: bytes, retry_key: str) -> Sent:  # noqa: ARG002
        """Send a drawn body once; every failure is a Sent, and none takes longer than the limit.

        Of several messages the first decides: what breaks after it leaves the rest unknown.
        """
        return await self._write(school_code, Ticket(address), body, ahead=False)

    async def reply(self, school_code: str, token: str, body: bytes) -> Sent:
        """Answer in the place of the message that was tapped, or with a new one."""
        return await self._write(school_code, Ticket.read(token), body, ahead=True)

    async def acknowledge(self, school_code: str, heard_token: str) -> None:
        """Let a tapped button stop spinning, without waiting for it; it is lost when it is late."""
        tap = Ticket.read(heard_token).tap
        if tap:
            self._do_beside(self._acknowledge(school_code, tap))

    async def dress(self, school_code: str, address: str, menu: str, locale: str) -> bool:
        """Offer a chat the commands of a duty in a language; return whether it has them now."""
        bot = await self._bot(school_code)
        commands = offered(menu, words(locale))

        async def offer() -> None:
            await self._introduce(bot)
            await bot.client.offer(commands, chat=address)

        return await self._tried(school_code, offer)

    async def introduce(self, school_code: str) -> bool:
        """Register the commands that everybody is offered, once a process; return success."""
        bot = await self._bot(school_code)
        return await self._tried(school_code, lambda: self._introduce(bot))

    async def client(self, school_code: str) -> "Client":
        """Return the calls that are rare; raises KeyError for a school without a bot."""
        return (await self._bot(school_code)).client

    async def aclose(self) -> None:
        """Finish what is beside, and close every connection."""
        await asyncio.gather(*self._beside, return_exceptions=True)
        bots, self._bots = self._bots, {}
        for bot in bots.values():
            bot.turns.close()
            await bot.client.aclose()
        if self._connections is not None:
            await self._connections.close()

    async def _write(self, school_code: str, ticket: Ticket, body: bytes, *, ahead: bool) -> Sent:
        """Write a body's messages one after another; one that breaks ends it."""
        try:
            bot = await self._bot(school_code)
        except KeyError:
            return Sent(Outcome.PERMANENT, reason="credentials")
        ends_at = asyncio.get_running_loop().time() + self._limit
        sent = Sent(Outcome.PERMANENT, reason="empty")
        for place, message in enumerate(orjson.loads(body)):
            to_edit = ticket.message if place == 0 else ""
            sent = await self._place(bot, ticket.chat, to_edit, message, ends_at, ahead=ahead)
            if sent.outcome is not Outcome.ACCEPTED:
                return sent if place == 0 else Sent(Outcome.UNKNOWN, sent.status, reason="partial")
        return sent

    async def _place(
        self, bot: _Bot, chat: str, to_edit: str, message: Json, ends_at: float, *, ahead: bool
    ) -> Sent:
        """Edit a message, or write a new one where there is none to edit."""
        if to_edit:
            edited = await self._in_turn(
                bot,
                ends_at,
                bot.turns.any_turn(ahead=ahead),
                lambda left: bot.client.edit(chat, to_edit, message, left),
            )
            if edited is not None:
                return edited
        written = await self._in_turn(
            bot,
            ends_at,
            bot.turns.turn(chat, ahead=ahead),
            lambda left: bot.client.post(chat, message, left),
        )
        return written or Sent(Outcome.UNKNOWN, reason="bug")

    async def _in_turn(
        self,
        bot: _Bot,
        ends_at: float,
        turn: Awaitable[None],
        call: Callable[[float], Awaitable[Sent | None]],
    ) -> Sent | None:
        """Wait for a turn, but not for long, and make a call in the time that is left."""
        clock = asyncio.get_running_loop().time
        until = min(clock() + self._limit * _PATIENCE, ends_at)
        try:
            async with asyncio.timeout_at(until if clock() + bot.turns.held_for < until else 0):
                await turn
        except TimeoutError:
            wait = timedelta(seconds=max(bot.turns.held_for, 1.0))
            return Sent(Outcome.TRANSIENT, reason="rate", retry_after=wait)
        return await call(max(ends_at - clock(), 0.1))

    async def _introduce(self, bot: _Bot) -> None:
        async with bot.introducing:
            if bot.introduced:
                return
            for locale in LOCALES:
                language = "" if locale == DEFAULT_LOCALE else locale[:2]
                commands = offered(GUEST, words(locale))
                await bot.client.offer(commands, language=language)
                await bot.client.offer_in_groups(commands[:1], language=language)
            await bot.client.show_menu_button()
            bot.introduced = True

    async def _acknowledge(self, school_code: str, tap: str) -> None:
        bot = await self._bot(school_code)
        await self._tried(school_code, lambda: bot.client.acknowledge(tap))

    async def _tried(self, school_code: str, call: Callable[[], Awaitable[None]]) -> bool:
        """Make calls without which everything goes on; return whether they succeeded."""
        from telegram.error import TelegramError

        try:
            await call()
        except TelegramError as error:
            log.warning("telegram_call_failed", school=school_code, kind=type(error).__name__)
            return False
        return True

    def _do_beside(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _bot(self, school_code: str) -> _Bot:
        token = self._credentials(school_code).token
        bot = self._bots.get(school_code)
        if bot is not None and bot.client.token == token:
            return bot
        from bot.telegram.client import Client
        from bot.telegram.wire import connections

        turns = self._turns()
        self._connections = self._connections or connections()
        client = Client(self._api_url, token, self._limit, turns, self._connections)
        fresh = _Bot(client, turns)
        self._bots[school_code] = fresh
        if bot is not None:
            bot.turns.close()
            self._do_beside(bot.client.aclose())
        return fresh
