"""Writes into the ledger what falls due: one notice for every person concerned, told or silent.

Planning covers everything from its last committed run until now, a transaction for each school
that also moves `planned_until`: an outage is caught up, an overlap changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import digests, extensions, planning, preferences, windows
from models.queries.planning import Announcement
from models.queries.schools import rulebook_of
from models.queries.windows import TermWindow
from models.rulebooks import Divisions, ReminderPlan, Rulebook
from models.rules.calendar import SchoolCalendar
from models.rules.freshness import WITHHELD, is_stale
from models.rules.reaching import last_call_again
from models.rules.reminders import Fate, Moment, Occasion, occasions
from models.rules.reminders import digests as digest_mornings
from models.store import Store
from models.tables import Notice
from models.vocabulary import NoticeKind, Silence, Stage
from scheduler import falling
from scheduler.freshness import tell_office
from scheduler.separately import GoesOn, each_by_itself, quietly

MANY = 1000
"""New notices after which PostgreSQL looks at the table, or bundling takes ten times as long."""

Span = tuple[datetime, datetime]
"""After the first, until and with the second."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What one run wrote: in how many schools something fell due, and how many notices are new."""

    schools: int
    notices: int


@dataclass(frozen=True, slots=True)
class Reminded:
    """A window as rules/reminders.py asks for it."""

    stage: Stage
    term: str
    round: int
    division: str | None
    opens_at: datetime
    closes_at: datetime


_DUE = {
    Stage.UPLOAD: NoticeKind.UPLOAD_DUE,
    Stage.CERTIFICATION: NoticeKind.CERTIFICATION_DUE,
    Stage.SELECTION: NoticeKind.SELECTION_DUE,
    Stage.RECEIPT: NoticeKind.RECEIPT_DUE,
}


async def plan(store: Store, now: datetime, goes_on: GoesOn = quietly) -> Planned:
    """Plan every school in which something fell due until `now`, a short transaction each.

    Harmless beside another planner.
    """
    ids = await falling.schools(store, now)
    written = await each_by_itself("plan", ids, lambda each: plan_school(store, each, now), goes_on)
    planned = Planned(len(ids), sum(written))
    if planned.notices >= MANY:
        await store.study([Notice.__tablename__])
    return planned


async def plan_school(store: Store, school_id: int, now: datetime) -> int:
    """Plan one school until `now` and return the number of new notices."""
    async with store.writing() as session:
        school = await planning.take_school(session, school_id, now)
        if school is None:
            return 0
        after, school.planned_until = school.planned_until or now, now
        rulebook = rulebook_of(school)
        found = await windows.of_school(session, school_id)
        written = await _plan_windows(session, school_id, found, rulebook, (after, now))
        return written + await _plan_digests(session, school_id, found, rulebook, (after, now))


def announcements(
    found: TermWindow, rulebook: Rulebook, calendar: SchoolCalendar, after: datetime, now: datetime
) -> list[Announcement]:
    """Return what a window has to say for (after, now], with what nobody is told any more.

    What it says to those who have an end of their own are occasions of their own. Divisions with
    hours of their own hear the same at other times.
    """
    said: list[Announcement] = []
    for among, plan in plans_of(found, rulebook):
        fallen = occasions(reminded_of(found), plan, calendar, after, now)
        last = _last_to_tell(fallen, found.closes_at, now)
        said += [
            Announcement(
                kind=kind_of(found.stage, each.moment),
                occasion=_own(found) + each.key,
                due_at=each.falls_at,
                deadline_at=None if each.moment is Moment.CLOSED else found.closes_at,
                required=each.required,
                silence=_why_not(each, last, found.closes_at, now),
                among=among,
            )
            for each in fallen
        ]
    return said


def calls_again(
    found: TermWindow, rulebook: Rulebook, calendar: SchoolCalendar, after: datetime, now: datetime
) -> list[Announcement]:
    """Return the last call for other chats, if it falls in (after, now] and the window is open."""
    calls = [
        (among, last_call_again(reminded_of(found), plan, calendar))
        for among, plan in plans_of(found, rulebook)
    ]
    return [
        Announcement(
            kind=NoticeKind.LAST_CALL_REPEATED,
            occasion=_own(found) + each.key,
            due_at=each.due_at,
            deadline_at=found.closes_at,
            required=True,
            among=among,
        )
        for among, each in calls
        if each is not None and after < each.due_at <= now < found.closes_at
    ]


def plans_of(found: TermWindow, rulebook: Rulebook) -> Sequence[tuple[Divisions, ReminderPlan]]:
    """Return by which plan whom a window concerns is told; teachers, who have no division, by one.

    A division whose hours are its own has a plan of its own.
    """
    if found.stage is Stage.CERTIFICATION:
        return [(Divisions(), rulebook.reminders_for(found.division))]
    return rulebook.plans(found.division)


def _own(found: TermWindow) -> str:
    return "own/" if found.own_closes_at else ""


async def _plan_windows(
    session: AsyncSession,
    school_id: int,
    found: Sequence[TermWindow],
    rulebook: Rulebook,
    span: Span,
) -> int:
    calendar = SchoolCalendar(rulebook.school_days)
    after, now = span
    since = await preferences.imported_at(session, school_id)
    stale = is_stale(since, rulebook.fresh_days, now)
    written = 0
    for window in [*found, *await _with_more_time(session, school_id, found)]:
        if window.stage is Stage.SUBMISSION:
            continue  # a task of the office: no pupil or teacher is told
        for saying in announcements(window, rulebook, calendar, after, now):
            dated = replace(saying, imported_at=since, stale=stale)
            written += await planning.announce(session, window, dated, now=now)
            if stale and rulebook.fresh_days is not None and dated.kind in WITHHELD:
                await tell_office(session, window, dated, rulebook.fresh_days, now)
        for again in calls_again(window, rulebook, calendar, after, now):
            written += await planning.announce_again(session, window, again, now=now)
    return written


async def _with_more_time(
    session: AsyncSession, school_id: int, found: Iterable[TermWindow]
) -> list[TermWindow]:
    """Return each window once more for every later end that pupils were granted in it."""
    granted = await extensions.of_school(session, school_id)
    ends = {(window_id, closes_at) for (_, window_id), closes_at in granted.items()}
    return [
        window.until(closes_at)
        for window in found
        for window_id, closes_at in sorted(ends)
        if window.id == window_id and closes_at > window.closes_at
    ]


async def _plan_digests(
    session: AsyncSession,
    school_id: int,
    found: Iterable[TermWindow],
    rulebook: Rulebook,
    span: Span,
) -> int:
    """Write the class digests of the latest morning; an earlier one has nothing more to say."""
    after, now = span
    calendar = SchoolCalendar(rulebook.school_days)
    written = 0
    for among, plan in rulebook.plans():
        mornings = digest_mornings(plan, calendar, after, now)
        if not mornings:
            continue
        soon = mornings[-1].due_at + timedelta(days=plan.digest.within_days)
        is_open = await extensions.all_open(session, found, now)
        closing = [window for window in is_open if window.closes_at <= soon]
        written += await digests.announce(
            session, school_id, closing, mornings[-1], now=now, among=among
        )
    return written


def reminded_of(found: TermWindow) -> Reminded:
    """Return a window as the rules of reminding see it."""
    return Reminded(
        found.stage,
        found.term_name,
        found.window.round,
        found.window.division,
        found.opens_at,
        found.closes_at,
    )


def kind_of(stage: Stage, moment: Moment) -> NoticeKind:
    """Return the notice that tells a moment of a stage."""
    if moment is Moment.CLOSED:
        return NoticeKind.RECEIPT_DEEMED_CONFIRMED
    if stage is Stage.RECEIPT and moment is Moment.OPENED:
        return NoticeKind.RECEIPT_OPENED
    return _DUE[stage]


def _last_to_tell(
    fallen: Iterable[Occasion], closes_at: datetime, now: datetime
) -> Occasion | None:
    """Return the one occasion before the deadline that is still worth saying after an outage."""
    if now >= closes_at:
        return None
    due = [each for each in fallen if each.fate is Fate.DUE and each.moment is not Moment.CLOSED]
    return max(due, key=lambda each: (each.due_at, each.nominal_at), default=None)


def _why_not(
    occasion: Occasion, last: Occasion | None, closes_at: datetime, now: datetime
) -> Silence | None:
    if occasion.moment is Moment.CLOSED or occasion is last:
        return None
    if occasion.fate is Fate.TOO_LATE or now >= closes_at:
        return Silence.DEADLINE_PASSED
    return Silence.SUPERSEDED
