"""The public timetable of a school that has switched it on: a page, and a calendar beside it.

Nothing of it is about anybody. A school that has not, and one that is not here, look the same.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.calendars.answers import CALENDAR, PAGE, PUBLIC, answer, nothing, too_often
from bot.calendars.pace import Pace
from bot.calendars.wording import name_of
from bot.clock import Clock, SystemClock
from bot.i18n import DEFAULT_LOCALE, words
from bot.wiring import Installation
from models.queries import feeds, publishing
from models.queries.feeds import Feed, Shown
from models.queries.schools import rulebook_of
from models.tables import School

OF_ONE_CALLER = 300
"""How often one address may ask in a minute: a whole school may stand behind it."""
_LONGEST = 16


def public_timetables(installation: Installation, *, clock: Clock | None = None) -> list[BaseRoute]:
    """Return the routes of the public timetables; how often somebody asks goes by `clock`."""
    doors = PublicDoors(installation, clock or SystemClock())
    return [
        Route("/timetable/{school_code}.ics", doors.calendar),
        Route("/timetable/{school_code}", doors.page),
    ]


class PublicDoors:
    """The public timetables of one installation."""

    def __init__(self, installation: Installation, clock: Clock) -> None:
        """Show what the installation's store holds, as of its own clock."""
        self._installation = installation
        self._clock = clock
        self._asked = Pace(OF_ONE_CALLER)

    async def calendar(self, request: Request) -> Response:
        """Answer with a school's calendar."""
        from bot.calendars.drawing import drawn  # many processes never draw one

        if self._is_too_often(request):
            return too_often()
        async with self._installation.store.reading() as session:
            found = await self._shown(session, request)
        if found is None:
            return nothing()
        school, shown = found
        rulebook, said = rulebook_of(school), words(DEFAULT_LOCALE)
        name = name_of(rulebook.short_name, said, own=False)
        return answer(request, drawn(shown, name, rulebook, said), CALENDAR, PUBLIC)

    async def page(self, request: Request) -> Response:
        """Answer with a school's timetable as a page."""
        from bot.calendars.published import page

        if self._is_too_often(request):
            return too_often()
        async with self._installation.store.reading() as session:
            found = await self._shown(session, request)
        if found is None:
            return nothing()
        school, shown = found
        here = self._installation.settings.web_url or str(request.base_url).rstrip("/")
        drawn = page(
            school.name,
            f"{here}/timetable/{school.code}",
            shown,
            rulebook=rulebook_of(school),
            words=words(DEFAULT_LOCALE),
            now=self._now,
        )
        return answer(request, drawn.encode(), PAGE, PUBLIC)

    @property
    def _now(self) -> datetime:
        return self._installation.clock.now()

    async def _shown(
        self, session: AsyncSession, request: Request
    ) -> tuple[School, list[Shown]] | None:
        code = request.path_params["school_code"]
        if len(code) > _LONGEST:
            return None
        school = await publishing.public_school(session, code)
        if school is None:
            return None
        return school, await feeds.shown(session, Feed(school, None), self._now)

    def _is_too_often(self, request: Request) -> bool:
        """Count a call of one address, and say whether it was one too many."""
        key, now = request.client.host if request.client else "", self._clock.now()
        allowed = self._asked.allows(key, now)
        self._asked.count(key, now)
        return not allowed
