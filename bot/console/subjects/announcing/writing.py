"""Writes messages to the school: all of them, a new one, another wording, none after all."""

from starlette.responses import Response

from bot.console import asked
from bot.console.caller import absent
from bot.console.roles import OFFICE
from bot.console.subjects.announcing import calling
from bot.console.subjects.announcing.form import MessageForm
from bot.console.subjects.announcing.opening import (
    AT,
    ONE,
    do,
    doors,
    others_than,
    row_of,
    standing_of,
    tail_of,
)
from bot.console.visit import Visit
from models.queries import announcements, audiences
from models.queries.announcements import content_of
from models.queries.console.answering import names_of, officers
from models.rules.announcing import (
    LONGEST_TITLE,
    LONGEST_WORDING,
    UNDO_MINUTES,
    Audience,
    Content,
    Deed,
    Hearers,
    check,
)
from models.tables import Announcement


@doors.get(AT, to=OFFICE)
async def show(visit: Visit) -> Response:
    """Show the messages of the school, the last written first."""
    values, session = visit.request.query_params, visit.session
    found = await announcements.newest(
        session, visit.school.id, limit=asked.A_PAGE + 1, offset=asked.offset(values)
    )
    page = asked.page(values, found)
    able = await officers(session, visit.school.id)
    return visit.page(
        "announcing/announcements.html",
        page=page,
        names=await names_of(session, {each.author_id for each in page.rows}),
        states=calling.STATES,
        alone=not others_than(visit.user.id, able),
    )


@doors.get(f"{AT}/new", to=OFFICE)
async def begin(visit: Visit) -> Response:
    """Show an empty form."""
    everybody = Audience(frozenset({Hearers.PUPILS}))
    empty = Content("", "", "", everybody, None, UNDO_MINUTES)
    return await _shown(visit, await _form(visit, empty))


@doors.post(f"{AT}/new", to=OFFICE)
async def write(visit: Visit) -> Response:
    """Keep a new message as a draft: nothing leaves by that."""
    form = await _form(visit)
    if not form.validate():
        return await _shown(visit, form, status=422)
    row = Announcement(
        school_id=visit.school.id,
        title="",
        wording="",
        undo_minutes=UNDO_MINUTES,
        author_id=visit.user.id,
        written_at=visit.now,
    )
    _write(row, form.content(), visit)
    visit.session.add(row)
    await visit.session.flush()
    await visit.record("wrote announcement", f"announcement:{row.id}", digest=row.digest[:12])
    return visit.go(visit.to_school(tail_of(row)))


@doors.get(f"{ONE}/text", to=OFFICE)
async def reword(visit: Visit) -> Response:
    """Show a message in the form, as far as it can still be changed."""
    row = await row_of(visit)
    if row is None:
        return absent(visit)
    standing = await standing_of(visit, row)
    check(Deed.WRITE, standing, visit.user.id, standing.digest)
    return await _shown(visit, await _form(visit, content_of(row)), row=row)


@doors.post(f"{ONE}/text", to=OFFICE)
async def rewrite(visit: Visit) -> Response:
    """Change a message; whoever does is its author, and asks for approval anew."""
    row = await row_of(visit, lock=True)
    if row is None:
        return absent(visit)
    form = await _form(visit)
    if not form.validate():
        return await _shown(visit, form, row=row, status=422)
    await do(visit, row, Deed.WRITE, "wrote announcement")
    _write(row, form.content(), visit)
    return visit.go(visit.to_school(tail_of(row)))


@doors.post(f"{ONE}/discard", to=OFFICE)
async def discard(visit: Visit) -> Response:
    """Throw a message away that nobody was told of."""
    row = await row_of(visit, lock=True)
    if row is None:
        return absent(visit)
    check(Deed.DISCARD, await standing_of(visit, row), visit.user.id, "")
    await visit.record("discarded announcement", f"announcement:{row.id}")
    await visit.session.delete(row)
    visit.say("The draft was thrown away; nobody was told anything.")
    return visit.go(visit.to_school("/announcements"))


def _write(row: Announcement, content: Content, visit: Visit) -> None:
    row.title, row.wording, row.link = content.title, content.wording, content.link
    row.audience = content.audience.as_data()
    row.wanted_at, row.undo_minutes = content.wanted_at, content.undo_minutes
    row.author_id, row.written_at = visit.user.id, visit.now
    row.digest = content.digest
    row.asked_at = row.decided_at = row.decided_by_id = None
    row.listed, row.reason = [], ""


async def _form(visit: Visit, content: Content | None = None) -> MessageForm:
    rooms = await audiences.classes(visit.session, visit.school.id)
    return MessageForm(visit, rooms, content)


async def _shown(
    visit: Visit, form: MessageForm, *, row: Announcement | None = None, status: int = 200
) -> Response:
    return visit.page(
        "announcing/write.html",
        status,
        form=form,
        row=row,
        seen=visit.sent.get("seen") or (row.digest if row else ""),
        most_title=LONGEST_TITLE,
        most_wording=LONGEST_WORDING,
        quiet=visit.rulebook.reminders.quiet,
    )
