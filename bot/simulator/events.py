"""Webhook events as LINE writes them."""

from typing import Any

from bot.simulator.identifiers import milliseconds
from bot.simulator.state import Chat, Json, OfficialAccount
from bot.simulator.world import World

WITHOUT_REPLY_TOKEN = frozenset({"unfollow", "leave", "unsend", "memberLeft"})


def event(
    world: World,
    account: OfficialAccount,
    chat: Chat,
    kind: str,
    *,
    by: str | None = None,
    **fields: Any,
) -> Json:
    """An event of this chat that happens now; `fields` come on top and may replace anything.

    A field given as None is left out: `replyToken=None` makes an event that cannot be answered.
    """
    now = world.now()
    base: Json = {
        "type": kind,
        "timestamp": milliseconds(now),
        "source": source(chat, by if kind == "message" else None),
        "mode": "active",
        "webhookEventId": world.ids.ulid(now),
        "deliveryContext": {"isRedelivery": False},
    }
    answerable = kind not in WITHOUT_REPLY_TOKEN and fields.get("mode") != "standby"
    if answerable and "replyToken" not in fields:
        base["replyToken"] = world.issue_reply_token(account, chat.chat_id)
    return {key: value for key, value in (base | fields).items() if value is not None}


def source(chat: Chat, by: str | None) -> Json:
    """Where an event comes from; in groups LINE names the person in message events only."""
    if not chat.is_group:
        return {"type": "user", "userId": chat.chat_id}
    return {"type": "group", "groupId": chat.chat_id} | ({"userId": by} if by else {})
