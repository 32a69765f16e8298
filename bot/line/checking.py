"""Looks at a school's rich menus for `bot doctor`: does LINE show what this build draws."""

import asyncio
from collections.abc import Iterable

from linebot.v3.messaging import AsyncMessagingApi

from bot.checking import Check
from bot.i18n import LOCALES, words
from bot.line.richmenu import AREAS, PREFIX, drawn_menu
from handlers.words import Words


async def look_at_menus(api: AsyncMessagingApi, said: Words, *, within: float) -> Check:
    """Say whether the menus are current; raises what the SDK raises where LINE does not answer."""
    listed = await api.get_rich_menu_list(_request_timeout=within)
    ours = {menu.name for menu in listed.richmenus if menu.name.startswith(PREFIX)}
    if not ours:
        return Check(True, said.say("Rich menus: none yet; each is made when it is first needed."))
    old = sorted(await asyncio.to_thread(outdated, ours))
    if not old:
        return Check(True, said.say("Rich menus: {n}, all of this build.", n=len(ours)))
    menus = ", ".join(old)
    return Check(
        False,
        said.say(
            "Rich menus of another build: {menus}. The new one is made, and the old one removed, "
            "when the next person of that duty joins or changes the language.",
            menus=menus,
        ),
    )


def outdated(names: Iterable[str]) -> set[str]:
    """Return of which menus ("pupil/en") the names are not those that this build would give."""
    families: dict[str, set[str]] = {}
    for name in names:
        family, _, _ = name.removeprefix(PREFIX).rpartition("/")
        families.setdefault(family, set()).add(name)
    return {family for family, there in families.items() if there != {_current(family)}}


def _current(family: str) -> str:
    duty, _, locale = family.partition("/")
    known = duty in AREAS and locale in LOCALES
    return drawn_menu(duty, words(locale)).name if known else ""
