"""Methods about the bot itself and its chats: commands, the menu button, descriptions."""

import re
from typing import Any

from bot.simulator.telegram.answers import bad
from bot.simulator.telegram.api.call import Call
from bot.simulator.telegram.objects import bot_object, chat_object
from bot.simulator.telegram.state import Bot, Chat

Json = dict[str, Any]

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LONGEST_COMMAND_DESCRIPTION = 256
MOST_COMMANDS = 100
WORDS = {"Name": ("name", 64), "Description": ("description", 512)} | {
    "ShortDescription": ("short_description", 120)
}
SCOPES_WITH_CHAT = ("chat", "chat_administrators", "chat_member")
SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")


def get_me(call: Call) -> Json:
    """The method getMe."""
    return bot_object(call.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": call.bot.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(call: Call) -> Json:
    """The method getChat."""
    return chat_object(call.world, call.chat()) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }


def set_my_commands(call: Call) -> bool:
    """The method setMyCommands: for a scope and a language."""
    commands = call.parameters.parsed("commands", "commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands JSON object")
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    kept = [_command(command) for command in commands]
    key = _scope(call)
    if kept:
        call.bot.commands[key] = kept
    else:
        call.bot.commands.pop(key, None)
    _tell_everybody(call)
    return True


def delete_my_commands(call: Call) -> bool:
    """The method deleteMyCommands."""
    call.bot.commands.pop(_scope(call), None)
    _tell_everybody(call)
    return True


def get_my_commands(call: Call) -> list[Json]:
    """The method getMyCommands: exactly of this scope and language."""
    return call.bot.commands.get(_scope(call), [])


def set_chat_menu_button(call: Call) -> bool:
    """The method setChatMenuButton: of one private chat, or of all others."""
    button = call.parameters.parsed("menu_button", "menu button") or {"type": "default"}
    if button.get("type") not in ("commands", "web_app", "default"):
        raise bad("can't parse menu button: unsupported menu button type specified")
    chat_id = call.chat().chat_id if call.parameters.text("chat_id") else None
    call.bot.menu_buttons[chat_id] = button
    _tell_everybody(call)
    return True


def get_chat_menu_button(call: Call) -> Json:
    """The method getChatMenuButton."""
    chat_id = call.chat().chat_id if call.parameters.text("chat_id") else None
    return menu_button_of(call.bot, chat_id)


def set_words(call: Call) -> bool:
    """The methods setMyName, setMyDescription, setMyShortDescription: for a language."""
    name, most = WORDS[call.method.removeprefix("setMy")]
    text = call.parameters.text(name)
    if len(text) > most:
        raise bad(f"bot {name.replace('_', ' ')} is too long")
    call.bot.words[name, call.parameters.text("language_code")] = text
    return True


def get_words(call: Call) -> Json:
    """The methods getMyName, getMyDescription, getMyShortDescription, as read in a language."""
    name, _ = WORDS[call.method.removeprefix("getMy")]
    return {name: words_of(call.bot, name, call.parameters.text("language_code"))}


def commands_of(bot: Bot, chat: Chat, user_id: int, language: str) -> list[Json]:
    """The commands one person sees in a chat: the narrowest scope, their language first."""
    group = ("chat_member", f"{chat.chat_id}/{user_id}"), ("chat", str(chat.chat_id))
    scopes = (
        [*group, ("all_group_chats", ""), ("default", "")]
        if chat.is_group
        else [group[1], ("all_private_chats", ""), ("default", "")]
    )
    for scope, of in scopes:
        for wanted in (language[:2], ""):
            if found := bot.commands.get((f"{scope}:{of}", wanted)):
                return found
    return []


def menu_button_of(bot: Bot, chat_id: int | None) -> Json:
    """What stands beside the typing box: of this chat, or of all."""
    own = bot.menu_buttons.get(chat_id) or {"type": "default"}
    if own["type"] != "default":
        return own
    general = bot.menu_buttons.get(None) or {"type": "default"}
    return {"type": "commands"} if general["type"] == "default" and bot.commands else general


def words_of(bot: Bot, name: str, language: str) -> str:
    """The bot's name or description in a language, or in the default one."""
    otherwise = bot.words.get((name, ""), bot.name if name == "name" else "")
    return bot.words.get((name, language[:2])) or otherwise


def _command(command: Any) -> Json:
    if not isinstance(command, dict):
        raise bad("can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).removeprefix("/")
    description = str(command.get("description", ""))
    if not COMMAND.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= LONGEST_COMMAND_DESCRIPTION:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _scope(call: Call) -> tuple[str, str]:
    scope = call.parameters.parsed("scope", "BotCommandScope") or {"type": "default"}
    kind, language = scope.get("type"), call.parameters.text("language_code")
    if language and len(language) != 2:
        raise bad("invalid language code specified")
    if kind in SCOPES:
        return f"{kind}:", language
    if kind not in SCOPES_WITH_CHAT:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    chat_id = scope.get("chat_id")
    if not isinstance(chat_id, int) or chat_id not in call.bot.chats:
        raise bad("chat not found")
    of = f"{chat_id}/{scope.get('user_id')}" if kind == "chat_member" else str(chat_id)
    return f"{kind}:{of}", language


def _tell_everybody(call: Call) -> None:
    for chat_id in call.bot.chats:
        call.world.publish(call.bot, chat_id, "commands")
