"""Methods that put messages into chats and change them."""

from typing import Any

from bot.simulator.telegram.answers import NOT_MODIFIED, bad
from bot.simulator.telegram.api.call import Call
from bot.simulator.telegram.entities import LONGEST_TEXT, found_in, parse_html, trimmed
from bot.simulator.telegram.keyboards import inline_keyboard, reply_keyboard
from bot.simulator.telegram.objects import message_object
from bot.simulator.telegram.state import Chat, Entry
from bot.simulator.validation.counting import utf16_units

Json = dict[str, Any]

LONGEST_CAPTION = 1_024
TYPING_SECONDS = 5.0
ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document "
    "choose_sticker find_location record_video_note upload_video_note".split()
)


def send_message(call: Call) -> Json:
    """The method sendMessage."""
    content = _text(call)
    return _put(call, content)


def send_document(call: Call) -> Json:
    """The method sendDocument: a file that was uploaded, or one named by its id or address."""
    name, size = _file(call, "document")
    document = {**_file_object(call, "document"), "file_name": name, "file_size": size}
    return _put(call, {"document": document, **_caption(call)})


def send_photo(call: Call) -> Json:
    """The method sendPhoto: in one size."""
    _, size = _file(call, "photo")
    photo = {**_file_object(call, "photo"), "width": 800, "height": 600, "file_size": size}
    return _put(call, {"photo": [photo], **_caption(call)})


def edit_message_text(call: Call) -> Json:
    """The method editMessageText: without reply_markup the keyboard goes."""
    chat, entry = _to_edit(call)
    if "text" not in entry.content:
        raise bad("there is no text in the message to edit")
    return _change(call, chat, entry, _text(call))


def edit_message_reply_markup(call: Call) -> Json:
    """The method editMessageReplyMarkup."""
    chat, entry = _to_edit(call)
    return _change(call, chat, entry, entry.content)


def delete_message(call: Call) -> bool:
    """The method deleteMessage: the bot's own, or in private chats anybody's."""
    chat = call.chat()
    if chat.entries.pop(call.parameters.number("message_id"), None) is None:
        raise bad("message to delete not found")
    call.world.publish(call.bot, chat.chat_id, "message")
    return True


def send_chat_action(call: Call) -> bool:
    """The method sendChatAction: shown for five seconds or until a message comes."""
    chat = call.open_chat()
    if call.parameters.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.typing_until = call.world.ticks() + TYPING_SECONDS
    call.world.publish(call.bot, chat.chat_id, "loading")
    return True


def _put(call: Call, content: Json) -> Json:
    chat = call.open_chat()
    keyboard = _keyboard(call, chat)
    replied = _replied(call, chat)
    call.keep_pace(chat)
    more = {"reply_to_message": replied} if replied else {}
    entry = call.world.show(call.bot, chat, "bot", content | more, keyboard=keyboard)
    call.accepted(chat, entry)
    return message_object(call.world, call.bot, chat, entry)


def _change(call: Call, chat: Chat, entry: Entry, content: Json) -> Json:
    markup = call.parameters.parsed("reply_markup", "reply keyboard markup")
    if markup is not None and (not isinstance(markup, dict) or "inline_keyboard" not in markup):
        raise bad("inline keyboard expected")
    keyboard = inline_keyboard(markup) if markup else None
    kept = {key: value for key, value in entry.content.items() if key not in ("text", "entities")}
    content = kept | content
    if (content, keyboard) == (entry.content, entry.keyboard):
        raise bad(NOT_MODIFIED)
    if content != entry.content:
        entry.edited_at = call.world.now()
    entry.content, entry.keyboard = content, keyboard
    chat.mark(entry)
    call.accepted(chat, entry)
    call.world.publish(call.bot, chat.chat_id, "message")
    return message_object(call.world, call.bot, chat, entry)


def _to_edit(call: Call) -> tuple[Chat, Entry]:
    chat = call.open_chat()
    if not call.parameters.text("message_id"):
        raise bad("message identifier is not specified")
    entry = chat.entries.get(call.parameters.number("message_id"))
    if entry is None:
        raise bad("message to edit not found")
    if entry.sender != "bot" or not call.world.is_editable(entry):
        raise bad("message can't be edited")
    return chat, entry


def _text(call: Call) -> Json:
    """The text of a message and its entities, parsed as Telegram does."""
    text, entities = _formatted(call, "text", "entities")
    if not text:
        raise bad("message text is empty")
    if utf16_units(text) > LONGEST_TEXT:
        raise bad("message is too long")
    return {"text": text} | ({"entities": entities} if entities else {})


def _caption(call: Call) -> Json:
    text, entities = _formatted(call, "caption", "caption_entities")
    if utf16_units(text) > LONGEST_CAPTION:
        raise bad("message caption is too long")
    content: Json = {"caption": text} if text else {}
    return content | ({"caption_entities": entities} if entities else {})


def _formatted(call: Call, name: str, entities_name: str) -> tuple[str, list[Json]]:
    text = call.parameters.text(name)
    entities = call.parameters.parsed(entities_name, "message entities") or []
    match call.parameters.text("parse_mode").lower():
        case "html":
            text, entities = parse_html(text)
        case "":
            pass
        case _:
            raise bad("unsupported parse_mode")
    text, entities = trimmed(text, entities)
    covered = {entity["offset"] for entity in entities}
    found = [entity for entity in found_in(text) if entity["offset"] not in covered]
    return text, sorted([*entities, *found], key=lambda each: (each["offset"], -each["length"]))


def _keyboard(call: Call, chat: Chat) -> Json | None:
    """The inline keyboard of a new message; other keyboards change the typing box instead."""
    markup = call.parameters.parsed("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        return inline_keyboard(markup)
    if "keyboard" in markup:
        chat.reply_keyboard = reply_keyboard(markup)
    elif markup.get("remove_keyboard"):
        chat.reply_keyboard = None
    return None


def _replied(call: Call, chat: Chat) -> Json | None:
    """The message that this one answers; 400 if it is gone and nothing allows for that."""
    wanted = call.parameters.parsed("reply_parameters", "reply parameters") or {}
    message_id = int(wanted.get("message_id") or call.parameters.number("reply_to_message_id"))
    if not message_id:
        return None
    entry = chat.entries.get(message_id)
    if entry is not None:
        return message_object(call.world, call.bot, chat, entry)
    if wanted.get("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def _file(call: Call, name: str) -> tuple[str, int]:
    given = call.parameters.text(name).removeprefix("attach://")
    if uploaded := call.parameters.files.get(given or name):
        return uploaded[0], len(uploaded[1])
    if not given:
        raise bad(f"there is no {name} in the request")
    return given.rpartition("/")[2], 0


def _file_object(call: Call, kind: str) -> Json:
    number = f"{len(call.world.accepted):08d}"
    return {"file_id": f"{kind}-{call.bot.bot_id}-{number}", "file_unique_id": f"{kind}{number}"}
