"""What LINE keeps: accounts, people, chats, rich menus and the ledger of what it accepted."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]

SHOWN_MESSAGES = 200


@dataclass(slots=True)
class LineUser:
    """A person with a phone; ids are issued per provider, and a world is one provider."""

    user_id: str
    display_name: str
    language: str


@dataclass(slots=True)
class Entry:
    """One message in a chat, as the phone shows it."""

    id: str
    sender: str
    at: datetime
    message: Json
    via: str | None = None
    counted: bool = False
    by: str | None = None


@dataclass(slots=True)
class Chat:
    """An account's chat with one person, or with a group when `members` is there."""

    chat_id: str
    following: bool = False
    blocked: bool = False
    wrote_at: datetime | None = None
    loading_until: float = 0.0
    rich_menu_id: str | None = None
    quick_reply_taken_on: str | None = None
    group_name: str | None = None
    members: list[str] | None = None
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=SHOWN_MESSAGES))

    @property
    def is_group(self) -> bool:
        """Whether several people read this chat."""
        return self.members is not None


@dataclass(slots=True)
class RichMenu:
    """A rich menu; its picture is uploaded once and never replaced."""

    rich_menu_id: str
    body: Json
    image: bytes | None = None
    image_type: str = ""


@dataclass(slots=True)
class Content:
    """The bytes of a picture or file a person sent; gone once unsent."""

    content_type: str
    data: bytes
    unsent: bool = False
    ready: bool = True


@dataclass(slots=True)
class ReplyToken:
    """The right to answer one event once, within a minute of its delivery."""

    channel_id: str
    chat_id: str
    event_at: datetime
    expires_at: datetime
    used: bool = False


@dataclass(slots=True, frozen=True)
class Accepted:
    """One message set LINE took for one recipient; `arrived` is false for those who block."""

    account: str
    user: str
    via: str
    retry_key: str | None
    messages: Sequence[Json]
    at: datetime
    counted: int
    arrived: bool
    request_id: str


@dataclass(slots=True, frozen=True)
class Violation:
    """Something a careful client never does, although LINE would answer it."""

    account: str
    kind: str
    detail: str
    at: datetime


@dataclass(slots=True)
class OfficialAccount:
    """A LINE Official Account with its Messaging API channel."""

    channel_id: str
    name: str
    basic_id: str
    secret: str
    token: str
    webhook_url: str
    quota: int | None
    redelivery: bool
    user_id: str
    icon_url: str | None = None
    chats: dict[str, Chat] = field(default_factory=dict)
    rich_menus: dict[str, RichMenu] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    default_rich_menu_id: str | None = None
    used: Counter[str] = field(default_factory=Counter)
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    api_calls: Counter[str] = field(default_factory=Counter)

    def rich_menu_of(self, chat: Chat) -> RichMenu | None:
        """The menu a person sees: their own before the default; a deleted one is no menu."""
        own = self.rich_menus.get(chat.rich_menu_id or "")
        return own or self.rich_menus.get(self.default_rich_menu_id or "")
