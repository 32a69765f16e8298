"""What a phone shows: messages, keyboards, commands, and what a bot did."""

from collections.abc import Iterator
from typing import Any

from bot.simulator.phone.overview import Acquaintance
from bot.simulator.telegram.api.profile import commands_of, menu_button_of, words_of
from bot.simulator.telegram.state import Bot, Chat, Entry, Query
from bot.simulator.telegram.world import TelegramWorld

Json = dict[str, Any]
Spinning = set[tuple[int, str]]

EDITS = ("editMessageText", "editMessageReplyMarkup")


def bot_view(bot: Bot) -> Json:
    """A bot in the list of accounts."""
    return {"account": bot.account, "name": bot.name, "channel": "telegram", "iconUrl": None}


def acquaintances(world: TelegramWorld, bot: Bot) -> Iterator[Acquaintance]:
    """Everybody, and what they are to a bot."""
    for user in world.users.values():
        chat = bot.chats.get(user.user_id) or Chat(user.user_id)
        yield Acquaintance(str(user.user_id), user.name, chat.started, chat.blocked)


def chat_view(world: TelegramWorld, bot: Bot, chat: Chat, by: int) -> Json:
    """One chat as the phone of a person (in a group: of one member) shows it."""
    language = world.users[by].language if by in world.users else ""
    taps = [query for query in bot.queries.values() if query.chat_id == chat.chat_id]
    spinning = {(tap.message_id, tap.data) for tap in taps if world.waits(tap)}
    view: Json = {
        "account": bot.account,
        "channel": "telegram",
        "userId": str(chat.chat_id),
        "displayName": chat.title if chat.is_group else world.users[chat.chat_id].name,
        "following": chat.started,
        "blocked": chat.blocked,
        "version": chat.version,
        "loading": chat.typing_until > world.ticks(),
        "description": words_of(bot, "description", language),
        "commands": commands_of(bot, chat, by, language),
        "menuButton": menu_button_of(bot, chat.chat_id),
        "replyKeyboard": _reply_keyboard(chat),
        "messages": [_entry(entry, spinning) for entry in chat.entries.values()],
        "answer": _newest_answer(taps, by),
    }
    if chat.members is not None:
        view["members"] = [
            {"userId": str(user_id), "displayName": world.users[user_id].name}
            for user_id in chat.members
        ]
    return view


def meter(world: TelegramWorld, bot: Bot) -> Json:
    """How much a bot sent, and what a careful one would not have done."""
    mine = [each for each in world.accepted if each.bot == bot.account]
    return {
        "account": bot.account,
        "channel": "telegram",
        "sent": sum(each.method not in EDITS for each in mine),
        "edits": sum(each.method in EDITS for each in mine),
        "pending": len(bot.pending),
        "apiCalls": dict(bot.api_calls),
        "violations": sum(each.account == bot.account for each in world.violations),
    }


def _entry(entry: Entry, spinning: Spinning) -> Json:
    view = {
        "id": str(entry.message_id),
        "from": entry.sender,
        "at": entry.at.isoformat(),
        "via": None,
        "counted": False,
        "version": entry.version,
        "edited": entry.edited_at.isoformat() if entry.edited_at else None,
        "message": {**_shown(entry), "keyboard": _keyboard(entry, spinning)},
    }
    return view if entry.by is None else view | {"by": str(entry.by)}


def _shown(entry: Entry) -> Json:
    """A message by its kind, as the page draws it."""
    content = entry.content
    replied = content.get("reply_to_message") or {}
    shown: Json = {"replyTo": replied.get("text")} if replied else {}
    text = {
        "text": content.get("text", content.get("caption", "")),
        "entities": content.get("entities", content.get("caption_entities", [])),
    }
    if "text" in content:
        return {"type": "text", **text, **shown}
    for kind in ("document", "photo", "sticker", "location"):
        if kind in content:
            about = content[kind][-1] if kind == "photo" else content[kind]
            return {"type": kind, kind: about, **text, **shown}
    return {"type": "service", "service": next(iter(content), "")}


def _keyboard(entry: Entry, spinning: Spinning) -> list[list[Json]]:
    rows = (entry.keyboard or {}).get("inline_keyboard", [])
    return [[_button(button, entry, spinning) for button in row] for row in rows]


def _button(button: Json, entry: Entry, spinning: Spinning) -> Json:
    """A button and what it does, in the words LINE's actions have where they do the same."""
    data = button.get("callback_data")
    action: Json = {"label": button["text"]}
    if data is not None:
        action |= {"type": "callback", "data": data, "messageId": str(entry.message_id)}
    elif "url" in button:
        action |= {"type": "uri", "uri": button["url"]}
    elif "web_app" in button:
        action |= {"type": "uri", "uri": button["web_app"]["url"]}
    elif "copy_text" in button:
        action |= {"type": "clipboard", "clipboardText": button["copy_text"]["text"]}
    else:
        action |= {"type": "other"}
    return {
        "action": action,
        "spinning": (entry.message_id, data) in spinning,
        "style": button.get("style"),
    }


def _reply_keyboard(chat: Chat) -> list[list[Json]] | None:
    if chat.reply_keyboard is None:
        return None
    return [
        [
            {"action": {"type": "message", "label": button["text"], "text": button["text"]}}
            for button in row
        ]
        for row in chat.reply_keyboard["keyboard"]
    ]


def _newest_answer(taps: list[Query], by: int) -> Json | None:
    """What the answer to this person's newest tap said: a note, or an alert to be closed."""
    newest = next((tap for tap in reversed(taps) if tap.user_id == by), None)
    if newest is None or not newest.text:
        return None
    return {"id": newest.query_id, "text": newest.text, "alert": newest.show_alert}
