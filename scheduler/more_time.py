"""Foresees what giving more time would change: it is given, looked at, and undone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import reachability, windows
from models.queries.console import extensions
from models.queries.console import timetable as rows
from models.queries.schools import rulebook_of
from models.queries.windows import TermWindow
from models.rules.calendar import SchoolCalendar
from models.rules.extensions import FOLLOWS
from models.rules.reminders import Fate, all_occasions
from models.rules.taipei import day_of
from models.tables import Person, School
from models.vocabulary import ExtendedTo, NoticeKind, Stage
from scheduler.extending import Grant, Whom, extend_to
from scheduler.planning import plans_of, reminded_of


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a grant would do: who gets the time, who is told of it, and at what cost.

    `kept` have a later end of their own already; `taken_back` are messages of the old date that
    wait and would not leave; `reminders` are the days on which the new date is reminded of;
    `outlasts` is the window of the next stage that would be over sooner, None where none would.
    """

    people: Sequence[Person]
    kept: int
    told: int
    cost: int
    unreachable: int
    taken_back: int
    reminders: Sequence[date]
    outlasts: TermWindow | None


async def foresee(
    session: AsyncSession,
    school: School,
    whom: Whom,
    found: TermWindow,
    grant: Grant,
    *,
    now: datetime,
    counted: Collection[str],
) -> Outlook:
    """Return what `extend_to` would change, which raises what it raises; nothing is changed.

    `counted` are the channels whose messages cost.
    """
    newest = await rows.newest_notice(session, school.id)
    known = await rows.ledger(session, [found.id], until=newest)
    concerned = await extensions.count_concerned(session, found, whom.kind, whom.id)
    attempt = await session.begin_nested()
    try:
        row = await extend_to(session, whom, found, grant, now)
        people = await extensions.people_of(session, row.id)
        left = await rows.ledger(session, [found.id], until=newest)
        written = await rows.written_after(session, school.id, newest)
    finally:
        await attempt.rollback()
    hear = {
        each.person_id
        for each in written
        if each.is_said and each.kind is NoticeKind.DEADLINE_EXTENDED
    }
    reached = await reachability.accounts_of_many(session, hear)
    return Outlook(
        people=people,
        kept=concerned - len(people),
        told=len(reached),
        cost=len(await reachability.charged(session, hear, counted)),
        unreachable=len(hear) - len(reached),
        taken_back=known.waiting[found.id] - left.waiting[found.id],
        reminders=_reminders(school, found.until(grant.until), now),
        outlasts=await outlasted(session, whom, found, grant.until),
    )


async def outlasted(
    session: AsyncSession, whom: Whom, found: TermWindow, until: datetime
) -> TermWindow | None:
    """Return the window of the stage that follows where it ends before `until`; else None."""
    following = FOLLOWS.get(found.stage)
    school_id = found.window.school_id
    alone = whom.kind is ExtendedTo.PERSON and whom.id is not None
    known = (
        await windows.for_pupil(session, school_id, whom.id)
        if alone and whom.id is not None and following is not Stage.SUBMISSION
        else await windows.of_school(session, school_id)
    )
    ends = [
        each
        for each in known
        if each.stage is following
        and each.term_id == found.term_id
        and set(each.grades) & set(found.grades)
        and (found.division is None or each.division in (None, found.division))
    ]
    last = max(ends, key=lambda each: each.closes_at, default=None)
    return last if last is not None and last.closes_at < until else None


def _reminders(school: School, found: TermWindow, now: datetime) -> list[date]:
    """Return the days on which the new date is reminded of; teachers hear of everybody's alone."""
    if found.stage is Stage.CERTIFICATION:
        return []
    rulebook = rulebook_of(school)
    calendar = SchoolCalendar(rulebook.school_days)
    due = {
        day_of(each.due_at)
        for _, plan in plans_of(found, rulebook)
        for each in all_occasions(reminded_of(found), plan, calendar)
        if each.fate is Fate.DUE and now < each.due_at < found.closes_at
    }
    return sorted(due)
