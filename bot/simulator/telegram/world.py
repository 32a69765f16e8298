"""The world Telegram keeps: bots, people and chats in memory, under a clock that is handed in."""

import random
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.faults import WIRE_KINDS, Faults
from bot.simulator.listening import Listeners
from bot.simulator.state import Violation
from bot.simulator.telegram.pace import Pace
from bot.simulator.telegram.state import (
    SHOWN_MESSAGES,
    Accepted,
    Bot,
    Chat,
    Entry,
    Query,
    TelegramUser,
)

FAULT_KINDS = (*WIRE_KINDS, "gateway_before", "gateway_after", "rate_limit", "forbidden", "slow")
ANSWERED_WITHIN = timedelta(seconds=150)
"""How long a tap waits for its answer, and its update for a bot that takes it."""
FIRST_USER_ID = 5_000_000_000
FIRST_SUPERGROUP_ID = 1_000_000_000_000


class TelegramWorld:
    """All of Telegram's state.

    `now` gives world time: updates, taps and their ends follow it. `ticks` gives real seconds for
    rate limits and "typing", which a stopped clock must not stop. `editable_for` makes older
    messages inaccessible: a tap on one names it without its text, and it cannot be edited.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        seed: int = 0,
        ticks: Callable[[], float] = time.monotonic,
        editable_for: timedelta | None = None,
    ) -> None:
        self.now = now
        self.ticks = ticks
        self.editable_for = editable_for
        self.faults = Faults(seed, FAULT_KINDS)
        self.pace = Pace(now, ticks)
        self.bots: dict[str, Bot] = {}
        self.users: dict[int, TelegramUser] = {}
        self.accepted: list[Accepted] = []
        self.violations: list[Violation] = []
        self.listeners = Listeners()
        self._random = random.Random(seed)
        self._by_token: dict[str, Bot] = {}

    def add_bot(self, account: str, name: str, token: str | None = None) -> Bot:
        """Make a bot as BotFather does; `account` is its username, and ends in "bot"."""
        bot_id = 7_000_000_000 + self._random.getrandbits(30)
        token = token or f"{bot_id}:{self._random.getrandbits(200):050x}"
        if token.partition(":")[0].isdecimal():
            bot_id = int(token.partition(":")[0])
        bot = Bot(bot_id, token, account, name, 100_000_000 + self._random.getrandbits(26))
        self.bots[account] = self._by_token[token] = bot
        return bot

    def add_user(
        self, name: str, user_id: int | None = None, language: str = "zh-hant"
    ) -> TelegramUser:
        """A person with Telegram on the phone, who has started no bot yet."""
        user_id = user_id or FIRST_USER_ID + len(self.users) * 1_000 + self._random.randrange(999)
        user = self.users[user_id] = TelegramUser(user_id, name, language)
        return user

    def add_group(self, bot: Bot, title: str, members: Iterable[int], *, old: bool = False) -> Chat:
        """A group, or one of the old kind that may still become a supergroup."""
        number = self._random.getrandbits(30)
        chat_id = -number if old else -(FIRST_SUPERGROUP_ID + number)
        chat = bot.chats[chat_id] = Chat(chat_id, title=title, members=list(members))
        return chat

    def start(self, bot: Bot, user_id: int) -> Chat:
        """Let a person have started this bot, without a message."""
        chat = self.chat(bot, user_id)
        chat.started, chat.blocked = True, False
        self.publish(bot, user_id, "state")
        return chat

    def forget(self) -> None:
        """Start over: people, chats, updates and faults go; bots with hooks and commands stay."""
        for bot in self.bots.values():
            for kept in (bot.chats, bot.pending, bot.queries, bot.api_calls):
                kept.clear()
        self.users.clear()
        self.accepted.clear()
        self.violations.clear()
        self.faults.clear()
        limits, self.pace = self.pace.limits, Pace(self.now, self.ticks)
        self.pace.limits = limits

    def bot_with_token(self, token: str) -> Bot | None:
        """The bot a token belongs to."""
        return self._by_token.get(token)

    def knows(self, bot: Bot, chat_id: int) -> bool:
        """Whether this is a person, or a group of this bot."""
        return chat_id in self.users or chat_id in bot.chats

    def chat(self, bot: Bot, chat_id: int) -> Chat:
        """The bot's chat with a person or group it may not have met yet."""
        return bot.chats.setdefault(chat_id, Chat(chat_id))

    def show(
        self, bot: Bot, chat: Chat, sender: str, content: dict[str, Any], **more: Any
    ) -> Entry:
        """Put a message into a chat; `more` are other fields of the entry."""
        chat.newest_id += 1
        entry = Entry(chat.newest_id, sender, self.now(), content, **more)
        chat.entries[entry.message_id] = entry
        chat.mark(entry)
        if len(chat.entries) > SHOWN_MESSAGES:
            del chat.entries[next(iter(chat.entries))]
        if sender == "bot":
            chat.typing_until = 0.0
        self.publish(bot, chat.chat_id, "message")
        return entry

    def is_editable(self, entry: Entry) -> bool:
        """Whether the bot may still change this message of its own."""
        return self.editable_for is None or self.now() - entry.at < self.editable_for

    def add_query(self, bot: Bot, chat: Chat, entry: Entry, user_id: int, data: str) -> Query:
        """A tap that waits for its answer."""
        query = Query(
            str(self._random.getrandbits(63)),
            chat.chat_id,
            entry.message_id,
            user_id,
            data,
            self.now(),
        )
        bot.queries[query.query_id] = query
        return query

    def waits(self, query: Query) -> bool:
        """Whether a tap may still be answered: its button spins."""
        return not query.answered and self.now() - query.at <= ANSWERED_WITHIN

    def violate(self, bot: Bot, kind: str, detail: str) -> None:
        """Record something a careful client never does."""
        self.violations.append(Violation(bot.account, kind, detail, self.now()))

    def publish(self, bot: Bot, chat_id: int, kind: str) -> None:
        """Tell whoever watches that a chat changed: message, loading, commands or state."""
        self.listeners.tell(bot.account, str(chat_id), kind)
