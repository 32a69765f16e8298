"""Taking messages in: reply, push and multicast, with LINE's rules of counting and arriving."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.simulator.answers import (
    INVALID_REPLY,
    MONTHLY_LIMIT,
    SAME_USER_LIMIT,
    SEND_FAILED,
    Refused,
)
from bot.simulator.identifiers import quote_token, quotes_in
from bot.simulator.state import Accepted, Chat, Entry, Json, OfficialAccount
from bot.simulator.world import World

REACHABLE_AFTER_WRITING = timedelta(days=7)
QUOTABLE = ("text", "textV2", "sticker", "image", "video", "template", "flex")

SentMessages = list[dict[str, str]]


def reply(world: World, account: OfficialAccount, body: Json, request_id: str) -> SentMessages:
    """Answer an event with its one-use token; free of charge."""
    token = world.reply_token(account, body.get("replyToken"))
    if token is None:
        raise Refused(400, INVALID_REPLY)
    chat = account.chats[token.chat_id]
    _check_quotes(account, chat, body["messages"])
    token.used = True
    return _accept(
        world,
        account,
        chat,
        body["messages"],
        via="reply",
        retry_key=None,
        request_id=request_id,
        count=0,
    )


def push(
    world: World, account: OfficialAccount, body: Json, retry_key: str | None, request_id: str
) -> SentMessages:
    """Send to one person or group; counts each person it reaches."""
    to, messages = body["to"], body["messages"]
    if not world.knows(account, to):
        raise Refused(400, SEND_FAILED)
    chat = world.chat(account, to)
    _check_quotes(account, chat, messages)
    if not world.rates.allow_send_to(account.channel_id, to):
        raise Refused(429, SAME_USER_LIMIT)
    count = _recipients(world, chat)
    _check_quota(world, account, count)
    return _accept(
        world,
        account,
        chat,
        messages,
        via="push",
        retry_key=retry_key,
        request_id=request_id,
        count=count,
    )


def multicast(
    world: World, account: OfficialAccount, body: Json, retry_key: str | None, request_id: str
) -> None:
    """Send to many people; ids nobody has are passed over in silence."""
    known = [user_id for user_id in dict.fromkeys(body["to"]) if user_id in world.users]
    chats = [world.chat(account, user_id) for user_id in known]
    counts = [_recipients(world, chat) for chat in chats]
    _check_quota(world, account, sum(counts))
    for chat, count in zip(chats, counts, strict=True):
        _accept(
            world,
            account,
            chat,
            body["messages"],
            via="multicast",
            retry_key=retry_key,
            request_id=request_id,
            count=count,
        )


def _recipients(world: World, chat: Chat) -> int:
    """How many people a push to this chat reaches, each of whom counts."""
    if chat.members is not None:
        return len(chat.members) if chat.following else 0
    if chat.following:
        return 1
    wrote_lately = (
        chat.wrote_at is not None and world.now() - chat.wrote_at < REACHABLE_AFTER_WRITING
    )
    return int(wrote_lately and not chat.blocked)


def _check_quota(world: World, account: OfficialAccount, count: int) -> None:
    if account.quota is None:
        return
    used = account.used[world.month()]
    if used >= account.quota or used + count > account.quota:
        raise Refused(429, MONTHLY_LIMIT)


def _check_quotes(account: OfficialAccount, chat: Chat, messages: Sequence[Json]) -> None:
    for index, message in enumerate(messages):
        quoted = message.get("quoteToken")
        if quoted is not None and not quotes_in(account.channel_id, chat.chat_id, str(quoted)):
            raise Refused(
                400,
                "The request body has 1 error(s)",
                details=[{"message": "invalid token", "property": f"messages[{index}].quoteToken"}],
            )


def _accept(
    world: World,
    account: OfficialAccount,
    chat: Chat,
    messages: Sequence[dict[str, Any]],
    *,
    via: str,
    retry_key: str | None,
    request_id: str,
    count: int,
) -> SentMessages:
    """Write the ledger, count, and show the messages where they arrive."""
    now, month = world.now(), world.month()
    arrives = count > 0 or (via == "reply" and not chat.blocked)
    account.used[month] += count
    account.sent[month, via] += 1
    world.accepted.append(
        Accepted(
            account.channel_id,
            chat.chat_id,
            via,
            retry_key,
            messages,
            now,
            count,
            arrives,
            request_id,
        )
    )
    sent = []
    for message in messages:
        message_id = world.ids.message_id()
        sent.append(_sent_message(account, chat, message_id, message))
        if arrives:
            entry = Entry(message_id, "bot", now, message, via, counted=count > 0)
            world.show(account, chat, entry)
    return sent


def _sent_message(
    account: OfficialAccount, chat: Chat, message_id: str, message: Json
) -> dict[str, str]:
    if message["type"] not in QUOTABLE:
        return {"id": message_id}
    token = quote_token(account.channel_id, chat.chat_id, message_id)
    return {"id": message_id, "quoteToken": token}
