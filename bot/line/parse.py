"""Turns a stored LINE event into what the person meant. Never raises, whatever the event holds."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.heard import Heard
from bot.line import events
from bot.loose import event_of, part, text_at
from handlers.actions import Action, SendFile, ShowHome, UnknownAction
from handlers.codec import Unreadable, unpack
from handlers.typed import is_command, understand

Event = dict[str, Any]

_FILES = frozenset(("image", "video", "audio", "file"))
_GROUPS = {"group": "groupId", "room": "roomId"}


def hear(raw: bytes, received_at: datetime) -> Heard:
    """Return what an event says; `received_at` stands in for a time that LINE did not give."""
    event = event_of(raw)
    source = part(event, "source")
    address = events.id_at(source, "userId")
    among_others = text_at(source, "type") in _GROUPS
    group = events.id_at(source, _GROUPS.get(text_at(source, "type"), ""))
    kind = text_at(event, "type")
    active = text_at(event, "mode") != "standby"
    meant = _MEANT.get(kind) if active else None
    return Heard(
        address=address,
        place=group or address,
        in_group=among_others,
        action=meant(event, among_others) if meant else None,
        happened_at=events.happened_at(event, received_at),
        reply_token=text_at(event, "replyToken") if active else "",
        follow={"follow": True, "unfollow": False}.get(kind),
        unsent=text_at(part(event, "unsend"), "messageId"),
        key=events.event_key(event, raw),
    )


def _greeting(_event: Event, _in_group: bool) -> Action:
    return ShowHome()


def _postback(event: Event, _in_group: bool) -> Action:
    try:
        action: Action = unpack(text_at(part(event, "postback"), "data"))
    except Unreadable:
        return UnknownAction()
    return action


def _message(event: Event, in_group: bool) -> Action | None:
    message = part(event, "message")
    kind = text_at(message, "type")
    if kind == "text":
        return _said_in_group(message) if in_group else understand(text_at(message, "text"))
    if in_group:
        return None
    return SendFile() if kind in _FILES else UnknownAction()


def _said_in_group(message: Event) -> Action | None:
    """Answer only what is said to the bot: people of a group talk to one another."""
    text = text_at(message, "text")
    if is_command(text):
        return understand(text)
    mentions = _mentions_of_us(message)
    if not mentions:
        return None
    rest = _without(text, mentions)
    return understand(rest) if rest.strip() else ShowHome()


def _mentions_of_us(message: Event) -> list[Event]:
    mentionees = part(message, "mention").get("mentionees")
    if not isinstance(mentionees, list):
        return []
    return [one for one in mentionees if isinstance(one, dict) and one.get("isSelf") is True]


def _without(text: str, mentions: list[Event]) -> str:
    """Cut the mentions out; LINE counts their places in UTF-16 units."""
    units = text.encode("utf-16-le")
    for mention in sorted(mentions, key=_start, reverse=True):
        length = mention.get("length")
        if _start(mention) >= 0 and type(length) is int and length > 0:
            first = 2 * _start(mention)
            units = units[:first] + units[first + 2 * length :]
    return units.decode("utf-16-le", errors="replace")


def _start(mention: Event) -> int:
    index = mention.get("index")
    return index if type(index) is int else -1


_MEANT: dict[str, Callable[[Event, bool], Action | None]] = {
    "message": _message,
    "postback": _postback,
    "follow": _greeting,
    "join": _greeting,
}
"""The kinds of event that want an answer; all others, known or not yet invented, want none."""
