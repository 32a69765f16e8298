"""Message objects: one to five in a call, each within the limits of its kind."""

import re
from collections.abc import Callable
from typing import Any

from bot.simulator.validation.actions import QUICK_REPLY, check_action
from bot.simulator.validation.flex import check_container
from bot.simulator.validation.problems import Json, Problems
from bot.simulator.validation.templates import check_template

MOST_MESSAGES = 5
LONGEST_TEXT = 5_000
LONGEST_ALT_TEXT = 1_500
MOST_QUICK_REPLIES = 13
MOST_EMOJIS = 20
MOST_SUBSTITUTIONS = 100
SUBSTITUTION_KEY = re.compile(r"[0-9a-zA-Z_]{1,20}")


def check_messages(messages: Any, body_size: int) -> list[dict[str, str]]:
    """What is wrong with the messages of a call, whose body is so many bytes; nothing if fine."""
    problems = Problems(body_size)
    for index, message in enumerate(problems.size(messages, "messages", 1, MOST_MESSAGES)):
        path = f"messages[{index}]"
        if (node := problems.object(message, path)) is not None:
            _check_message(node, path, problems)
    return problems.found


def _check_message(node: Json, path: str, problems: Problems) -> None:
    kind = node.get("type")
    check = KINDS.get(kind) if isinstance(kind, str) else None
    if check is None:
        problems.add(f"{path}.type", f"Must be one of the following values: {sorted(KINDS)}")
    else:
        check(node, path, problems)
    if node.get("quickReply") is not None:
        _check_quick_reply(node["quickReply"], f"{path}.quickReply", problems)
    if node.get("sender") is not None:
        _check_sender(node["sender"], f"{path}.sender", problems)


def _check_quick_reply(quick_reply: Any, path: str, problems: Problems) -> None:
    node = problems.object(quick_reply, path)
    if node is None:
        return
    items = problems.size(node.get("items"), f"{path}.items", 1, MOST_QUICK_REPLIES)
    for index, item in enumerate(items):
        here = f"{path}.items[{index}]"
        if (item := problems.object(item, here)) is not None:
            problems.secure_url(item, "imageUrl", here, required=False)
            check_action(item.get("action"), f"{here}.action", QUICK_REPLY, problems)


def _check_sender(sender: Any, path: str, problems: Problems) -> None:
    if (node := problems.object(sender, path)) is not None:
        problems.text(node, "name", path, 20, required=False)
        problems.secure_url(node, "iconUrl", path, required=False)


def _check_alt_text(node: Json, path: str, problems: Problems) -> None:
    problems.text(node, "altText", path, LONGEST_ALT_TEXT)


def _check_text(node: Json, path: str, problems: Problems) -> None:
    problems.text(node, "text", path, LONGEST_TEXT)
    if "emojis" not in node:
        return
    text = str(node.get("text", "")).encode("utf-16-le", "surrogatepass")
    emojis = problems.size(node["emojis"], f"{path}.emojis", 0, MOST_EMOJIS)
    for index, emoji in enumerate(emojis):
        at = emoji.get("index") if isinstance(emoji, dict) else None
        if not isinstance(at, int) or text[2 * at : 2 * at + 2] != b"$\x00":
            problems.add(f"{path}.emojis[{index}].index", "must point at a $ in the text")


def _check_text_v2(node: Json, path: str, problems: Problems) -> None:
    problems.text(node, "text", path, LONGEST_TEXT)
    substitution = node.get("substitution")
    if substitution is None:
        return
    keys = problems.object(substitution, f"{path}.substitution") or {}
    if len(keys) > MOST_SUBSTITUTIONS:
        problems.add(f"{path}.substitution", "Size must be between 0 and 100")
    for key in keys:
        if not SUBSTITUTION_KEY.fullmatch(key):
            problems.add(f"{path}.substitution.{key}", "invalid key")


def _check_sticker(node: Json, path: str, problems: Problems) -> None:
    problems.text(node, "packageId", path, 100)
    problems.text(node, "stickerId", path, 100)


def _check_picture(node: Json, path: str, problems: Problems) -> None:
    problems.secure_url(node, "originalContentUrl", path)
    problems.secure_url(node, "previewImageUrl", path)


def _check_audio(node: Json, path: str, problems: Problems) -> None:
    problems.secure_url(node, "originalContentUrl", path)
    problems.whole_number(node, "duration", path, 1, 2**53, required=True)


def _check_location(node: Json, path: str, problems: Problems) -> None:
    problems.text(node, "title", path, 100)
    problems.text(node, "address", path, 100)
    for key, bound in (("latitude", 90), ("longitude", 180)):
        value = node.get(key)
        if not isinstance(value, int | float) or not -bound <= value <= bound:
            problems.add(f"{path}.{key}", f"Must be a number between -{bound} and {bound}")


def _check_imagemap(node: Json, path: str, problems: Problems) -> None:
    problems.secure_url(node, "baseUrl", path)
    _check_alt_text(node, path, problems)
    if (size := problems.object(node.get("baseSize"), f"{path}.baseSize")) is not None:
        problems.whole_number(size, "width", f"{path}.baseSize", 1040, 1040, required=True)
        problems.whole_number(size, "height", f"{path}.baseSize", 1, 2080, required=True)
    problems.size(node.get("actions"), f"{path}.actions", 0, 50)


def _check_template(node: Json, path: str, problems: Problems) -> None:
    _check_alt_text(node, path, problems)
    check_template(node.get("template"), f"{path}.template", problems)


def _check_flex(node: Json, path: str, problems: Problems) -> None:
    _check_alt_text(node, path, problems)
    check_container(node.get("contents"), f"{path}.contents", problems)


def _check_coupon(node: Json, path: str, problems: Problems) -> None:
    problems.text(node, "couponId", path, 100)


KINDS: dict[str, Callable[[Json, str, Problems], None]] = {
    "text": _check_text,
    "textV2": _check_text_v2,
    "sticker": _check_sticker,
    "image": _check_picture,
    "video": _check_picture,
    "audio": _check_audio,
    "location": _check_location,
    "imagemap": _check_imagemap,
    "template": _check_template,
    "flex": _check_flex,
    "coupon": _check_coupon,
}
