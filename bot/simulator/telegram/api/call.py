"""One call of the Bot API, and what every method may ask of it."""

from typing import Any

from bot.simulator.telegram.answers import BLOCKED, KICKED, Rejected, bad, too_many
from bot.simulator.telegram.api.parameters import Parameters
from bot.simulator.telegram.delivery import Updates
from bot.simulator.telegram.state import Accepted, Bot, Chat, Entry
from bot.simulator.telegram.world import TelegramWorld

Json = dict[str, Any]


class Call:
    """A method called by a bot."""

    __slots__ = ("bot", "method", "parameters", "updates", "world")

    def __init__(
        self,
        world: TelegramWorld,
        updates: Updates,
        bot: Bot,
        method: str,
        parameters: Parameters,
    ) -> None:
        self.world = world
        self.updates = updates
        self.bot = bot
        self.method = method
        self.parameters = parameters

    def chat(self) -> Chat:
        """The chat a call is about; 400 if the bot has never met it."""
        wanted = self.parameters.text("chat_id")
        if not wanted:
            raise bad("chat_id is empty")
        chat = self.bot.chats.get(int(wanted)) if wanted.lstrip("-").isdecimal() else None
        if chat is None or not (chat.started or chat.blocked or chat.is_group):
            raise bad("chat not found")
        if chat.migrated_to is not None:
            raise Rejected(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        return chat

    def open_chat(self) -> Chat:
        """The chat, if the bot may write there now."""
        chat = self.chat()
        if not chat.is_open:
            raise Rejected(403, KICKED if chat.is_group else BLOCKED)
        return chat

    def keep_pace(self, chat: Chat) -> None:
        """Count a message to a chat; 429 for a bot that is too fast or does not wait."""
        left = self.world.pace.halted(self.bot.account, chat.chat_id)
        if left:
            self.world.violate(self.bot, "sent before retry_after was over", self.method)
            raise too_many(left)
        broken, seconds = self.world.pace.wait(
            self.bot.account, chat.chat_id, is_group=chat.is_group
        )
        if broken:
            self.world.violate(self.bot, f"too fast: {broken}", self.method)
            raise too_many(seconds)

    def accepted(self, chat: Chat, entry: Entry) -> None:
        """Write down that a message was put or changed."""
        self.world.accepted.append(
            Accepted(
                self.bot.account,
                chat.chat_id,
                self.method,
                entry.message_id,
                str(entry.content.get("text", entry.content.get("caption", ""))),
                entry.keyboard,
                self.world.now(),
                self.world.ticks(),
            )
        )
