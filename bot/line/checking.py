"""Looks at a school's rich menus for `bot doctor`: does LINE show what this build draws."""

import asyncio
from collections.abc import Iterable

from linebot.v3.messaging import AsyncMessagingApi

from bot.checking import Check
from bot.i18n import LOCALES, words
from bot.line.richmenu import AREAS, PREFIX, drawn_menu
from handlers.words import Words

MOST = 1_000
"""Rich menus that LINE keeps for an account."""
NEEDED = len(AREAS) * len(LOCALES)
"""Menus of one build."""


async def look_at_menus(api: AsyncMessagingApi, said: Words, *, within: float) -> Check:
    """Say whether the menus are current; raises what the SDK raises where LINE does not answer.

    Those of earlier builds stay until whoever wears them taps; that is no fault.
    """
    listed = await api.get_rich_menu_list(_request_timeout=within)
    there = [menu.name for menu in listed.richmenus]
    ours = {name for name in there if name.startswith(PREFIX)}
    if len(there) + NEEDED > MOST:
        return Check(
            False,
            said.say(
                "Rich menus: {n}, and LINE keeps {most}. Remove old ones in LINE Official Account "
                "Manager or through the API; whoever wears one is dressed anew with the next tap.",
                n=len(there),
                most=MOST,
            ),
        )
    if not ours:
        return Check(True, said.say("Rich menus: none yet; each is made when it is first needed."))
    old = await asyncio.to_thread(outdated, ours)
    if not old:
        return Check(True, said.say("Rich menus: {n}, all of this build.", n=len(ours)))
    return Check(
        True,
        said.say(
            "Rich menus: {n}, {old} of them of earlier builds; whoever wears one gets the new one "
            "with the next tap.",
            n=len(ours),
            old=len(old),
        ),
    )


def outdated(names: Iterable[str]) -> set[str]:
    """Return the names that this build would not give a menu."""
    return {name for name in names if name != _current(name)}


def _current(name: str) -> str:
    """Return what this build calls the menu of a name's duty and language, if it has such."""
    duty, _, rest = name.removeprefix(PREFIX).partition("/")
    locale, _, _ = rest.partition("/")
    known = duty in AREAS and locale in LOCALES
    return drawn_menu(duty, words(locale)).name if known else ""
