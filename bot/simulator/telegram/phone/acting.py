"""What a person does in a chat: each deed changes the chat and makes the update Telegram sends."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.simulator.phone.bodies import NotPossible, text_of
from bot.simulator.telegram.entities import found_in, trimmed
from bot.simulator.telegram.objects import (
    chat_object,
    membership_object,
    message_object,
    query_object,
    user_object,
)
from bot.simulator.telegram.state import Bot, Chat, Entry
from bot.simulator.telegram.world import TelegramWorld

Json = dict[str, Any]

SAMPLE_PLACE = {"latitude": 23.9739, "longitude": 120.6898}
LARGEST_FILE = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Update:
    """What a deed makes: an update of a kind, for the queue of a chat or of a person's taps."""

    kind: str
    body: Json
    queue: int


class Deed:
    """One person at work in one chat of one bot."""

    def __init__(self, world: TelegramWorld, bot: Bot, chat: Chat, by: int) -> None:
        self._world = world
        self._bot = bot
        self._chat = chat
        self._by = by

    def start(self, body: Json) -> list[Update]:
        """Press Start, perhaps from a link with a payload; ends a block first."""
        updates = self.unblock({}) if self._chat.blocked else []
        self._chat.started = True
        payload = str(body.get("payload", ""))
        text = f"/start {payload}" if payload else "/start"
        return [*updates, *self._say(_spoken(text))]

    def text(self, body: Json) -> list[Update]:
        """Type a text; `replyTo` names a message it answers."""
        content = _spoken(text_of(body, "text"))
        if body.get("replyTo"):
            replied = self._entry(body["replyTo"])
            content["reply_to_message"] = self._message(replied)
        return self._say(content)

    def tap(self, body: Json) -> list[Update]:
        """Press a button of a message, named by its `data` or its `label`."""
        entry = self._entry(body.get("messageId"))
        data = body.get("data") or _data_of(entry, text_of(body, "label"))
        if not isinstance(data, str):
            raise NotPossible(400, "data must be a text")
        query = self._world.add_query(self._bot, self._chat, entry, self._by, data)
        self._changed("message")
        made = query_object(self._world, self._bot, self._chat, entry, query)
        return [Update("callback_query", made, self._by)]

    def sticker(self, body: Json) -> list[Update]:
        """Send a sticker."""
        sticker = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
        emoji = str(body.get("emoji", "👍"))
        return self._send_file("sticker", {**sticker, "type": "regular", "emoji": emoji})

    def photo(self, _body: Json) -> list[Update]:
        """Send a picture."""
        return self._send_file("photo", {"width": 800, "height": 600, "file_size": 48_000})

    def document(self, body: Json) -> list[Update]:
        """Send a file of so many bytes."""
        size = body.get("size", 0)
        if type(size) is not int or not 0 <= size <= LARGEST_FILE:
            raise NotPossible(400, f"size is a number of bytes up to {LARGEST_FILE}")
        return self._send_file(
            "document", {"file_name": text_of(body, "fileName"), "file_size": size}
        )

    def location(self, body: Json) -> list[Update]:
        """Send a place; without any, a sample."""
        place = SAMPLE_PLACE | {key: body[key] for key in SAMPLE_PLACE if key in body}
        return self._say({"location": place})

    def delete(self, body: Json) -> list[Update]:
        """Delete a message for both sides, of which a bot is not told."""
        del self._chat.entries[self._entry(body.get("messageId")).message_id]
        self._changed("message")
        return []

    def block(self, _body: Json) -> list[Update]:
        """Block the bot; in a group: throw it out."""
        if self._chat.is_group:
            self._chat.started = False
            return self._membership("member", "kicked")
        self._chat.blocked = True
        return self._membership("member", "kicked")

    def unblock(self, _body: Json) -> list[Update]:
        """Unblock the bot, which says nothing to it but that; in a group: add it again."""
        self._chat.blocked, before = False, "kicked"
        if self._chat.is_group:
            before, self._chat.started = "left", True
        return self._membership(before, "member")

    def members(self, body: Json) -> list[Update]:
        """Let people join or leave a group, which a service message tells."""
        members = self._chat.members
        if members is None:
            raise NotPossible(400, "only groups have members")
        joining = [user for user in _numbers(body.get("join", ())) if user in self._world.users]
        leaving = [user for user in _numbers(body.get("leave", ())) if user in members]
        members[:] = [user for user in members if user not in leaving] + joining
        updates = []
        if joining:
            people = [user_object(self._world, user) for user in joining]
            updates += self._say({"new_chat_members": people})
        for user in leaving:
            updates += self._say({"left_chat_member": user_object(self._world, user)})
        if not updates:
            raise NotPossible(400, "join or leave names nobody")
        return updates

    def migrate(self, _body: Json) -> list[Update]:
        """Let an old group become a supergroup: the bot is told both ids."""
        if self._chat.members is None or self._chat.migrated_to is not None:
            raise NotPossible(400, "only a group of the old kind becomes a supergroup")
        new = self._world.add_group(self._bot, self._chat.title or "", self._chat.members)
        new.started = True
        self._chat.migrated_to = new.chat_id
        told = self._say({"migrate_to_chat_id": new.chat_id})
        after = Deed(self._world, self._bot, new, self._by)
        return told + after._say({"migrate_from_chat_id": self._chat.chat_id})

    def raw(self, body: Json) -> list[Update]:
        """Any update as it is: `{"kind": …, "update": {…}}`."""
        made = body.get("update")
        if not isinstance(made, dict):
            raise NotPossible(400, "update must be an object")
        return [Update(text_of(body, "kind"), made, self._chat.chat_id)]

    def _send_file(self, kind: str, about: Json) -> list[Update]:
        number = f"{self._chat.chat_id}-{self._chat.newest_id + 1}"
        made = {"file_id": f"{kind}-{number}", "file_unique_id": f"u{number}", **about}
        return self._say({kind: [made] if kind == "photo" else made})

    def _say(self, content: Json) -> list[Update]:
        """Put a message into the chat, and make its update if the bot may read it."""
        entry = self._world.show(self._bot, self._chat, "user", content, by=self._by)
        if not _may_read(self._bot, self._chat, content):
            return []
        return [Update("message", self._message(entry), self._chat.chat_id)]

    def _membership(self, before: str, after: str) -> list[Update]:
        self._changed("state")
        made = membership_object(
            self._world, self._bot, self._chat, self._by, before=before, after=after
        )
        return [Update("my_chat_member", made, self._chat.chat_id)]

    def _message(self, entry: Entry) -> Json:
        return message_object(self._world, self._bot, self._chat, entry)

    def _entry(self, message_id: object) -> Entry:
        entry = self._chat.entries.get(_numbers([message_id])[0])
        if entry is None:
            raise NotPossible(404, "no such message in this chat")
        return entry

    def _changed(self, kind: str) -> None:
        self._world.publish(self._bot, self._chat.chat_id, kind)


def add_bot(world: TelegramWorld, bot: Bot, chat: Chat, by: int) -> list[Update]:
    """Let a member add the bot to a group: Telegram tells so twice."""
    chat.started = True
    added = membership_object(world, bot, chat, by, before="left", after="member")
    person = {"id": bot.bot_id, "is_bot": True, "first_name": bot.name, "username": bot.account}
    entry = world.show(bot, chat, "user", {"new_chat_members": [person]}, by=by)
    told = message_object(world, bot, chat, entry) | {"chat": chat_object(world, chat)}
    return [Update("my_chat_member", added, chat.chat_id), Update("message", told, chat.chat_id)]


def _spoken(text: str) -> Json:
    text, entities = trimmed(text, found_in(text))
    return {"text": text} | ({"entities": entities} if entities else {})


def _data_of(entry: Entry, label: str) -> str:
    rows = (entry.keyboard or {}).get("inline_keyboard", ())
    buttons = [button for row in rows for button in row if button["text"] == label]
    if not buttons or "callback_data" not in buttons[0]:
        raise NotPossible(404, "this message has no such button")
    return str(buttons[0]["callback_data"])


def _may_read(bot: Bot, chat: Chat, content: Json) -> bool:
    """Privacy mode: in groups a bot reads commands, answers to it, and what the service says."""
    if not chat.is_group or bot.reads_all or not ({"text", "photo", "document"} & content.keys()):
        return True
    replied = content.get("reply_to_message", {}).get("from", {})
    if replied.get("id") == bot.bot_id:
        return True
    first: Json = next(iter(content.get("entities", ())), {})
    if first.get("type") != "bot_command" or first["offset"] != 0:
        return False
    _, _, addressee = content["text"][: first["length"]].partition("@")
    return addressee.lower() in ("", bot.account.lower())


def _numbers(ids: Iterable[object]) -> list[int]:
    try:
        return [int(str(each)) for each in ids]
    except ValueError:
        raise NotPossible(400, "ids are whole numbers") from None
