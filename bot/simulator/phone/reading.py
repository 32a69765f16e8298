"""What a phone shows: chats, menus, and what LINE would charge."""

from collections.abc import Iterator
from typing import Any

from bot.simulator.phone.overview import Acquaintance
from bot.simulator.state import Chat, Entry, Json, OfficialAccount
from bot.simulator.world import World


def account_view(account: OfficialAccount) -> Json:
    """An account in the list of accounts."""
    return {
        "account": account.channel_id,
        "name": account.name,
        "basicId": account.basic_id,
        "iconUrl": account.icon_url,
    }


def acquaintances(world: World, account: OfficialAccount) -> Iterator[Acquaintance]:
    """Everybody, and what they are to an account."""
    for user in world.users.values():
        chat = account.chats.get(user.user_id) or Chat(user.user_id)
        yield Acquaintance(user.user_id, user.display_name, chat.following, chat.blocked)


def chat_view(world: World, account: OfficialAccount, chat: Chat, prefix: str) -> Json:
    """One chat as its phone shows it; `prefix` is where the simulator is mounted."""
    view: dict[str, Any] = {
        "account": account.channel_id,
        "userId": chat.chat_id,
        "displayName": display_name(world, chat),
        "following": chat.following,
        "blocked": chat.blocked,
        "loading": chat.loading_until > world.ticks(),
        "richMenu": _rich_menu(account, chat, prefix),
        "quickReply": _quick_reply(chat),
        "messages": [_entry(account, entry, prefix) for entry in chat.entries],
    }
    if chat.members is not None:
        view["members"] = [
            {"userId": user_id, "displayName": world.users[user_id].display_name}
            for user_id in chat.members
        ]
    return view


def display_name(world: World, chat: Chat) -> str:
    """The name of the person or group."""
    if chat.is_group:
        return chat.group_name or ""
    return world.users[chat.chat_id].display_name


def meter(world: World, account: OfficialAccount) -> Json:
    """What LINE counts for this account in this month, and what a careful client would not do."""
    month = world.month()
    return {
        "account": account.channel_id,
        "plan": account.quota,
        "used": account.used[month],
        "pushes": account.sent[month, "push"] + account.sent[month, "multicast"],
        "replies": account.sent[month, "reply"],
        "month": month,
        "apiCalls": dict(account.api_calls),
        "violations": sum(each.account == account.channel_id for each in world.violations),
    }


def _rich_menu(account: OfficialAccount, chat: Chat, prefix: str) -> Json | None:
    menu = None if chat.is_group or not chat.following else account.rich_menu_of(chat)
    if menu is None:
        return None
    image = f"{prefix}/phone/{account.channel_id}/richmenus/{menu.rich_menu_id}/image"
    return {
        "richMenuId": menu.rich_menu_id,
        "imageUrl": image,
        "size": menu.body["size"],
        "areas": menu.body["areas"],
        "chatBarText": menu.body["chatBarText"],
        "selected": menu.body["selected"],
    }


def _quick_reply(chat: Chat) -> Json | None:
    """Quick replies hang on the newest message of all; a tap on one or any message ends them."""
    if not chat.entries or chat.quick_reply_taken_on == chat.entries[-1].id:
        return None
    quick_reply: Json | None = chat.entries[-1].message.get("quickReply")
    return quick_reply


def _entry(account: OfficialAccount, entry: Entry, prefix: str) -> Json:
    message = entry.message
    if entry.sender == "user" and message["type"] == "image":
        url = f"{prefix}/phone/{account.channel_id}/content/{entry.id}"
        message = message | {"originalContentUrl": url, "previewImageUrl": url}
    view = {
        "id": entry.id,
        "from": entry.sender,
        "at": entry.at.isoformat(),
        "via": entry.via,
        "counted": entry.counted,
        "message": message,
    }
    return view if entry.by is None else view | {"by": entry.by}
