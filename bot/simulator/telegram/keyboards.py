"""Keyboards under messages: what a button may be, and Telegram's words for what it may not."""

from typing import Any
from urllib.parse import urlsplit

from bot.simulator.telegram.answers import bad

Json = dict[str, Any]

LONGEST_DATA = 64
LONGEST_COPY = 256
MOST_BUTTONS = 100
STYLES = ("danger", "success", "primary")
PURPOSES = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def inline_keyboard(markup: Json) -> Json | None:
    """An inline keyboard as Telegram keeps it; None if it has no buttons. Raises Rejected."""
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(len(row) for row in kept) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def reply_keyboard(markup: Json) -> Json:
    """A keyboard in the typing box's place; buttons given as bare texts become objects."""
    rows = markup["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    kept = [[_text_button(button) for button in row] for row in rows if row]
    return markup | {"keyboard": kept}


def _text_button(button: Any) -> Json:
    made = {"text": button} if isinstance(button, str) else button
    if not isinstance(made, dict) or not isinstance(made.get("text"), str) or not made["text"]:
        raise bad('can\'t parse keyboard button: Field "text" must be of type String')
    return made


def _button(button: Any) -> Json:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad("inline keyboard button text must be non-empty")
    purposes = [purpose for purpose in PURPOSES if button.get(purpose) is not None]
    if not purposes:
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(purposes) > 1:
        raise bad("can't parse inline keyboard button: more than one optional field is set")
    if button.get("style") not in (None, *STYLES):
        raise bad("can't parse inline keyboard button: unknown style specified")
    _check_purpose(purposes[0], button[purposes[0]])
    return {key: value for key, value in button.items() if value is not None}


def _check_purpose(purpose: str, value: Any) -> None:
    match purpose:
        case "callback_data":
            if not isinstance(value, str) or not 1 <= len(value.encode()) <= LONGEST_DATA:
                raise bad("BUTTON_DATA_INVALID")
        case "url":
            if urlsplit(str(value)).scheme not in ("http", "https", "tg"):
                raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
        case "web_app":
            if not str((value or {}).get("url", "")).startswith("https://"):
                raise bad(
                    f"inline keyboard button Web App URL '{(value or {}).get('url')}' is invalid: "
                    "Only HTTPS links are allowed"
                )
        case "copy_text":
            if not 1 <= len(str((value or {}).get("text", ""))) <= LONGEST_COPY:
                raise bad("BUTTON_COPY_TEXT_INVALID")
