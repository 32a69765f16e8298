"""Foretells what would be said to how many, at what cost, and why others are not told."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import classes, planning, preferences, reachability, windows
from models.queries.digests import WORTH_SAYING_FOR
from models.queries.planning import Announcement
from models.queries.schools import rulebook_of
from models.queries.windows import TermWindow
from models.rulebooks import Divisions
from models.rules.budget import Need
from models.rules.calendar import SchoolCalendar
from models.rules.progress import PUPIL_STAGES
from models.rules.reminders import Fate, Moment, Occasion, digests, occasions
from models.store import Store
from models.tables import School
from models.vocabulary import NoticeKind, Silence, Stage
from scheduler.planning import kind_of, plans_of, reminded_of

_DROPPED = {
    Fate.DUE: None,
    Fate.SUPERSEDED: Silence.SUPERSEDED,
    Fate.TOO_LATE: Silence.DEADLINE_PASSED,
}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One occasion to come, as things stand: how many would be told, and why others would not.

    `days_before` its window's last day; None for the opening, and for what follows the end.
    `put_off_from` is when a reminder would leave but for a holiday or the staff's hours.
    """

    school_code: str
    kind: NoticeKind
    occasion: str
    window: TermWindow
    whom: str
    days_before: int | None
    due_at: datetime
    told: int
    silent: Mapping[Silence, int]
    put_off_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """All occasions of a span in their order, and what they cost by school: counted messages."""

    rows: tuple[Foreseen, ...]
    pushes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Telling:
    """An occasion to come with everybody concerned: None for who would be told, or why not.

    `among` are the divisions whose pupils it is for.
    """

    foreseen: Foreseen
    occasion: Occasion
    among: Divisions
    whom: Mapping[int, Silence | None]

    @property
    def people(self) -> frozenset[int]:
        """Return who would be told."""
        return frozenset(id_ for id_, silence in self.whom.items() if silence is None)


async def remind_dry_run(
    store: Store, now: datetime, until: datetime, counted: Collection[str]
) -> Forecast:
    """Return what falls due in (now, until] if nobody did anything more until then.

    What falls due together for one person costs one message, as in bundling, and none where they
    are reached on a channel that is not `counted`. Class digests, what taps bring about, last calls
    in a second chat, and the reminders of pupils with a deadline of their own are not foreseen.
    """
    rows: list[Foreseen] = []
    pushes: Counter[str] = Counter()
    async with store.reading() as session:
        for school in (await session.scalars(sa.select(School).order_by(col(School.id)))).all():
            coming = await tellings(session, school, now, until)
            rows += [each.foreseen for each in coming]
            costs = await _costs(session, coming, counted)
            for together in by_moment(coming).values():
                people = frozenset[int]().union(*(each.people for each in together))
                pushes[school.code] += len(people & costs.keys())
    rows.sort(key=lambda row: (row.due_at, row.school_code, row.occasion))
    return Forecast(tuple(rows), pushes)


async def needs(
    session: AsyncSession, school: School, now: datetime, until: datetime, counted: Collection[str]
) -> list[Need]:
    """Return the counted messages that a school's timetable needs in (now, until].

    Who is told several things at one moment needs one message, for the most urgent of them. Class
    digests are counted for every class while a window ends soon.
    """
    coming = await tellings(session, school, now, until)
    costs = await _costs(session, coming, counted)
    found: list[Need] = []
    for at, together in by_moment(coming).items():
        rest = set(costs)
        for each in sorted(together, key=_urgency):
            told = rest & each.people
            rest -= told
            found.append(_need(each, at, [costs[person_id] for person_id in told]))
    found += await _digests(session, school, now, until, counted)
    return sorted((need for need in found if need.cost), key=lambda need: need.at)


def by_moment(coming: Iterable[Telling]) -> dict[datetime, list[Telling]]:
    """Return what is told at the same instant together: to one person it is one message."""
    moments: dict[datetime, list[Telling]] = defaultdict(list)
    for each in coming:
        moments[each.occasion.falls_at].append(each)
    return moments


def _urgency(telling: Telling) -> tuple[bool, datetime, str]:
    occasion, window = telling.occasion, telling.foreseen.window
    return (not occasion.required, window.closes_at, occasion.key)


def _need(telling: Telling, at: datetime, has_other: Collection[bool]) -> Need:
    foreseen, occasion = telling.foreseen, telling.occasion
    is_over = occasion.moment is Moment.CLOSED
    return Need(
        at=at,
        kind=foreseen.kind,
        required=occasion.required,
        cost=len(has_other),
        spare=sum(has_other),
        deadline_at=None if is_over else foreseen.window.closes_at,
        window_id=foreseen.window.id,
    )


async def _costs(
    session: AsyncSession, coming: Iterable[Telling], counted: Collection[str]
) -> dict[int, bool]:
    people = frozenset[int]().union(*(each.people for each in coming))
    return await reachability.charged(session, people, counted)


async def tellings(
    session: AsyncSession, school: School, now: datetime, until: datetime, *, key: str = ""
) -> list[Telling]:
    """Return a school's occasions in (now, until] with the people who would be told.

    With a `key` only that one, for each part of the school that hears it at an hour of its own.
    Occasions of a window that differ only in their day are asked about once.
    """
    rulebook = rulebook_of(school)
    calendar = SchoolCalendar(rulebook.school_days)
    since = await preferences.imported_at(session, school.id)
    known: dict[tuple[object, ...], Mapping[int, Silence | None]] = {}
    coming = []
    for found in await windows.of_school(session, school.id):
        if found.stage is Stage.SUBMISSION:
            continue  # a task of the office: no pupil or teacher is told
        for among, plan in plans_of(found, rulebook):
            for each in occasions(reminded_of(found), plan, calendar, now, until):
                if key and each.key != key:
                    continue
                saying = Announcement(
                    kind_of(found.stage, each.moment),
                    each.key,
                    each.falls_at,
                    found.closes_at,
                    each.required,
                    silence=_DROPPED[each.fate],
                    imported_at=since,
                    among=among,
                )
                same = (found.id, among, saying.kind, saying.required, saying.silence)
                if same not in known:
                    known[same] = await planning.foreseen(session, found, saying)
                whom = known[same]
                if among.only and not whom:
                    continue  # nobody of the division is concerned
                foreseen = Foreseen(
                    school.code,
                    saying.kind,
                    each.key,
                    found,
                    rulebook.label_of(found.window.division or among.only),
                    each.offset_days,
                    each.falls_at,
                    sum(silence is None for silence in whom.values()),
                    Counter(silence for silence in whom.values() if silence is not None),
                    _put_off_from(each),
                )
                coming.append(Telling(foreseen, each, among, whom))
    return coming


def _put_off_from(occasion: Occasion) -> datetime | None:
    is_put_off = occasion.fate is Fate.DUE and occasion.due_at > occasion.nominal_at
    return occasion.nominal_at if is_put_off and occasion.offset_days is not None else None


async def _digests(
    session: AsyncSession, school: School, now: datetime, until: datetime, counted: Collection[str]
) -> list[Need]:
    """Return what the digests cost on the mornings on which a window of pupils ends soon."""
    mornings = await digest_mornings(session, school, now, until)
    if not mornings:
        return []
    teachers = await classes.homeroom_teachers(session, school.id)
    has_other = (await reachability.charged(session, teachers, counted)).values()
    return [
        Need(
            at=at,
            kind=NoticeKind.CLASS_DIGEST,
            required=False,
            cost=len(has_other),
            spare=sum(has_other),
            deadline_at=at + WORTH_SAYING_FOR,
        )
        for at in mornings
    ]


async def digest_mornings(
    session: AsyncSession, school: School, now: datetime, until: datetime
) -> list[datetime]:
    """Return the mornings in (now, until] on which homeroom teachers get the digest."""
    rulebook = rulebook_of(school)
    soon = timedelta(days=rulebook.reminders.digest.within_days)
    calendar = SchoolCalendar(rulebook.school_days)
    spans = [
        (found.opens_at, found.closes_at)
        for found in await windows.of_school(session, school.id)
        if found.stage in PUPIL_STAGES
    ]
    return [
        morning.due_at
        for morning in digests(rulebook.reminders, calendar, now, until)
        if any(opens <= morning.due_at < closes <= morning.due_at + soon for opens, closes in spans)
    ]
