"""Puts one installation together: the store, the channels, the conversation. No container."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.channel import ChatChannel
from bot.clock import Clock, SystemClock
from bot.conversation import Conversation
from bot.credentials import Credentials
from bot.i18n import words
from bot.line import inbox as line_inbox
from bot.line.channel import LONGEST_CALL, LineChannel
from bot.metrics import Counting
from bot.settings import Settings
from bot.telegram import inbox as telegram_inbox
from bot.telegram.channel import BETWEEN, TelegramChannel
from bot.vault import Vault
from models.store import Store
from scheduler.dispatch import Dispatcher

COUNTED = frozenset(each.name for each in (LineChannel, TelegramChannel) if each.counted)
"""The channels whose messages cost."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that the processes of one installation share."""

    settings: Settings
    clock: Clock
    store: Store
    vault: Vault
    credentials: Credentials
    line: LineChannel
    telegram: TelegramChannel
    line_inbox: line_inbox.Inbox
    telegram_inbox: telegram_inbox.Inbox
    conversation: Conversation
    dispatcher: Dispatcher

    @property
    def channels(self) -> tuple[ChatChannel, ...]:
        """Return the ways to reach people, and to be spoken to."""
        return (self.line, self.telegram)


@asynccontextmanager
async def installed(
    settings: Settings,
    clock: Clock,
    *,
    longest_call: float = LONGEST_CALL,
    between: float = BETWEEN,
    store: Store | None = None,
) -> AsyncIterator[Installation]:
    """Open an installation inside a running event loop, and close it again with its store.

    No call to a channel takes longer than `longest_call` seconds; `between` are the seconds from
    one message of a chat to the next where a channel allows only so many. `store` is one on the
    settings' database where the caller has it already.
    """
    store = store or Store(settings.database_url)
    vault = Vault(settings.secret_key.get_secret_value())
    credentials = Credentials(store, vault, clock)
    line = LineChannel(
        credentials.line,
        api_url=settings.line_api_url,
        data_api_url=settings.line_data_api_url,
        limit=longest_call,
    )
    telegram = TelegramChannel(
        credentials.telegram, api_url=settings.telegram_api_url, limit=longest_call, between=between
    )
    conversation = Conversation(store, clock, [line, telegram], vault.pepper, settings.web_url)
    dispatcher = Dispatcher(
        store,
        {line.name: line, telegram.name: telegram},
        words,
        clock.now,
        Counting(),
        machine_clock=SystemClock().now,
    )
    into_line = line_inbox.Inbox(
        store, partial(credentials.door, line.name), clock.now, conversation.wake
    )
    into_telegram = telegram_inbox.Inbox(
        store, partial(credentials.door, telegram.name), clock.now, conversation.wake
    )
    try:
        await credentials.refresh(even_if_fresh=True)
        yield Installation(
            settings=settings,
            clock=clock,
            store=store,
            vault=vault,
            credentials=credentials,
            line=line,
            telegram=telegram,
            line_inbox=into_line,
            telegram_inbox=into_telegram,
            conversation=conversation,
            dispatcher=dispatcher,
        )
    finally:
        await dispatcher.stop()
        await into_line.aclose()
        await into_telegram.aclose()
        await line.aclose()
        await telegram.aclose()
        await store.close()
