"""The world LINE keeps: accounts, people and chats in memory, under a clock that is handed in."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone

from bot.simulator.faults import Faults
from bot.simulator.identifiers import Identifiers, bot_user_id
from bot.simulator.limits import RateLimits
from bot.simulator.listening import Listeners
from bot.simulator.retrykeys import RetryKeys
from bot.simulator.state import (
    Accepted,
    Chat,
    Content,
    Entry,
    LineUser,
    OfficialAccount,
    ReplyToken,
    Violation,
)

LINE_TIME = timezone(timedelta(hours=9))
REPLY_WITHIN = timedelta(minutes=1)
RENEWED_WITHIN = timedelta(minutes=20)
FREE_PLAN = 200


class World:
    """All of LINE's state.

    `now` gives world time: tokens, retry keys and quota months follow it. `ticks` gives real
    seconds for rate limits and the loading animation, which a stopped clock must not stop.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        seed: int = 0,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.now = now
        self.ticks = ticks
        self.ids = Identifiers(seed)
        self.faults = Faults(seed)
        self.rates = RateLimits(ticks)
        self.retry_keys = RetryKeys()
        self.accounts: dict[str, OfficialAccount] = {}
        self.users: dict[str, LineUser] = {}
        self.accepted: list[Accepted] = []
        self.violations: list[Violation] = []
        self.contents: dict[tuple[str, str], Content] = {}
        self.listeners = Listeners()
        self._by_token: dict[str, OfficialAccount] = {}
        self._reply_tokens: dict[str, ReplyToken] = {}

    def add_account(  # noqa: PLR0917
        self,
        channel_id: str,
        name: str,
        basic_id: str,
        secret: str,
        token: str,
        webhook_url: str,
        plan_quota: int | None = FREE_PLAN,
        redelivery: bool = True,
    ) -> OfficialAccount:
        """Open an Official Account; `plan_quota` counts messages a month, None is without limit."""
        account = OfficialAccount(
            channel_id=channel_id,
            name=name,
            basic_id=basic_id,
            secret=secret,
            token=token,
            webhook_url=webhook_url,
            quota=plan_quota,
            redelivery=redelivery,
            user_id=bot_user_id(channel_id),
        )
        self.accounts[channel_id] = account
        self._by_token[token] = account
        return account

    def add_user(self, user_id: str, display_name: str, language: str = "zh-Hant") -> LineUser:
        """A person with LINE on the phone; friends of nobody yet."""
        user = self.users[user_id] = LineUser(user_id, display_name, language)
        return user

    def follow(self, account: OfficialAccount, user_id: str) -> bool:
        """Add the account as a friend or unblock it, and say whether it was blocked before."""
        chat = self.chat(account, user_id)
        was_blocked, chat.blocked, chat.following = chat.blocked, False, True
        self.publish(account, chat.chat_id, "state")
        return was_blocked

    def block(self, account: OfficialAccount, user_id: str) -> None:
        """Block the account: what it sends from now on is taken by LINE and arrives nowhere."""
        chat = self.chat(account, user_id)
        chat.blocked, chat.following = True, False
        self.publish(account, chat.chat_id, "state")

    def add_group(self, account: OfficialAccount, name: str, members: Iterable[str]) -> Chat:
        """A group chat the account was invited to."""
        group_id = f"C{self.ids.token()}"
        chat = Chat(group_id, following=True, group_name=name, members=list(members))
        account.chats[group_id] = chat
        return chat

    def forget(self) -> None:
        """Start over: people, chats, counts and faults go; accounts and their menus stay."""
        for account in self.accounts.values():
            for kept in (account.chats, account.used, account.sent, account.api_calls):
                kept.clear()
        self.users.clear()
        self.accepted.clear()
        self.violations.clear()
        self.contents.clear()
        self._reply_tokens.clear()
        self.retry_keys = RetryKeys()
        self.faults.clear()

    def account_with_token(self, token: str) -> OfficialAccount | None:
        """The account a bearer token belongs to."""
        return self._by_token.get(token)

    def chat(self, account: OfficialAccount, chat_id: str) -> Chat:
        """The account's chat with a person or group; KeyError if LINE knows no such id."""
        chat = account.chats.get(chat_id)
        if chat is None:
            chat = account.chats[chat_id] = Chat(self.users[chat_id].user_id)
        return chat

    def knows(self, account: OfficialAccount, chat_id: str) -> bool:
        """Whether this id is a person, or a group the account is in."""
        return chat_id in self.users or chat_id in account.chats

    def show(self, account: OfficialAccount, chat: Chat, entry: Entry) -> None:
        """Put a message into a chat; it ends the loading animation and older quick replies."""
        chat.entries.append(entry)
        chat.loading_until = 0.0
        self.publish(account, chat.chat_id, "message")

    def issue_reply_token(self, account: OfficialAccount, chat_id: str) -> str:
        """A fresh reply token for an event that happens now."""
        token, now = self.ids.token(), self.now()
        self._reply_tokens[token] = ReplyToken(account.channel_id, chat_id, now, now + REPLY_WITHIN)
        return token

    def renew_reply_token(self, token: str) -> None:
        """Give the token of a redelivered event another minute, if the event is not too old."""
        known = self._reply_tokens.get(token)
        if known is not None and self.now() - known.event_at <= RENEWED_WITHIN:
            known.expires_at = self.now() + REPLY_WITHIN

    def reply_token(self, account: OfficialAccount, token: object) -> ReplyToken | None:
        """The token, if this account may answer with it now."""
        known = self._reply_tokens.get(token) if isinstance(token, str) else None
        if known is None or known.channel_id != account.channel_id or known.used:
            return None
        return known if self.now() <= known.expires_at else None

    def month(self) -> str:
        """The month quota is counted in, as "2026-11": LINE's months turn in UTC+9."""
        return self.now().astimezone(LINE_TIME).strftime("%Y-%m")

    def violate(self, account: OfficialAccount, kind: str, detail: str) -> None:
        """Record something a careful client never does."""
        self.violations.append(Violation(account.channel_id, kind, detail, self.now()))

    def publish(self, account: OfficialAccount, chat_id: str, kind: str) -> None:
        """Tell whoever watches that a chat changed: message, richmenu, loading or state."""
        self.listeners.tell(account.channel_id, chat_id, kind)
