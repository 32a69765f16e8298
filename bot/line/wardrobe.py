"""A school's rich menus on LINE: found again by name, created when somebody first needs one.

LINE allows 100 creations an hour and shows a linked menu at once, free of charge. A language that
nobody chose costs nothing. A menu that has changed is a new one; the one before it stays, since
whoever wears it is dressed anew with their next tap and not before. LINE keeps a thousand.
"""

import asyncio
from typing import TYPE_CHECKING

from linebot.v3.messaging import AsyncMessagingApi, AsyncMessagingApiBlob, RichMenuRequest

from handlers.words import Words

if TYPE_CHECKING:
    from bot.line.richmenu import Menu

LONGEST_CALL = 30.0
"""Seconds for a call that carries a picture."""


class Wardrobe:
    """The menus of one school's account; one at a time is made, so that none is made twice."""

    def __init__(self) -> None:
        """Start without knowing what is there; the first question to LINE tells."""
        self._ids: dict[str, str] | None = None
        self._making = asyncio.Lock()

    async def id_of(
        self, api: AsyncMessagingApi, blob: AsyncMessagingApiBlob, duty: str, words: Words
    ) -> str:
        """Return LINE's id of a duty's menu in a language, creating it where it is missing.

        Raises what the SDK raises where LINE refuses.
        """
        menu = await asyncio.to_thread(_drawn, duty, words)
        async with self._making:
            if self._ids is None:
                self._ids = await _there(api)
            if menu.name not in self._ids:
                self._ids[menu.name] = await _create(api, blob, menu)
            return self._ids[menu.name]


def _drawn(duty: str, words: Words) -> "Menu":
    """Draw a menu; what draws pictures is loaded when the first is drawn."""
    from bot.line.richmenu import drawn_menu

    return drawn_menu(duty, words)


async def _there(api: AsyncMessagingApi) -> dict[str, str]:
    listed = await api.get_rich_menu_list(_request_timeout=LONGEST_CALL)
    return {menu.name: menu.rich_menu_id for menu in listed.richmenus}


async def _create(api: AsyncMessagingApi, blob: AsyncMessagingApiBlob, menu: "Menu") -> str:
    """Create one menu with its picture; without its picture it is no menu, so it is removed."""
    request = RichMenuRequest.from_dict(menu.request)
    created = await api.create_rich_menu(request, _request_timeout=LONGEST_CALL)
    menu_id: str = created.rich_menu_id
    try:
        await blob.set_rich_menu_image(
            menu_id,
            body=menu.picture,
            _headers={"Content-Type": "image/png"},
            _request_timeout=LONGEST_CALL,
        )
    except BaseException:
        await api.delete_rich_menu(menu_id, _request_timeout=LONGEST_CALL)
        raise
    return menu_id
