"""The page behind a calendar's link: one touch to subscribe, for each kind of phone and by hand."""

from urllib.parse import quote

import segno

from bot.calendars.environment import LANGUAGES, environment
from handlers.words import Words


def page(address: str, name: str, words: Words, *, own: bool) -> str:
    """Return the page about a calendar, one's own or a school's, at an address from http on."""
    subscribe = f"webcal://{address.split('://', 1)[1]}"
    drawn: str = segno.make(address.removesuffix(".ics"), error="m").svg_inline(
        scale=5, border=4, light="white", omitsize=False
    )
    return (
        environment()
        .get_template("subscribe.html")
        .render(
            address=address,
            subscribe=subscribe,
            google=f"https://calendar.google.com/calendar/r?cid={quote(subscribe, safe='')}",
            drawn=drawn,
            name=name,
            own=own,
            say=words.say,
            language=LANGUAGES[words.locale],
        )
    )
