"""Where somebody arrives: at their school, or at the choice of it."""

from starlette.responses import Response

from bot.console.doors import Doors
from bot.console.roles import EVERYBODY
from bot.console.visit import Visit
from models.queries.console import users
from models.vocabulary import ConsoleRole

doors = Doors()


@doors.get("/", to=EVERYBODY)
async def arrive(visit: Visit) -> Response:
    """Lead to the one school there is, or let choose among several."""
    schools = await users.schools_of(visit.session, visit.signed.grants)
    administers = any(each.role is ConsoleRole.ADMINISTRATOR for each in visit.signed.grants)
    if len(schools) == 1:
        return visit.go(f"/s/{schools[0].code}/")
    if not schools and administers:
        return visit.go("/users")
    return visit.page("home/schools.html", schools=schools)
