"""Puts one installation together: the store, the channels, the conversation. No container."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.clock import Clock
from bot.conversation import Conversation
from bot.credentials import Credentials
from bot.i18n import words
from bot.line.channel import LONGEST_CALL, LineChannel
from bot.line.inbox import Inbox
from bot.settings import Settings
from bot.vault import Vault
from models.store import Store
from scheduler.dispatch import Dispatcher


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that the processes of one installation share."""

    settings: Settings
    clock: Clock
    store: Store
    vault: Vault
    credentials: Credentials
    line: LineChannel
    inbox: Inbox
    conversation: Conversation
    dispatcher: Dispatcher


@asynccontextmanager
async def installed(
    settings: Settings, clock: Clock, *, longest_call: float = LONGEST_CALL
) -> AsyncIterator[Installation]:
    """Open an installation inside a running event loop, and close it again.

    No call to a channel takes longer than `longest_call` seconds.
    """
    store = Store(settings.database_url)
    vault = Vault(settings.secret_key.get_secret_value())
    credentials = Credentials(store, vault, clock)
    line = LineChannel(
        credentials.line,
        api_url=settings.line_api_url,
        data_api_url=settings.line_data_api_url,
        limit=longest_call,
    )
    conversation = Conversation(store, clock, [line], vault.pepper)
    dispatcher = Dispatcher(store, {line.name: line}, words, clock.now)
    inbox = Inbox(store, credentials.door, clock.now, conversation.wake)
    try:
        await credentials.refresh(even_if_fresh=True)
        yield Installation(
            settings, clock, store, vault, credentials, line, inbox, conversation, dispatcher
        )
    finally:
        await dispatcher.stop()
        await inbox.aclose()
        await line.aclose()
        await store.close()
