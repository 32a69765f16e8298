"""Telegram's side of the stage: a tapped message is changed in its place and its buttons with it.

What was seen last is told by the chat's version, not by its length. Buttons stand under the whole
message; where several read alike they carry the number of what they belong to.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.simulator.telegram.app import create_telegram
from bot.simulator.telegram.delivery import Updates
from bot.simulator.telegram.state import Hook
from bot.simulator.telegram.world import FIRST_USER_ID, TelegramWorld
from models.tables import ChatAccount
from tests.support.cast import Cast
from tests.support.phones import Backstage, ChatApp, Json, Phone

ACCOUNT = "bell_bot"
SECRET = "a_webhook_secret_of_the_tests"
TOKEN = "7000000001:a-bot-token-of-the-tests"
_MARK = re.compile(r"(?P<mark>[①-⑳]|\(\d+\)) ")


class TelegramPhone(Phone):
    """A chat in Telegram."""

    account = ACCOUNT

    async def presses(self, action: Json) -> None:
        """Press a button, also one that has gone meanwhile: the phone may not know it yet."""
        await self.posts("tap", messageId=action["messageId"], data=action["data"])

    async def presses_what_is_not_there(self, data: str) -> None:
        """Send a tap on the newest message, or on one that Telegram no longer knows."""
        messages = [one for one in (await self.view())["messages"] if one["from"] == "bot"]
        if messages:
            await self.posts("tap", messageId=messages[-1]["id"], data=data)
            return
        chat = {"id": int(self.chat_id), "type": "private"}
        tap = {
            "id": "4711",
            "from": {"id": int(self.chat_id), "is_bot": False, "first_name": "x"},
            "chat_instance": "1",
            "message": {"chat": chat, "message_id": 1, "date": 0},
            "data": data,
        }
        await self.posts("event", kind="callback_query", update=tap)

    async def arrives(self) -> None:
        """Press Start, which also ends a block."""
        await self.sends("start")

    async def blocks(self) -> None:
        """Block the bot."""
        await self.sends("block")

    async def sends_oddly(self) -> None:
        """Send a sticker and a place."""
        await self.sends("sticker")
        await self.sends("location")

    async def sends_files(self) -> None:
        """Send a picture and a file."""
        await self.sends("photo")
        await self.sends("document", fileName="報告.pdf", size=9)

    async def commands(self) -> list[str]:
        """Return the commands behind the menu button, in the language of the chat."""
        return [each["description"] for each in (await self.view())["commands"]]

    async def written(self) -> int:
        """Return how many messages of the bot stand in the chat."""
        return len(_of_bot(await self.view()))

    def actions(self, view: Json) -> Sequence[Json]:
        """Return the actions of every keyboard, that of the message changed last at the end."""
        return [action for one in _of_bot(view) for action in _keys(one)]

    def actions_beside(self, view: Json, text: str) -> Sequence[Json]:
        """Return the actions that carry the number of what holds the text, or no number."""
        found: list[Json] = []
        for one in _of_bot(view):
            for mark in _marks_at(one["message"].get("text", ""), text):
                found += [key for key in _keys(one) if _mark(key["label"]) in ("", mark)]
        return found

    def label(self, action: Json) -> str:
        """Return the words on a button without its number."""
        return _MARK.sub("", super().label(action), count=1)

    def moment(self, view: Json) -> int:
        """Return the version of the chat: it grows with every message and every change."""
        version: int = view["version"]
        return version

    def said(self, view: Json, since: int) -> list[str]:
        """Return the texts of what came or was changed since, the latest last."""
        lines: list[str] = []
        for one in _of_bot(view):
            if one["version"] > since:
                lines.append(one["message"].get("text", ""))
                lines += [f"〔{key['label']}〕" for key in _keys(one)]
        return lines


class TelegramApp(ChatApp):
    """Telegram with the school's bot, which everybody of the cast has started."""

    name = "telegram"
    secret = SECRET
    token = TOKEN
    answers_texts = tells = "/sendMessage"
    answers_taps = "/editMessageText"

    def __init__(self, clock: Clock) -> None:
        self.world = TelegramWorld(clock.now)
        self.world.pace.limits.clear()
        self.faults = self.world.faults
        self.updates = Updates(self.world, retrying=False)
        self.bot = self.world.add_bot(ACCOUNT, "歷程鈴", TOKEN)
        self.bot.reads_all = True  # the more it hears, the more it must keep to itself

    @cached_property
    def simulator(self) -> Any:
        """Telegram's servers."""
        return create_telegram(self.world, self.updates)

    @property
    def violations(self) -> Sequence[object]:
        """Calls that came too early, and webhooks that were closed."""
        return self.world.violations

    @property
    def spinning(self) -> list[str]:
        """What the buttons carry that spin."""
        return [tap.data for tap in self.bot.queries.values() if not tap.answered]

    @property
    def charged(self) -> int:
        """Nothing: Telegram is free."""
        return 0

    async def takes_in(self, session: AsyncSession, cast: Cast) -> None:
        """Let everybody have started the bot, under a number instead of LINE's address."""
        for name, linked in cast.accounts.items():
            user = self.world.add_user(name, FIRST_USER_ID + linked.id)
            self.world.start(self.bot, user.user_id)
            linked.channel, linked.address = self.name, str(user.user_id)
        await session.execute(
            sa.update(ChatAccount),
            [
                {"id": linked.id, "channel": linked.channel, "address": linked.address}
                for linked in cast.accounts.values()
            ],
        )

    def points_at(self, bot: str, school_code: str) -> None:
        """Set the webhook as `bot school webhook` does."""
        self.bot.hook = Hook(f"{bot}/telegram/{school_code}", SECRET)

    def phone(self, stage: Backstage, chat_id: str, by: str = "") -> TelegramPhone:
        """Return a phone with Telegram."""
        return TelegramPhone(stage, chat_id, by)

    def newcomer(self, name: str) -> str:
        """Let somebody have Telegram."""
        return str(self.world.add_user(name).user_id)

    def accepted_for(self, chat_id: str) -> int:
        """Return how many messages Telegram took or changed."""
        return len([one for one in self.world.accepted if one.chat_id == int(chat_id)])

    async def redeliver(self) -> None:
        """Bring again what was not taken."""
        await self.updates.redeliver()

    async def aclose(self) -> None:
        """Close the connections of the webhooks."""
        await self.updates.aclose()

    def check(self) -> None:
        """Assert besides that no button spins for ever."""
        super().check()
        assert self.spinning == []


def _of_bot(view: Json) -> list[Json]:
    """Return the bot's messages in the order in which they came or were changed last."""
    messages = [one for one in view["messages"] if one["from"] == "bot"]
    return sorted(messages, key=lambda one: int(one["version"]))


def _keys(one: Json) -> list[Json]:
    return [key["action"] for row in one["message"]["keyboard"] for key in row]


def _mark(line: str) -> str:
    found = _MARK.match(line)
    return found["mark"] if found else ""


def _marks_at(shown: str, text: str) -> Iterator[str]:
    """Yield, for each place of a text, the number of what it stands in; empty before the first."""
    mark = ""
    for line in shown.split("\n"):
        mark = _mark(line) or mark
        if text in line:
            yield mark
