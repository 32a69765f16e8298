"""Users, chats, messages and updates as the Bot API writes them."""

from datetime import datetime
from typing import Any

from bot.simulator.telegram.state import Bot, Chat, Entry, Query
from bot.simulator.telegram.world import TelegramWorld

Json = dict[str, Any]


def unix(at: datetime) -> int:
    """An instant in whole seconds since 1970."""
    return int(at.timestamp())


def bot_object(bot: Bot) -> Json:
    """A bot as a user."""
    return {"id": bot.bot_id, "is_bot": True, "first_name": bot.name, "username": bot.account}


def user_object(world: TelegramWorld, user_id: int) -> Json:
    """A person as a user."""
    user = world.users[user_id]
    return {
        "id": user_id,
        "is_bot": False,
        "first_name": user.name,
        "language_code": user.language,
    }


def chat_object(world: TelegramWorld, chat: Chat) -> Json:
    """A chat inside of messages."""
    if not chat.is_group:
        name = world.users[chat.chat_id].name
        return {"id": chat.chat_id, "type": "private", "first_name": name}
    return {"id": chat.chat_id, "type": group_kind(chat.chat_id), "title": chat.title}


def group_kind(chat_id: int) -> str:
    """Whether a group's id is that of a supergroup or of the old kind."""
    return "supergroup" if chat_id < -1_000_000_000_000 else "group"


def message_object(world: TelegramWorld, bot: Bot, chat: Chat, entry: Entry) -> Json:
    """A message as the bot gets it."""
    sender = bot_object(bot) if entry.sender == "bot" else user_object(world, entry.by or 0)
    message: Json = {
        "message_id": entry.message_id,
        "from": sender,
        "chat": chat_object(world, chat),
        "date": unix(entry.at),
    }
    if entry.edited_at is not None:
        message["edit_date"] = unix(entry.edited_at)
    message |= entry.content
    if entry.keyboard is not None:
        message["reply_markup"] = entry.keyboard
    return message


def query_object(world: TelegramWorld, bot: Bot, chat: Chat, entry: Entry, query: Query) -> Json:
    """A tap as the bot gets it; a message that is too old is named without its text."""
    message = message_object(world, bot, chat, entry)
    if not world.is_editable(entry):
        message = {"chat": message["chat"], "message_id": entry.message_id, "date": 0}
    return {
        "id": query.query_id,
        "from": user_object(world, query.user_id),
        "message": message,
        "chat_instance": str(abs(chat.chat_id) * 1_000_003 + bot.bot_id),
        "data": query.data,
    }


def membership_object(
    world: TelegramWorld, bot: Bot, chat: Chat, by: int, *, before: str, after: str
) -> Json:
    """That somebody blocked, unblocked, added or removed the bot."""
    return {
        "chat": chat_object(world, chat),
        "from": user_object(world, by),
        "date": unix(world.now()),
        "old_chat_member": _member(bot, before),
        "new_chat_member": _member(bot, after),
    }


def _member(bot: Bot, status: str) -> Json:
    member: Json = {"user": bot_object(bot), "status": status}
    return member | ({"until_date": 0} if status == "kicked" else {})
