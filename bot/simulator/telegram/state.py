"""What Telegram keeps: bots, people, chats, taps that wait for an answer, and updates."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]

SHOWN_MESSAGES = 200


@dataclass(slots=True)
class TelegramUser:
    """A person with Telegram; ids have up to 52 bits."""

    user_id: int
    name: str
    language: str


@dataclass(slots=True)
class Entry:
    """One message in a chat: `content` as the Bot API writes it, the inline keyboard apart.

    `version` is that of the chat when the message came or was last changed.
    """

    message_id: int
    sender: str
    at: datetime
    content: Json
    keyboard: Json | None = None
    edited_at: datetime | None = None
    by: int | None = None
    version: int = 0


@dataclass(slots=True)
class Chat:
    """A bot's chat with one person, or with a group when `members` is there.

    `started` says that the person has pressed Start once, or that the bot is in the group.
    """

    chat_id: int
    started: bool = False
    blocked: bool = False
    title: str | None = None
    members: list[int] | None = None
    migrated_to: int | None = None
    typing_until: float = 0.0
    reply_keyboard: Json | None = None
    newest_id: int = 0
    version: int = 0
    entries: dict[int, Entry] = field(default_factory=dict)

    def mark(self, entry: Entry) -> None:
        """Note that a message is new or changed: whoever looked before sees something else."""
        self.version += 1
        entry.version = self.version

    @property
    def is_group(self) -> bool:
        """Whether several people read this chat."""
        return self.members is not None

    @property
    def is_open(self) -> bool:
        """Whether the bot may write here."""
        return self.started and not self.blocked


@dataclass(slots=True)
class Query:
    """A tap on a button: it spins until the bot answers; `text` is what the answer said."""

    query_id: str
    chat_id: int
    message_id: int
    user_id: int
    data: str
    at: datetime
    answered: bool = False
    text: str = ""
    show_alert: bool = False


@dataclass(slots=True)
class Pending:
    """An update the bot has not taken yet; those of one queue go one after the other."""

    update_id: int
    update: Json
    queue: tuple[str, int]
    due_at: datetime
    expires_at: datetime
    tries: int = 0
    aside: bool = False


@dataclass(slots=True)
class Hook:
    """Where a bot takes its updates; without an address it asks for them."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    allowed: list[str] | None = None
    last_error_at: datetime | None = None
    last_error: str = ""


@dataclass(slots=True, frozen=True)
class Accepted:
    """One call that put or changed a message; `ticks` are real seconds."""

    bot: str
    chat_id: int
    method: str
    message_id: int
    text: str
    keyboard: Json | None
    at: datetime
    ticks: float


@dataclass(slots=True)
class Bot:
    """A bot with its token; `account` is its username, by which the phone API names it."""

    bot_id: int
    token: str
    account: str
    name: str
    next_update_id: int
    reads_all: bool = False
    hook: Hook = field(default_factory=Hook)
    chats: dict[int, Chat] = field(default_factory=dict)
    pending: dict[int, Pending] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)
    words: dict[tuple[str, str], str] = field(default_factory=dict)
    api_calls: Counter[str] = field(default_factory=Counter)
