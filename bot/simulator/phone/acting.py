"""What a person does in a chat: each deed changes the chat and makes the event LINE would send."""

import io
from datetime import timedelta
from typing import Any

from bot.simulator.events import event
from bot.simulator.identifiers import quote_token
from bot.simulator.phone.bodies import NotPossible, text_of
from bot.simulator.state import Chat, Content, Entry, Json, OfficialAccount
from bot.simulator.world import World

UNSEND_WITHIN = timedelta(hours=24)
EXTRAS = ("mention", "emojis", "quotedMessageId")
LARGEST_FILE = 10 * 1024 * 1024
QUOTED_KINDS = frozenset({"text", "sticker", "image", "video"})
SAMPLE_PLACE = {
    "title": "南投縣草屯鎮",
    "address": "南投縣草屯鎮墩煌路三段188號",
    "latitude": 23.9739,
    "longitude": 120.6898,
}


class Deed:
    """One person at work in one chat of one account."""

    def __init__(self, world: World, account: OfficialAccount, chat: Chat, by: str | None) -> None:
        self._world = world
        self._account = account
        self._chat = chat
        self._by = by if chat.is_group else None

    def text(self, body: Json) -> list[Json]:
        """Type a text; mentions, emojis and a quoted message may come with it."""
        extras: Json = {key: body[key] for key in EXTRAS if key in body}
        return [self._say({"type": "text", "text": text_of(body, "text")}, extras)]

    def sticker(self, body: Json) -> list[Json]:
        """Send a sticker."""
        message = {
            "type": "sticker",
            "packageId": str(body.get("packageId", "446")),
            "stickerId": str(body.get("stickerId", "1988")),
        }
        return [self._say(message, {"stickerResourceType": "STATIC"})]

    def location(self, body: Json) -> list[Json]:
        """Send a place; without any, a sample."""
        place = SAMPLE_PLACE | {key: body[key] for key in SAMPLE_PLACE if key in body}
        return [self._say({"type": "location", **place}, {})]

    def image(self, picture: bytes, content_type: str) -> list[Json]:
        """Send a picture; without bytes, a sample."""
        if not picture:
            picture, content_type = sample_picture(), "image/png"
        return [self._say_media("image", Content(content_type, picture), {})]

    def video(self, body: Json) -> list[Json]:
        """Send a video; with `ready` false LINE is still preparing it."""
        return [self._recording("video", "video/mp4", body)]

    def audio(self, body: Json) -> list[Json]:
        """Send a sound of so many milliseconds."""
        return [self._recording("audio", "audio/mp4", body)]

    def file(self, body: Json) -> list[Json]:
        """Send a file of so many bytes, all zero."""
        size = body.get("size", 0)
        if type(size) is not int or not 0 <= size <= LARGEST_FILE:
            raise NotPossible(400, f"size is a number of bytes up to {LARGEST_FILE}")
        message = {"type": "file", "fileName": text_of(body, "fileName"), "fileSize": size}
        made = self._say(message, {})
        self._keep(made, Content("application/octet-stream", bytes(size)))
        return [made]

    def postback(self, body: Json) -> list[Json]:
        """Tap a button: only its displayText is seen; the old `text` is also sent as a message."""
        postback: Json = {"data": text_of(body, "data")}
        self._take_quick_reply(postback["data"])
        if "params" in body:
            postback["params"] = self._switch_menu(dict(body["params"]))
        events = []
        if body.get("text"):
            events.append(self._say({"type": "text", "text": text_of(body, "text")}, {}))
        elif body.get("displayText"):
            shown = {"type": "text", "text": text_of(body, "displayText")}
            self._show(self._world.ids.message_id(), shown)
        return [*events, self._event("postback", postback=postback)]

    def unsend(self, body: Json) -> list[Json]:
        """Take back a message of one's own within 24 hours."""
        message_id = text_of(body, "messageId")
        entry = next((each for each in self._chat.entries if each.id == message_id), None)
        if entry is None or entry.sender != "user":
            raise NotPossible(404, "no such message of this person")
        if self._world.now() - entry.at > UNSEND_WITHIN:
            raise NotPossible(409, "a message can be taken back for 24 hours only")
        entry.message = {"type": "unsent"}
        content = self._world.contents.get((self._account.channel_id, message_id))
        if content is not None:
            content.unsent, content.data = True, b""
        self._world.publish(self._account, self._chat.chat_id, "message")
        return [self._event("unsend", unsend={"messageId": message_id})]

    def follow(self, _body: Json) -> list[Json]:
        """Add or unblock the account; in a group: invite it again."""
        if self._chat.is_group:
            self._chat.following = True
            return [self._event("join")]
        was_blocked = self._world.follow(self._account, self._chat.chat_id)
        return [self._event("follow", follow={"isUnblocked": was_blocked})]

    def unfollow(self, _body: Json) -> list[Json]:
        """Block the account; in a group: throw it out."""
        if self._chat.is_group:
            self._chat.following = False
            return [self._event("leave")]
        self._world.block(self._account, self._chat.chat_id)
        return [self._event("unfollow")]

    def members(self, body: Json) -> list[Json]:
        """Let people join or leave a group."""
        members = self._chat.members
        if members is None:
            raise NotPossible(400, "only groups have members")
        joining = [user for user in body.get("join", ()) if user in self._world.users]
        leaving = [user for user in body.get("leave", ()) if user in members]
        members[:] = [user for user in members if user not in leaving] + joining
        events = []
        if joining:
            events.append(self._event("memberJoined", joined={"members": _sources(joining)}))
        if leaving:
            events.append(self._event("memberLeft", left={"members": _sources(leaving)}))
        if not events:
            raise NotPossible(400, "join or leave names nobody")
        return events

    def raw(self, body: Json) -> list[Json]:
        """Any event as given, or several in one webhook as `events`; what lacks is filled in."""
        return [self._raw_event(fields) for fields in body.get("events", [body])]

    def _raw_event(self, fields: Json) -> Json:
        kind = text_of(fields, "type")
        chat = self._chat
        source = fields.get("source")
        if isinstance(source, dict) and source.get("userId") in self._world.users:
            chat = self._world.chat(self._account, source["userId"])
        more = {key: value for key, value in fields.items() if key not in ("type", "by")}
        return event(self._world, self._account, chat, kind, by=self._by, **more)

    def _recording(self, kind: str, content_type: str, body: Json) -> Json:
        content = Content(content_type, b"\x00" * 64, ready=body.get("ready", True))
        return self._say_media(kind, content, {"duration": body.get("duration", 1_000)})

    def _say_media(self, kind: str, content: Content, extras: Json) -> Json:
        made = self._say({"type": kind}, {"contentProvider": {"type": "line"}, **extras})
        self._keep(made, content)
        return made

    def _say(self, message: Json, extras: Json) -> Json:
        """Put a message into the chat and make its event; `extras` only the bot gets to see."""
        message_id = self._world.ids.message_id()
        self._chat.wrote_at = self._world.now()
        self._show(message_id, message)
        content = {"id": message_id, **message, **extras}
        content["markAsReadToken"] = self._world.ids.token()
        if message["type"] in QUOTED_KINDS:
            content["quoteToken"] = quote_token(
                self._account.channel_id, self._chat.chat_id, message_id
            )
        return self._event("message", message=content)

    def _show(self, message_id: str, message: Json) -> None:
        entry = Entry(message_id, "user", self._world.now(), message, by=self._by)
        self._world.show(self._account, self._chat, entry)

    def _keep(self, made: Json, content: Content) -> None:
        self._world.contents[self._account.channel_id, made["message"]["id"]] = content

    def _event(self, kind: str, **fields: Any) -> Json:
        return event(self._world, self._account, self._chat, kind, by=self._by, **fields)

    def _take_quick_reply(self, data: str) -> None:
        """Quick replies go at the tap on one of them, before any answer comes."""
        if not self._chat.entries:
            return
        newest = self._chat.entries[-1]
        items = (newest.message.get("quickReply") or {}).get("items", ())
        if any(item["action"].get("data") == data for item in items):
            self._chat.quick_reply_taken_on = newest.id
            self._world.publish(self._account, self._chat.chat_id, "message")

    def _switch_menu(self, params: dict[str, str]) -> dict[str, str]:
        """A rich menu switch happens on the phone; the bot is told whether it worked."""
        alias = params.get("newRichMenuAliasId")
        if alias is None:
            return params
        rich_menu_id = self._account.aliases.get(alias)
        if rich_menu_id not in self._account.rich_menus:
            return params | {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}
        self._chat.rich_menu_id = rich_menu_id
        self._world.publish(self._account, self._chat.chat_id, "richmenu")
        return params | {"status": "SUCCESS"}


def sample_picture() -> bytes:
    """A small PNG: a hill under an evening sky, to be told from the chat's background."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (240, 160), "#f3b562")
    ImageDraw.Draw(picture).polygon(
        [(0, 160), (90, 60), (150, 115), (200, 80), (240, 160)], "#3b6e52"
    )
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _sources(user_ids: list[str]) -> list[Json]:
    return [{"type": "user", "userId": user_id} for user_id in user_ids]
