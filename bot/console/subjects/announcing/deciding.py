"""One message to the school: what it would reach and cost, and the two people who let it out."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col
from starlette.responses import Response
from wtforms import TextAreaField
from wtforms.validators import Length, ValidationError

from bot.console.caller import absent
from bot.console.endings import SILENCES, channel
from bot.console.forms import ConsoleForm
from bot.console.roles import OFFICE
from bot.console.subjects.announcing import calling
from bot.console.subjects.announcing.opening import (
    ONE,
    do,
    doors,
    may,
    others_than,
    row_of,
    standing_of,
    tail_of,
)
from bot.console.subjects.messages.drawing import drawn
from bot.console.visit import Visit
from bot.wiring import COUNTED
from handlers import labels
from models.queries import announcements, audiences, moves, notices
from models.queries.announcements import content_of
from models.queries.audiences import Looked
from models.queries.console import announcing
from models.queries.console.announcing import Progress
from models.queries.console.answering import names_of, officers
from models.queries.spoken import Announced
from models.rules.announcing import Deed, leaves_at
from models.rules.taipei import day_of
from models.tables import Announcement, Notice
from models.vocabulary import AnnouncementState, NoticeKind, PersonKind, Silence
from scheduler.announcing import DryRun, Proposal, dry_run
from scheduler.messages.school_announced import reply

MOST_NAMES = 20
"""How many of those who came to a list, or left it, are named."""
SOON_LEAVES = timedelta(hours=1)
"""How long before it leaves a page looks for the beginning; more would keep a session alive."""


class BackForm(ConsoleForm):
    """Why a message is sent back to who wrote it."""

    reason = TextAreaField(validators=[Length(max=300)])

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._words = visit.words

    def validate_reason(self, field: TextAreaField) -> None:
        """Ask for a reason: the author has to know what to change."""
        if not (field.data or "").strip():
            raise ValidationError(self._words.say("A reason, please: the author reads it."))


@doors.get(ONE, to=OFFICE)
async def show(visit: Visit) -> Response:
    """Show one message as it stands: the dry run before it leaves, and then how far it is."""
    row = await row_of(visit)
    return await _shown(visit, row) if row else absent(visit)


@doors.post(f"{ONE}/ask", to=OFFICE)
async def ask(visit: Visit) -> Response:
    """Ask for approval of exactly what the page showed, and tell the other registrars."""
    row = await row_of(visit, lock=True)
    if row is None:
        return absent(visit)
    run = await _run(visit, row)
    if not run.ids:
        visit.say("Nobody is on the list: please choose another audience.")
        return _back(visit, row)
    await do(visit, row, Deed.ASK, "asked for approval", people=len(run.ids))
    row.asked_at, row.listed = visit.now, sorted(run.ids)
    told = await _tell_others(visit, row)
    if told:
        visit.say("The other registrars were told in their chats. Nothing leaves until then.")
    else:
        visit.say("Please tell another registrar yourself; nothing leaves until they approve it.")
    return _back(visit, row)


@doors.post(f"{ONE}/approve", to=OFFICE)
async def approve(visit: Visit) -> Response:
    """Let a message out, as a second person: it leaves when the time to call it back is over."""
    row = await row_of(visit, lock=True)
    if row is None:
        return absent(visit)
    run = await _run(visit, row)
    await do(visit, row, Deed.APPROVE, "approved announcement", people=len(run.ids))
    row.decided_by_id, row.decided_at, row.listed = visit.user.id, visit.now, sorted(run.ids)
    row.leaves_at = leaves_at(visit.now, row.undo_minutes, row.wanted_at)
    return _back(visit, row)


@doors.post(f"{ONE}/return", to=OFFICE)
async def send_back(visit: Visit) -> Response:
    """Send a message back to its author, with a reason."""
    row = await row_of(visit, lock=True)
    if row is None:
        return absent(visit)
    form = BackForm(visit)
    if not form.validate():
        return await _shown(visit, row, back=form, status=422)
    await do(visit, row, Deed.SEND_BACK, "sent announcement back")
    row.decided_by_id, row.decided_at = visit.user.id, visit.now
    row.reason = (form.reason.data or "").strip()
    visit.say("The message went back to its author; nobody was told anything.")
    return _back(visit, row)


@doors.post(f"{ONE}/call-back", to=OFFICE)
async def call_back(visit: Visit) -> Response:
    """Take an approved message back before the first has left; it is a draft again."""
    row = await row_of(visit, lock=True)
    if row is None:
        return absent(visit)
    await do(visit, row, Deed.CALL_BACK, "called announcement back")
    row.asked_at = row.decided_at = row.decided_by_id = row.leaves_at = None
    row.listed = []
    visit.say("Called back in time: nobody was told anything. It is a draft again.")
    return _back(visit, row)


@doors.post(f"{ONE}/stop", to=OFFICE)
async def stop(visit: Visit) -> Response:
    """Cancel what has not left yet; what has left stays on the list."""
    row = await row_of(visit, lock=True)
    if row is None:
        return absent(visit)
    await do(visit, row, Deed.STOP, "stopped announcement")
    row.stopped_by_id, row.stopped_at = visit.user.id, visit.now
    await visit.session.flush()
    await moves.take_back(
        visit.session,
        col(Notice.school_id) == row.school_id,
        col(Notice.occasion) == announcements.occasion(row.id),
        reason="called off",
        silence=Silence.CALLED_OFF,
        now=visit.now,
    )
    visit.say("Stopped. What had not left is cancelled; the list shows whom it reached.")
    return _back(visit, row)


def _back(visit: Visit, row: Announcement) -> Response:
    return visit.go(visit.to_school(tail_of(row)))


async def _run(visit: Visit, row: Announcement) -> DryRun:
    """Return what a message would reach and cost now, or at the hour that is set already."""
    at = row.leaves_at or leaves_at(visit.now, row.undo_minutes, row.wanted_at)
    proposal = Proposal(content_of(row).audience, at, visit.now)
    return await dry_run(visit.session, visit.school, proposal, COUNTED)


async def _tell_others(visit: Visit, row: Announcement) -> bool:
    """Tell the registrars in their chats that something waits; return whether anybody can be."""
    able = await officers(visit.session, visit.school.id)
    people = [each.person_id for each in others_than(row.author_id, able) if each.person_id]
    for person_id in people:
        await notices.tell(
            visit.session,
            school_id=visit.school.id,
            person_id=person_id,
            kind=NoticeKind.ANNOUNCEMENT_ASKED,
            occasion=f"announcement-asked/{row.id}/{visit.now.timestamp():.0f}",
            now=visit.now,
            facts={"announcement_id": row.id},
        )
    return bool(people)


async def _shown(
    visit: Visit, row: Announcement, *, back: BackForm | None = None, status: int = 200
) -> Response:
    session, words = visit.session, visit.words
    content = content_of(row)
    standing = await standing_of(visit, row)
    able = await officers(session, visit.school.id)
    by = {row.author_id, row.decided_by_id, row.stopped_by_id} - {None}
    ahead = await _ahead(visit, row)
    told = Announced(row.title, row.wording, row.link, visit.school.name)
    return visit.page(
        "announcing/one.html",
        status,
        row=row,
        content=content,
        digest=standing.digest,
        may=may(visit, standing),
        deeds=Deed,
        state=words.say(calling.STATES[row.state]),
        states=AnnouncementState,
        names=await names_of(session, {each for each in by if each is not None}),
        others=others_than(row.author_id, able),
        audience=await calling.audience(visit, content.audience),
        drawn=drawn(reply(told, words)),
        back=back or BackForm(visit),
        moves=visit.hold is None and _moves(row, ahead["progress"], visit.now),
        kinds=PersonKind,
        channel=lambda name: channel(name, words),
        why=lambda silence: words.say(SILENCES[silence].why),
        word=lambda member: labels.word(member, words),
        day=lambda at: words.short_day(day_of(at)),
        **ahead,
    )


def _moves(row: Announcement, progress: Progress | None, now: datetime) -> bool:
    """Say whether the page shows something else soon, so that it asks again by itself."""
    if progress is not None:
        return progress.is_moving
    return row.leaves_at is not None and row.leaves_at <= now + SOON_LEAVES


async def _ahead(visit: Visit, row: Announcement) -> dict[str, Any]:
    """Return the dry run of a message that has not left, or how far one is that has."""
    session = visit.session
    if row.left_at is None:
        run = await _run(visit, row)
        ids, progress = run.ids, None
    else:
        run, progress = None, await announcing.progress(session, row, visit.now)
        ids = await announcing.told_ids(session, row)
    listed = frozenset(row.listed) if row.asked_at else ids
    return {
        "run": run,
        "progress": progress,
        "joined": await _named(visit, ids - listed),
        "gone": await _named(visit, listed - ids),
        "counts": {"joined": len(ids - listed), "gone": len(listed - ids)},
    }


async def _named(visit: Visit, ids: frozenset[int]) -> list[audiences.Listed]:
    if not ids:
        return []
    return await audiences.listed(
        visit.session,
        visit.school.id,
        None,
        Looked(ids=tuple(sorted(ids))),
        limit=MOST_NAMES,
    )
