"""One school's bot on Telegram: python-telegram-bot's Bot over the product's own wire.

Only Bot is used. The library's Application keeps what comes in, what is scheduled and who talks
to whom in memory; here the store remembers.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButtonCommands,
    User,
    WebhookInfo,
)
from telegram.error import BadRequest, TelegramError

from bot import metrics
from bot.proxies import proxy_for
from bot.telegram.outcomes import is_as_it_was, outcome
from bot.telegram.turns import Turns
from bot.telegram.updates import WANTED
from bot.telegram.wire import LeaveAlone, Wire
from scheduler.channel import Outcome, Sent

Json = dict[str, Any]
Commands = Sequence[tuple[str, str]]

ACCEPTED = Sent(Outcome.ACCEPTED, 200)


class Client:
    """Calls Telegram with one token; make it inside the running loop."""

    def __init__(
        self, api_url: str, token: str, limit: float, turns: Turns, shared: aiohttp.BaseConnector
    ) -> None:
        """Call the server at `api_url`; a call ends after `limit` seconds, whatever comes.

        The connections are `shared` by all bots of a process.
        """
        self._wire = Wire(limit, proxy_for(api_url), shared)
        self._turns = turns
        self.token = token
        self.bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._wire,
            get_updates_request=self._wire,
        )

    async def post(self, chat: str, message: Json, within: float) -> Sent:
        """Send one drawn message; every failure is a Sent."""
        call = partial(
            self._wire.say,
            f"{self.bot.base_url}/sendMessage",
            {"chat_id": int(chat)} | message,
            within,
        )
        return await metrics.call("telegram", "send", self._told(call))

    async def edit(self, chat: str, message_id: str, message: Json, within: float) -> Sent | None:
        """Put a drawn message in the place of another; None where that one cannot be edited."""
        edited = self._edited(chat, message_id, message, within)
        return await metrics.call("telegram", "edit", edited)

    async def acknowledge(self, tap: str) -> None:
        """Take the spinner off a button; raises TelegramError, for example when it is late."""
        await self.bot.answer_callback_query(tap)

    async def offer(self, commands: Commands, *, chat: str = "", language: str = "") -> None:
        """Put commands behind the menu button of one chat, or of every private chat."""
        scope = BotCommandScopeChat(int(chat)) if chat else BotCommandScopeAllPrivateChats()
        await self.bot.set_my_commands(
            [BotCommand(name, said) for name, said in commands],
            scope=scope,
            language_code=language or None,
        )

    async def offer_in_groups(self, commands: Commands, *, language: str = "") -> None:
        """Put commands into every group."""
        await self.bot.set_my_commands(
            [BotCommand(name, said) for name, said in commands],
            scope=BotCommandScopeAllGroupChats(),
            language_code=language or None,
        )

    async def show_menu_button(self) -> None:
        """Let the menu button of every chat open the commands."""
        await self.bot.set_chat_menu_button(menu_button=MenuButtonCommands())

    async def me(self) -> User:
        """Return who the bot is."""
        return await self.bot.get_me()

    async def webhook(self) -> WebhookInfo:
        """Return where updates are sent to, how many wait, and what went wrong last."""
        return await self.bot.get_webhook_info()

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates sent to an address, with a secret by which they are known."""
        await self.bot.set_webhook(url, secret_token=secret, allowed_updates=list(WANTED))

    async def delete_webhook(self) -> None:
        """Have updates kept until they are fetched."""
        await self.bot.delete_webhook()

    async def updates(self, offset: int, *, wait: int) -> list[Any]:
        """Fetch the updates from `offset` on, as they are; wait for the first so many seconds."""
        asked = {"timeout": wait, "allowed_updates": orjson.dumps(WANTED).decode()}
        if offset:
            asked["offset"] = offset
        url = f"{self.bot.base_url}/getUpdates?{urlencode(asked)}"
        found = await self._wire.post(url, read_timeout=wait + 10.0)
        return found if isinstance(found, list) else []

    async def aclose(self) -> None:
        """Make no more calls."""
        await self._wire.shutdown()

    async def _edited(
        self, chat: str, message_id: str, message: Json, within: float
    ) -> Sent | None:
        text, more = message["text"], {k: v for k, v in message.items() if k != "text"}

        async def call() -> None:
            await self.bot.edit_message_text(
                text,
                chat_id=int(chat),
                message_id=int(message_id),
                api_kwargs=more,
                read_timeout=within,
            )

        try:
            return await self._told(call, passing=BadRequest)
        except BadRequest as error:
            return ACCEPTED if is_as_it_was(error) else None

    async def _told(
        self, call: Callable[[], Awaitable[None]], passing: type[TelegramError] | tuple[()] = ()
    ) -> Sent:
        """Make a call and say how it ended; an error that is `passing` is raised."""
        try:
            await call()
        except passing:
            raise
        except TelegramError as error:
            if isinstance(error, LeaveAlone):
                self._turns.hold(error.seconds)
            return outcome(error)
        return ACCEPTED
