"""Looks once more, right before sending: is each notice still wanted, and if not, why not."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import announcements
from models.queries.extensions import Granted
from models.queries.standing import undecided
from models.queries.windows import TermWindow
from models.tables import (
    Appeal,
    Certification,
    Course,
    CourseOutcome,
    Notice,
    Person,
    Query,
    Question,
)
from models.vocabulary import (
    AppealState,
    NoticeKind,
    NoticeState,
    OutcomeState,
    QueryState,
    QuestionState,
    Silence,
    Stage,
)

_REMINDERS = frozenset(
    {
        NoticeKind.UPLOAD_DUE,
        NoticeKind.CERTIFICATION_DUE,
        NoticeKind.SELECTION_DUE,
        NoticeKind.RECEIPT_DUE,
        NoticeKind.RECEIPT_OPENED,
        NoticeKind.LAST_CALL_REPEATED,
    }
)
_FOR_THE_UNDECIDED = _REMINDERS | {
    NoticeKind.PUPIL_NUDGED,
    NoticeKind.DEADLINE_MOVED,
    NoticeKind.RECEIPT_DEEMED_CONFIRMED,
}
_ABOUT_A_PENDING_WORK = frozenset({NoticeKind.CERTIFICATION_REQUESTED, NoticeKind.TEACHER_NUDGED})
_ABOUT_A_VERDICT = frozenset({NoticeKind.ITEM_CERTIFIED, NoticeKind.ITEM_RETURNED})


@dataclass(frozen=True, slots=True)
class Saying:
    """A notice that is about to be told."""

    id: int
    delivery_id: int
    person_id: int
    kind: NoticeKind
    window_id: int | None
    facts: Mapping[str, Any]
    required: bool
    due_at: datetime
    deadline_at: datetime | None


_SAYINGS = (
    sa.select(
        col(Notice.id),
        col(Notice.delivery_id),
        col(Notice.person_id),
        col(Notice.kind),
        col(Notice.window_id),
        col(Notice.facts),
        col(Notice.required),
        col(Notice.due_at),
        col(Notice.deadline_at),
    )
    .where(
        col(Notice.delivery_id).in_(sa.bindparam("deliveries", expanding=True)),
        col(Notice.state) == NoticeState.BUNDLED,
    )
    .order_by(col(Notice.id))
)


async def of_deliveries(session: AsyncSession, delivery_ids: Sequence[int]) -> list[Saying]:
    """Return the notices that these deliveries tell."""
    rows = await session.execute(_SAYINGS, {"deliveries": delivery_ids})
    return [Saying(*row) for row in rows]


async def silences(
    session: AsyncSession,
    sayings: Sequence[Saying],
    windows: Mapping[int, TermWindow],
    now: datetime,
    granted: Granted | None = None,
) -> dict[int, Silence]:
    """Return by id the notices that are wanted no more, with the reason; asked in sets.

    `granted` are the ends of their own that some of these people have.
    """
    found = {
        each.id: Silence.DEADLINE_PASSED
        for each in sayings
        if each.deadline_at is not None and each.deadline_at <= now
    }
    found |= {
        each.id: Silence.WINDOW_RETIRED
        for each in sayings
        if each.window_id is not None and each.window_id not in windows
    }
    rest = [each for each in sayings if each.id not in found]
    about_windows = [e for e in rest if e.kind in _FOR_THE_UNDECIDED]
    found |= await _decided(session, about_windows, windows, granted or {})
    found |= await _without(
        _still_pending, session, [e for e in rest if e.kind in _ABOUT_A_PENDING_WORK]
    )
    found |= await _without(_still_stands, session, [e for e in rest if e.kind in _ABOUT_A_VERDICT])
    found |= await _called_off(session, rest)
    return found | await _nothing_queued(session, rest)


async def _called_off(session: AsyncSession, sayings: Iterable[Saying]) -> dict[int, Silence]:
    """Return what the school says no more, and what nobody has to approve any more."""
    about = [each for each in sayings if each.kind in announcements.WANTED_IN]
    if not about:
        return {}
    found = await announcements.states(session, {each.facts["announcement_id"] for each in about})
    return {
        each.id: announcements.WANTED_IN[each.kind][1]
        for each in about
        if found.get(each.facts["announcement_id"]) is not announcements.WANTED_IN[each.kind][0]
    }


async def _nothing_queued(session: AsyncSession, sayings: Iterable[Saying]) -> dict[int, Silence]:
    """Return the digests for the office where nothing waits any more; they are of one school."""
    digests = [each for each in sayings if each.kind is NoticeKind.OFFICE_DIGEST]
    if not digests:
        return {}
    whose = col(Person.id) == digests[0].person_id
    school_id = sa.select(col(Person.school_id)).where(whose).scalar_subquery()
    query = sa.select(sa.literal(1)).where(
        col(Query.school_id) == school_id, col(Query.state) == QueryState.OPEN
    )
    question = sa.select(sa.literal(1)).where(
        col(Question.school_id) == school_id, col(Question.state) == QuestionState.OPEN
    )
    appeal = sa.select(sa.literal(1)).where(
        col(Appeal.school_id) == school_id, col(Appeal.state) == AppealState.OPEN
    )
    if await session.scalar(sa.select(query.exists() | question.exists() | appeal.exists())):
        return {}
    return dict.fromkeys((each.id for each in digests), Silence.NOTHING_OUTSTANDING)


async def _decided(
    session: AsyncSession,
    sayings: Iterable[Saying],
    windows: Mapping[int, TermWindow],
    granted: Granted,
) -> dict[int, Silence]:
    by_window: dict[int, list[Saying]] = defaultdict(list)
    for each in sayings:
        if each.window_id is not None:
            by_window[each.window_id].append(each)
    found: dict[int, Silence] = {}
    for window_id, together in by_window.items():
        window = windows[window_id]
        people = [each.person_id for each in together]
        left: set[Any] = set(await session.scalars(_left_of(window.apart()), {"people": people}))
        done = (
            Silence.NOTHING_OUTSTANDING if window.stage is Stage.CERTIFICATION else Silence.DECIDED
        )
        for each in together:
            if each.person_id not in left:
                found[each.id] = done
            elif each.kind in _REMINDERS and each.deadline_at != _end(each, window, granted):
                found[each.id] = Silence.DEADLINE_MOVED
    return found


@lru_cache(maxsize=100)
def _left_of(window: TermWindow) -> sa.Select[Any]:
    """Select who of some `people` has something left in a window; built once for its batches."""
    people: sa.BindParameter[Any] = sa.bindparam("people", expanding=True)
    return undecided(window.window, window.term).where(col(Person.id).in_(people))


def _end(saying: Saying, window: TermWindow, granted: Granted) -> datetime:
    return window.until(granted.get((saying.person_id, window.id))).closes_at


Check = Callable[[Sequence[Saying]], sa.Select[Any, Any]]


async def _without(
    check: Check, session: AsyncSession, sayings: Sequence[Saying]
) -> dict[int, Silence]:
    """Return those whose subject is no longer there; `check` selects the pairs that are."""
    if not sayings:
        return {}
    there = {tuple(row) for row in await session.execute(check(sayings))}
    return {
        each.id: Silence.NOTHING_OUTSTANDING
        for each in sayings
        if (each.person_id, _subject(each)) not in there
    }


def _subject(saying: Saying) -> Any:
    name = "certification_id" if saying.kind in _ABOUT_A_VERDICT else "outcome_id"
    return saying.facts.get(name)


def _still_pending(sayings: Sequence[Saying]) -> sa.Select[Any, Any]:
    return (
        sa.select(col(Course.teacher_id), col(CourseOutcome.id))
        .join(Course, col(Course.id) == col(CourseOutcome.course_id))
        .where(
            col(CourseOutcome.id).in_([_subject(each) for each in sayings]),
            col(CourseOutcome.state) == OutcomeState.AWAITING,
        )
    )


def _still_stands(sayings: Sequence[Saying]) -> sa.Select[Any, Any]:
    return (
        sa.select(col(CourseOutcome.person_id), col(Certification.id))
        .join(CourseOutcome, col(CourseOutcome.id) == col(Certification.outcome_id))
        .where(
            col(Certification.id).in_([_subject(each) for each in sayings]),
            col(Certification.withdrawn_at).is_(None),
        )
    )
