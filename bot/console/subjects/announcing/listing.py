"""Who is on the list of a message to the school: looked through, searched, taken along."""

from starlette.responses import Response

from bot.console import asked, endings
from bot.console.caller import absent
from bot.console.roles import OFFICE
from bot.console.spreadsheets import spreadsheet
from bot.console.subjects.announcing import calling
from bot.console.subjects.announcing.opening import ONE, doors, row_of, tail_of
from bot.console.subjects.deliveries import vocabulary
from bot.console.visit import Visit
from handlers import labels
from models.queries import announcements, audiences
from models.queries.announcements import content_of
from models.queries.audiences import Listed, Looked
from models.queries.console import deliveries
from models.queries.console.deliveries import Told, Wanted
from models.rules.endings import Ending
from models.rules.sight import Sight
from models.tables import Announcement
from models.vocabulary import PersonKind

MOST_ROWS = 20_000
"""What a file holds at the most: everybody of a large school."""
_ALL = Sight(everybody=True)


@doors.get(f"{ONE}/people", to=OFFICE)
async def show(visit: Visit) -> Response:
    """Show whom a message is for at this moment, or what became of it for each of them."""
    row = await row_of(visit)
    if row is None:
        return absent(visit)
    values = visit.request.query_params
    limit, offset = asked.A_PAGE + 1, asked.offset(values)
    common = {
        "row": row,
        "tail": tail_of(row),
        "whom": asked.text(values, "whom"),
        "audience": await calling.audience(visit, content_of(row).audience),
        **vocabulary(visit),
    }
    if row.left_at is None:
        found = await _listed(visit, row, values, limit=limit, offset=offset)
        return visit.page(
            "announcing/people.html",
            page=asked.page(values, found),
            unreachable=bool(asked.text(values, "unreachable")),
            staff=PersonKind.STAFF,
            **common,
        )
    told = await _told(visit, row, values, limit=limit, offset=offset)
    return visit.page(
        "announcing/told.html",
        page=asked.page(values, told),
        chosen=asked.member(values, "state", Ending),
        endings=Ending,
        **common,
    )


@doors.post(f"{ONE}/people/export", to=OFFICE)
async def export(visit: Visit) -> Response:
    """Hand the list out as a file; who took it stands in the audit."""
    row = await row_of(visit)
    if row is None:
        return absent(visit)
    say = visit.words.say
    if row.left_at is None:
        found = await _listed(visit, row, visit.sent, limit=MOST_ROWS)
        lines = [_line(each, visit) for each in found]
        last = say("Can be reached")
    else:
        told = await _told(visit, row, visit.sent, limit=MOST_ROWS)
        lines = [_line_of(each, visit) for each in told]
        last = say("What became of it")
    await visit.record("exported announcement list", f"announcement:{row.id}", rows=len(lines))
    headings = [say("Number"), say("Name"), say("Class"), last, say("Why not")]
    return spreadsheet("announcement", headings, lines)


async def _listed(
    visit: Visit, row: Announcement, values: asked.Values, *, limit: int, offset: int = 0
) -> list[Listed]:
    looked = Looked(asked.text(values, "whom"), bool(asked.text(values, "unreachable")))
    return await audiences.listed(
        visit.session,
        visit.school.id,
        content_of(row).audience,
        looked,
        limit=limit,
        offset=offset,
    )


async def _told(
    visit: Visit, row: Announcement, values: asked.Values, *, limit: int, offset: int = 0
) -> list[Told]:
    wanted = Wanted(
        whom=asked.text(values, "whom"),
        ending=asked.member(values, "state", Ending),
        occasion=announcements.occasion(row.id),
    )
    return await deliveries.found(
        visit.session, visit.school.id, _ALL, wanted, limit=limit, offset=offset
    )


def _line(each: Listed, visit: Visit) -> list[str]:
    words = visit.words
    reached = words.say("yes") if each.silence is None else words.say("no")
    why = labels.word(each.silence, words) if each.silence else ""
    return [each.number, each.name, each.room or "", reached, why]


def _line_of(each: Told, visit: Visit) -> list[str]:
    words = visit.words
    why = labels.word(each.silence, words) if each.silence else ""
    became = words.say(endings.ENDINGS[each.ending])
    return [each.number, each.name, each.room or "", became, why]
