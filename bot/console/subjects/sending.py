"""How far today's sending is: a page that is whole by itself, and a part of it that moves.

The overview takes `#sending` out of this page and asks again while something is on its way; when
nothing is, the part comes without its trigger and the asking ends (decision 0035).
"""

from starlette.responses import Response

from bot.console.doors import IN_SCHOOL, Doors
from bot.console.roles import SEES_PUPILS
from bot.console.visit import Visit
from models.queries.console import sending

doors = Doors()


@doors.get(f"{IN_SCHOOL}/sending", to=SEES_PUPILS)
async def show(visit: Visit) -> Response:
    """Show how many of today's messages have left."""
    today = await sending.today(visit.session, visit.school.id, visit.now)
    return visit.page("sending/sending.html", today=today)
