"""Gives one pupil more time: their own deadline, told to them with the old date and the new one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import audit, extensions, moves, notices, pupils
from models.queries.schools import rulebook_of
from models.queries.windows import TermWindow
from models.rules.calendar import SchoolCalendar
from models.rules.extensions import LateEnd, extend, late_end
from models.tables import Extension, Person, School
from models.vocabulary import NoticeKind, Stage


@dataclass(frozen=True, slots=True)
class Grant:
    """Until when (exclusive) somebody gets more time, why, and by whom; None is the console."""

    until: datetime
    reason: str
    by_id: int | None = None
    via: str = "console"


async def extend_for(
    session: AsyncSession, pupil: Person, found: TermWindow, grant: Grant, now: datetime
) -> Extension:
    """Let a window of a pupil end later than for everybody else.

    `found` is the window as it is for this pupil. Raises ExtensionTooShort where `until` gives no
    more time than everybody has, ExtensionTooLate where the school's rules allow less. What still
    speaks of the old date is taken back; what is reminded of later follows the new one.
    """
    late = await latest_for(session, pupil, found)
    extend(TermWindow(found.window, found.term), grant.until, now, late)
    closed_at = found.closes_at
    row = await extensions.grant(
        session,
        found,
        pupil.id,
        grant.until,
        reason=grant.reason,
        by_id=grant.by_id,
        now=now,
    )
    await moves.forget_old_date(session, found.id, grant.until, now, person_id=pupil.id)
    await audit.record(
        session,
        school_id=pupil.school_id,
        at=now,
        actor_id=grant.by_id,
        person_id=pupil.id,
        deed="extended deadline",
        thing=f"timetable_window:{found.id}",
        via=grant.via,
        closed_at=closed_at.isoformat(),
        closes_at=grant.until.isoformat(),
        reason=grant.reason,
    )
    await notices.tell(
        session,
        school_id=pupil.school_id,
        person_id=pupil.id,
        kind=NoticeKind.DEADLINE_EXTENDED,
        occasion=f"deadline-extended/{row.id}/{row.version}",
        now=now,
        window_id=found.id,
        facts={"closed_at": closed_at.isoformat()},
        deadline_at=grant.until,
        required=found.stage is Stage.RECEIPT,
    )
    return row


async def latest_for(session: AsyncSession, pupil: Person, found: TermWindow) -> LateEnd | None:
    """Return how late a window may end for a pupil by the school's rules; None where none says."""
    school = await session.get_one(School, pupil.school_id)
    rulebook = rulebook_of(school)
    place = await pupils.place_in(session, pupil, found.term.year)
    rule = rulebook.extension_for(
        found.stage, semester=found.term.semester, grade=place.grade, division=place.division
    )
    calendar = SchoolCalendar(rulebook.school_days)
    return late_end(rule, found.window.closes_at, calendar) if rule else None
