"""Rich menus: making them, their pictures, and who sees which."""

from typing import Any

from bot.simulator.answers import Answer, Refused, invalid, invalid_property, json_answer
from bot.simulator.api.gate import Call
from bot.simulator.state import OfficialAccount, RichMenu
from bot.simulator.validation.actions import ALIAS
from bot.simulator.validation.richmenus import (
    FORMATS,
    check_rich_menu,
    image_fault,
)
from bot.simulator.world import World

MOST_MENUS = 1_000
MOST_ALIASES = 1_000
MOST_USERS = 500
KEPT = ("size", "selected", "name", "chatBarText", "areas")


def create(world: World, call: Call) -> Answer:
    """POST /v2/bot/richmenu."""
    validate(world, call)
    if len(call.account.rich_menus) >= MOST_MENUS:
        raise Refused(400, "The maximum number of rich menus has been reached")
    rich_menu_id = f"richmenu-{world.ids.token()}"
    body = {key: call.json[key] for key in KEPT}
    call.account.rich_menus[rich_menu_id] = RichMenu(rich_menu_id, body)
    return json_answer({"richMenuId": rich_menu_id})


def validate(world: World, call: Call) -> Answer:
    """POST /v2/bot/richmenu/validate."""
    if problems := check_rich_menu(call.json):
        raise invalid(problems)
    return Answer()


def read(world: World, call: Call) -> Answer:
    """GET /v2/bot/richmenu/{richMenuId}."""
    return json_answer(_described(_menu(call.account, call.params["rich_menu_id"])))


def read_all(world: World, call: Call) -> Answer:
    """GET /v2/bot/richmenu/list."""
    menus = [_described(menu) for menu in call.account.rich_menus.values()]
    return json_answer({"richmenus": menus})


def delete(world: World, call: Call) -> Answer:
    """DELETE /v2/bot/richmenu/{richMenuId}: whoever saw it falls back to the default."""
    menu = _menu(call.account, call.params["rich_menu_id"])
    del call.account.rich_menus[menu.rich_menu_id]
    _publish_to_all(world, call.account)
    return Answer()


def upload_image(world: World, call: Call) -> Answer:
    """POST /v2/bot/richmenu/{richMenuId}/content: once for each menu."""
    menu = _menu(call.account, call.params["rich_menu_id"])
    if call.content_type not in FORMATS:
        raise Refused(415, f"The content type, {call.content_type}, is not supported")
    if menu.image is not None:
        raise Refused(400, "An image has already been uploaded to the richmenu")
    if fault := image_fault(call.raw, call.content_type, menu.body["size"]):
        raise Refused(400, fault)
    menu.image, menu.image_type = call.raw, call.content_type
    return Answer()


def download_image(world: World, call: Call) -> Answer:
    """GET /v2/bot/richmenu/{richMenuId}/content."""
    menu = _menu(call.account, call.params["rich_menu_id"])
    if menu.image is None:
        raise Refused(404, "The rich menu has no image")
    return Answer(200, menu.image, menu.image_type)


def set_default(world: World, call: Call) -> Answer:
    """POST /v2/bot/user/all/richmenu/{richMenuId}."""
    menu = _drawn(_menu(call.account, call.params["rich_menu_id"]))
    call.account.default_rich_menu_id = menu.rich_menu_id
    _publish_to_all(world, call.account)
    return Answer()


def read_default(world: World, call: Call) -> Answer:
    """GET /v2/bot/user/all/richmenu."""
    if call.account.default_rich_menu_id not in call.account.rich_menus:
        raise Refused(404, "no default richmenu")
    return json_answer({"richMenuId": call.account.default_rich_menu_id})


def clear_default(world: World, call: Call) -> Answer:
    """DELETE /v2/bot/user/all/richmenu."""
    call.account.default_rich_menu_id = None
    _publish_to_all(world, call.account)
    return Answer()


def link(world: World, call: Call) -> Answer:
    """POST /v2/bot/user/{userId}/richmenu/{richMenuId}: at once; nothing for non-friends."""
    menu = _drawn(_menu(call.account, call.params["rich_menu_id"]))
    _set_menu(world, call.account, call.params["user_id"], menu.rich_menu_id)
    return Answer()


def read_link(world: World, call: Call) -> Answer:
    """GET /v2/bot/user/{userId}/richmenu."""
    chat = call.account.chats.get(call.params["user_id"])
    if chat is None or chat.rich_menu_id not in call.account.rich_menus:
        raise Refused(404, "the user has no richmenu")
    return json_answer({"richMenuId": chat.rich_menu_id})


def unlink(world: World, call: Call) -> Answer:
    """DELETE /v2/bot/user/{userId}/richmenu."""
    _set_menu(world, call.account, call.params["user_id"], None)
    return Answer()


def bulk_link(world: World, call: Call) -> Answer:
    """POST /v2/bot/richmenu/bulk/link: up to 500 people."""
    menu = _drawn(_menu(call.account, call.json.get("richMenuId")))
    for user_id in _user_ids(call):
        _set_menu(world, call.account, user_id, menu.rich_menu_id)
    return Answer(202)


def bulk_unlink(world: World, call: Call) -> Answer:
    """POST /v2/bot/richmenu/bulk/unlink: up to 500 people."""
    for user_id in _user_ids(call):
        _set_menu(world, call.account, user_id, None)
    return Answer(202)


def create_alias(world: World, call: Call) -> Answer:
    """POST /v2/bot/richmenu/alias."""
    alias = call.json.get("richMenuAliasId")
    if not isinstance(alias, str) or not ALIAS.fullmatch(alias):
        raise invalid_property("'richMenuAliasId'")
    if alias in call.account.aliases:
        raise Refused(400, "conflict richmenu alias id")
    if len(call.account.aliases) >= MOST_ALIASES:
        raise Refused(400, "The maximum number of rich menu aliases has been reached")
    call.account.aliases[alias] = _aliased(call).rich_menu_id
    return Answer()


def update_alias(world: World, call: Call) -> Answer:
    """POST /v2/bot/richmenu/alias/{alias}."""
    alias = _alias(call)
    call.account.aliases[alias] = _aliased(call).rich_menu_id
    return Answer()


def read_alias(world: World, call: Call) -> Answer:
    """GET /v2/bot/richmenu/alias/{alias}."""
    alias = _alias(call)
    return json_answer({"richMenuAliasId": alias, "richMenuId": call.account.aliases[alias]})


def read_aliases(world: World, call: Call) -> Answer:
    """GET /v2/bot/richmenu/alias/list."""
    aliases = [
        {"richMenuAliasId": alias, "richMenuId": rich_menu_id}
        for alias, rich_menu_id in call.account.aliases.items()
    ]
    return json_answer({"aliases": aliases})


def delete_alias(world: World, call: Call) -> Answer:
    """DELETE /v2/bot/richmenu/alias/{alias}."""
    del call.account.aliases[_alias(call)]
    return Answer()


def _menu(account: OfficialAccount, rich_menu_id: Any) -> RichMenu:
    menu = account.rich_menus.get(rich_menu_id) if isinstance(rich_menu_id, str) else None
    if menu is None:
        raise Refused(404, "richmenu not found")
    return menu


def _drawn(menu: RichMenu) -> RichMenu:
    if menu.image is None:
        raise Refused(400, "must upload richmenu image before applying it to user")
    return menu


def _described(menu: RichMenu) -> dict[str, Any]:
    return {"richMenuId": menu.rich_menu_id, **menu.body}


def _alias(call: Call) -> str:
    alias = call.params["alias"]
    if alias not in call.account.aliases:
        raise Refused(404, "richmenu alias not found")
    return alias


def _aliased(call: Call) -> RichMenu:
    """The menu an alias shall stand for; an unknown one is a fault of the body, not of the path."""
    menu = call.account.rich_menus.get(str(call.json.get("richMenuId")))
    if menu is None:
        raise Refused(400, "richmenu not found")
    return _drawn(menu)


def _user_ids(call: Call) -> list[str]:
    user_ids = call.json.get("userIds")
    if not isinstance(user_ids, list) or not 1 <= len(user_ids) <= MOST_USERS:
        details = [{"message": f"Size must be between 1 and {MOST_USERS}", "property": "userIds"}]
        raise invalid(details)
    return [user_id for user_id in user_ids if isinstance(user_id, str)]


def _set_menu(
    world: World, account: OfficialAccount, user_id: str, rich_menu_id: str | None
) -> None:
    chat = account.chats.get(user_id)
    if chat is not None and chat.following and not chat.is_group:
        chat.rich_menu_id = rich_menu_id
        world.publish(account, user_id, "richmenu")


def _publish_to_all(world: World, account: OfficialAccount) -> None:
    for chat_id in account.chats:
        world.publish(account, chat_id, "richmenu")
