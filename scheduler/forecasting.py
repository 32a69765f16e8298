"""Foretells what would be said to how many, at what cost, and why others are not told."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from models.queries import planning, preferences, reachability, windows
from models.queries.planning import Announcement
from models.queries.schools import rulebook_of
from models.queries.windows import TermWindow
from models.rules.calendar import SchoolCalendar
from models.rules.reminders import Fate, occasions
from models.store import Store
from models.tables import School
from models.vocabulary import NoticeKind, Silence, Stage
from scheduler.planning import kind_of, reminded_of

_DROPPED = {
    Fate.DUE: None,
    Fate.SUPERSEDED: Silence.SUPERSEDED,
    Fate.TOO_LATE: Silence.DEADLINE_PASSED,
}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One occasion to come, as things stand: how many would be told, and why others would not.

    `days_before` its window's last day; None for the opening, and for what follows the end.
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


@dataclass(frozen=True, slots=True)
class Forecast:
    """All occasions of a span in their order, and what they cost by school: counted messages."""

    rows: tuple[Foreseen, ...]
    pushes: Mapping[str, int]


async def remind_dry_run(
    store: Store, now: datetime, until: datetime, counted: Collection[str]
) -> Forecast:
    """Return what falls due in (now, until] if nobody did anything more until then.

    What falls due together for one person costs one message, as in bundling, and none where they
    are reached on a channel that is not `counted`. Class digests, what taps bring about, last calls
    in a second chat, and the reminders of pupils with a deadline of their own are not foreseen.
    """
    rows: list[Foreseen] = []
    people: dict[tuple[str, datetime], set[int]] = defaultdict(set)
    async with store.reading() as session:
        for school in (await session.scalars(sa.select(School).order_by(col(School.id)))).all():
            rulebook = rulebook_of(school)
            calendar = SchoolCalendar(rulebook.school_days)
            since = await preferences.imported_at(session, school.id)
            for found in await windows.of_school(session, school.id):
                if found.stage is Stage.SUBMISSION:
                    continue  # a task of the office: no pupil or teacher is told
                for each in occasions(reminded_of(found), rulebook.reminders, calendar, now, until):
                    saying = Announcement(
                        kind_of(found.stage, each.moment),
                        each.key,
                        each.falls_at,
                        found.closes_at,
                        each.required,
                        silence=_DROPPED[each.fate],
                        imported_at=since,
                    )
                    whom = await planning.foreseen(session, found, saying)
                    told = {person_id for person_id, silence in whom.items() if silence is None}
                    people[school.code, each.falls_at] |= told
                    rows.append(
                        Foreseen(
                            school.code,
                            saying.kind,
                            each.key,
                            found,
                            rulebook.label_of(found.window.division),
                            each.offset_days,
                            each.falls_at,
                            len(told),
                            Counter(silence for silence in whom.values() if silence is not None),
                        )
                    )
        everybody = set[int]().union(*people.values())
        paying = await reachability.reached_on(session, everybody, counted)
    pushes: Counter[str] = Counter()
    for (code, _), together in people.items():
        pushes[code] += len(together & paying)
    rows.sort(key=lambda row: (row.due_at, row.school_code, row.occasion))
    return Forecast(tuple(rows), pushes)
