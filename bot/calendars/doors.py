"""Answers the secret addresses of calendars: the calendar, and a page that helps to subscribe.

Whatever is unknown, taken back or ended gets one and the same answer. Nothing of an address is
logged, and no page that a link leads to learns it.
"""

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.calendars.answers import ALWAYS, CALENDAR, answer, nothing, too_often
from bot.calendars.pace import Pace
from bot.calendars.wording import name_of
from bot.clock import Clock, SystemClock
from bot.i18n import DEFAULT_LOCALE, words
from bot.wiring import Installation
from models.queries import feeds
from models.queries.feeds import Feed
from models.queries.schools import rulebook_of
from models.rules.signing_in import digest_of

OF_ONE = 20
"""How often one calendar is answered in a minute: many devices may share it."""
UNKNOWN = 30
"""How many unknown addresses one caller may ask for in a minute before nobody looks any more."""
_LONGEST = 100


def calendars(installation: Installation, *, clock: Clock | None = None) -> list[BaseRoute]:
    """Return the routes of the calendars; how often somebody asks goes by `clock`."""
    doors = Doors(installation, clock or SystemClock())
    return [
        Route("/calendar/{token}.ics", doors.of_person),
        Route("/calendar/{school_code}/{token}.ics", doors.of_school),
        Route("/calendar/{token}", doors.page_of_person),
        Route("/calendar/{school_code}/{token}", doors.page_of_school),
    ]


class Doors:
    """The calendars of one installation."""

    def __init__(self, installation: Installation, clock: Clock) -> None:
        """Show what the installation's store holds, as of its own clock."""
        self._installation = installation
        self._clock = clock
        self._asked = Pace(OF_ONE)
        self._missed = Pace(UNKNOWN)

    async def of_person(self, request: Request) -> Response:
        """Answer with one person's calendar."""
        return await self._calendar(request, own=True)

    async def of_school(self, request: Request) -> Response:
        """Answer with a school's calendar."""
        return await self._calendar(request, own=False)

    async def page_of_person(self, request: Request) -> Response:
        """Answer with how to subscribe to one person's calendar."""
        return await self._page(request, own=True)

    async def page_of_school(self, request: Request) -> Response:
        """Answer with how to subscribe to a school's calendar."""
        return await self._page(request, own=False)

    async def _calendar(self, request: Request, *, own: bool) -> Response:
        from bot.calendars.drawing import drawn  # many processes never draw one

        now = self._installation.clock.now()
        if self._is_too_often(request):
            return too_often()
        async with self._installation.store.reading() as session:
            feed = await self._feed(session, request, own=own)
            if feed is None:
                return nothing()
            shown = await feeds.shown(session, feed, now)
        said = words(feed.person.locale if feed.person else DEFAULT_LOCALE)
        rulebook = rulebook_of(feed.school)
        name = name_of(rulebook.short_name, said, own=own)
        return answer(request, drawn(shown, name, rulebook, said), CALENDAR)

    async def _page(self, request: Request, *, own: bool) -> Response:
        from bot.calendars.page import page

        async with self._installation.store.reading() as session:
            feed = await self._feed(session, request, own=own)
        if feed is None:
            return nothing()
        here = self._installation.settings.web_url or str(request.base_url).rstrip("/")
        said = words(feed.person.locale if feed.person else DEFAULT_LOCALE)
        name = name_of(rulebook_of(feed.school).short_name, said, own=own)
        return HTMLResponse(
            page(f"{here}{request.url.path}.ics", name, said, own=own), headers=ALWAYS
        )

    async def _feed(self, session: AsyncSession, request: Request, *, own: bool) -> Feed | None:
        """Return what an address shows; whoever asks for many unknown ones is not looked up."""
        caller = request.client.host if request.client else ""
        token, moment = request.path_params["token"], self._clock.now()
        if len(token) > _LONGEST or not self._missed.allows(caller, moment):
            return None
        feed = await feeds.by_token(session, token, self._installation.vault.pepper)
        code = request.path_params.get("school_code")
        fits = feed is not None and (
            feed.person is not None if own else feed.person is None and feed.school.code == code
        )
        if not fits:
            self._missed.count(caller, moment)
        return feed if fits else None

    def _is_too_often(self, request: Request) -> bool:
        """Count a call of one address, and say whether it was one too many."""
        key, now = digest_of(request.url.path, b"pace"), self._clock.now()
        allowed = self._asked.allows(key, now)
        self._asked.count(key, now)
        return not allowed
