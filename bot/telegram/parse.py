"""Turns a stored update into what the person meant. Never raises, whatever the update holds."""

import re
from datetime import datetime

from bot.heard import Heard
from bot.loose import event_of, part, text_at
from bot.telegram import updates
from bot.telegram.updates import Json, Ticket
from handlers.actions import Action, SendCode, SendFile, ShowHome, UnknownAction
from handlers.codec import Unreadable, unpack
from handlers.typed import is_command, understand

_FILES = frozenset(("photo", "document", "video", "audio", "voice", "video_note", "animation"))
_HAPPENINGS = frozenset(
    """new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo
    group_chat_created supergroup_chat_created channel_chat_created migrate_to_chat_id
    migrate_from_chat_id pinned_message message_auto_delete_timer_changed write_access_allowed
    chat_background_set boost_added video_chat_scheduled video_chat_started video_chat_ended
    video_chat_participants_invited forum_topic_created forum_topic_edited forum_topic_closed
    forum_topic_reopened proximity_alert_triggered connected_website""".split()
)
"""Messages that nobody wrote: Telegram tells of something that happened in the chat."""
_SLASH = re.compile(r"/(?P<word>[A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(?P<rest>.*))?", re.DOTALL)
_IN_CHAT = frozenset(("member", "administrator", "creator"))
_OUT = frozenset(("left", "kicked"))


def hear(raw: bytes, received_at: datetime) -> Heard:
    """Return what an update says; `received_at` stands in for a time that Telegram did not give."""
    update = event_of(raw)
    when = updates.happened_at(update, received_at)
    key = updates.update_key(update, raw)
    if updates.TAP in update:
        return _tapped(part(update, updates.TAP), when, key)
    if updates.MEMBERSHIP in update:
        return _membership(part(update, updates.MEMBERSHIP), when, key)
    kind = next((each for each in updates.MESSAGES if each in update), "")
    return _message(part(update, kind), when, key, is_new=not kind.startswith("edited"))


def _tapped(query: Json, when: datetime, key: str) -> Heard:
    """Read a tap; a message that is too old comes without contents and cannot be edited."""
    message = part(query, "message")
    chat = part(message, "chat")
    user = _address(query)
    place = updates.id_at(chat, "id") or user
    editable = message.get("date") not in (0, None)
    ticket = Ticket(
        place, updates.id_at(message, "message_id") if editable else "", text_at(query, "id")
    )
    return Heard(
        address=user,
        place=place,
        in_group=bool(chat) and not updates.is_private(chat),
        action=_packed(text_at(query, "data")),
        happened_at=when,
        reply_token=ticket.token if place else "",
        key=key,
    )


def _packed(data: str) -> Action:
    try:
        action: Action = unpack(data)
    except Unreadable:
        return UnknownAction()
    return action


def _membership(change: Json, when: datetime, key: str) -> Heard:
    """Read that a person blocked or unblocked us, or that a group took us in."""
    chat = part(change, "chat")
    place = updates.id_at(chat, "id")
    before = text_at(part(change, "old_chat_member"), "status")
    after = text_at(part(change, "new_chat_member"), "status")
    private = updates.is_private(chat)
    joined = not private and before in _OUT and after in _IN_CHAT
    follow = None
    if private and after in _IN_CHAT | _OUT:
        follow = after in _IN_CHAT
    return Heard(
        address=_address(change),
        place=place,
        in_group=not private,
        action=ShowHome() if joined else None,
        happened_at=when,
        reply_token=Ticket(place).token if joined and place else "",
        follow=follow,
        key=key,
    )


def _message(message: Json, when: datetime, key: str, *, is_new: bool) -> Heard:
    chat = part(message, "chat")
    in_group = not updates.is_private(chat)
    user = _address(message)
    place = updates.id_at(chat, "id") or user
    action = _meant(message, in_group) if is_new and chat else None
    return Heard(
        address=user,
        place=place,
        in_group=in_group and bool(chat),
        action=action,
        happened_at=when,
        reply_token=Ticket(place).token if place else "",
        key=key,
    )


def _meant(message: Json, in_group: bool) -> Action | None:
    if "text" in message:
        text = text_at(message, "text")
        return _said_in_group(message, text) if in_group else _typed(text)
    if in_group or not _HAPPENINGS.isdisjoint(message):
        return None
    return UnknownAction() if _FILES.isdisjoint(message) else SendFile()


def _typed(text: str) -> Action:
    """Read a text: a command behind a slash is the same word without it."""
    slash = _SLASH.fullmatch(text.strip())
    if slash is None:
        return understand(text)
    word, rest = slash["word"].lower(), (slash["rest"] or "").strip()
    if word == "start":
        return SendCode(rest) if rest else ShowHome()
    return understand(f"{word.replace('_', ' ')} {rest}".strip())


def _said_in_group(message: Json, text: str) -> Action | None:
    """Answer only what is said to the bot: people of a group talk to one another."""
    to_us = part(part(message, "reply_to_message"), "from").get("is_bot") is True
    if to_us or text.startswith("/") or is_command(text):
        return _typed(text)
    return None


def _address(holder: Json) -> str:
    """Return who did it; the same number is the person's chat. A bot is nobody."""
    user = part(holder, "from")
    return "" if user.get("is_bot") is True else updates.id_at(user, "id")
