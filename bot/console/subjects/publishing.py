"""Publishing the timetable: a page without signing in, and a calendar that follows it."""

import segno
from starlette.responses import Response

from bot.console.doors import IN_SCHOOL, Doors
from bot.console.roles import OFFICE
from bot.console.visit import Visit
from models.queries import publishing

AT = f"{IN_SCHOOL}/publishing"
ON = "on"

doors = Doors()


@doors.get(AT, to=OFFICE)
async def show(visit: Visit) -> Response:
    """Show whether the timetable is public, its address, and what to print for the wall."""
    address = _address(visit)
    since = await publishing.since(visit.session, visit.school.id)
    drawn = segno.make(address, error="m").svg_inline(border=4, light="white", omitsize=True)
    return visit.page("publishing/publishing.html", since=since, address=address, drawn=drawn)


@doors.post(AT, to=OFFICE)
async def turn(visit: Visit) -> Response:
    """Switch the public page and its calendar on, or off: then both are as if never there."""
    session, school = visit.session, visit.school
    thing = f"school:{school.id}"
    if visit.sent.get("turn") == ON:
        if await publishing.publish(session, school.id, visit.now):
            await visit.record("published timetable", thing)
        visit.say("The timetable is public now: everybody with the address can read it.")
    else:
        if await publishing.withdraw(session, school.id):
            await visit.record("withdrew timetable", thing)
        visit.say("The timetable is public no more: its page and its calendar show nothing.")
    return visit.go(visit.to_school("/publishing"))


def _address(visit: Visit) -> str:
    """Return where the public page is, as people type it."""
    base = visit.desk.installation.settings.web_url or str(visit.request.base_url)
    root = visit.request.scope.get("root_path", "")
    return f"{base.rstrip('/').removesuffix(root)}/timetable/{visit.school.code}"
