"""Gives a pupil, a class or the school more time, told with the old date; or takes it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import audit, granting, moves, standing
from models.queries.schools import rulebook_of
from models.queries.windows import TermWindow
from models.rules import extensions as rule
from models.rules.calendar import SchoolCalendar
from models.rules.extensions import LateEnd, extend, late_end
from models.tables import ExtensionGrant, Person, School
from models.vocabulary import ExtendedTo, NoticeKind, Stage


@dataclass(frozen=True, slots=True)
class Grant:
    """Until when (exclusive) somebody gets more time, why, and by whom; None is the console.

    `reference` is the decision that it rests on; `user_id` the account of the web console.
    """

    until: datetime
    reason: str
    by_id: int | None = None
    via: str = "console"
    reference: str = ""
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Whom:
    """Who gets more time: a pupil or a class by id, or everybody whom the window is for."""

    kind: ExtendedTo
    id: int | None = None


async def extend_for(
    session: AsyncSession, pupil: Person, found: TermWindow, grant: Grant, now: datetime
) -> ExtensionGrant:
    """Let a window of a pupil end later than for everybody else.

    `found` is the window as it is for this pupil. Raises ExtensionTooShort where `until` gives no
    more time than everybody has, ExtensionTooLate where the school's rules allow less. What still
    speaks of the old date is taken back; what is reminded of later follows the new one.
    """
    return await extend_to(session, Whom(ExtendedTo.PERSON, pupil.id), found, grant, now)


async def extend_to(
    session: AsyncSession, whom: Whom, found: TermWindow, grant: Grant, now: datetime
) -> ExtensionGrant:
    """Let a window end later for a pupil, a class, or all whom it is for; raises as `extend_for`.

    One pupil is told in any case; of several those who have something left to decide.
    """
    window, closed_at = TermWindow(found.window, found.term), found.closes_at
    extend(window, grant.until, now, await latest_for(session, whom, window))
    people = await granting.pupils_of(session, window, whom.kind, whom.id)
    row = ExtensionGrant(
        school_id=window.window.school_id,
        window_id=window.id,
        whom=whom.kind,
        person_id=whom.id if whom.kind is ExtendedTo.PERSON else None,
        class_id=whom.id if whom.kind is ExtendedTo.CLASS else None,
        closes_at=grant.until,
        reason=grant.reason,
        reference=grant.reference,
        by_id=grant.by_id,
        user_id=grant.user_id,
        granted_at=now,
    )
    given = await granting.write(session, window, row, people)
    for start in range(0, len(given), granting.AT_ONCE):
        some = given[start : start + granting.AT_ONCE]
        await moves.forget_old_date(session, window.id, grant.until, now, people=some)
    silent = set(given) - await _with_something_left(session, window, given)
    saying = _saying(window, NoticeKind.DEADLINE_EXTENDED, granting.occasion(row), now)
    saying |= {"facts": {"closed_at": closed_at.isoformat()}, "deadline_at": grant.until}
    alone = whom.kind is ExtendedTo.PERSON
    await granting.tell(session, window, saying, given, () if alone else silent)
    await _record(
        session,
        row,
        "extended deadline",
        now,
        via=grant.via,
        by_id=grant.by_id,
        closed_at=closed_at.isoformat(),
        closes_at=grant.until.isoformat(),
        reason=grant.reason,
        **({"reference": grant.reference} if grant.reference else {}),
    )
    return row


async def take_back(
    session: AsyncSession,
    row: ExtensionGrant,
    found: TermWindow,
    *,
    reason: str,
    now: datetime,
    by_id: int | None,
    user_id: int | None,
) -> int:
    """Take more time back while nobody can have used it; return how many had it.

    Whoever heard of it, or was spared a reminder because of it, is told the date that holds.
    Raises AlreadyDone where it was taken back before, ExtensionInUse where the window is over.
    """
    rule.take_back(found.window.closes_at, row.revoked_at, now)
    given_until = row.closes_at
    ends = await granting.take_back(session, found, row, now)
    for closes_at, people in ends.items():
        heard: set[int] = set()
        for start in range(0, len(people), granting.AT_ONCE):
            some = people[start : start + granting.AT_ONCE]
            heard |= await granting.heard_of(session, found, row, some)
            await moves.forget_old_date(session, found.id, closes_at, now, people=some)
        saying = _saying(found, NoticeKind.DEADLINE_MOVED, f"extension-ended/{row.id}", now)
        saying |= {"facts": {"closed_at": given_until.isoformat()}, "deadline_at": closes_at}
        await granting.tell(session, found, saying, heard)
    facts: dict[str, Any] = {} if user_id is None else {"console_user": user_id}
    await _record(
        session, row, "took back more time", now, via="console", by_id=by_id, reason=reason, **facts
    )
    return sum(map(len, ends.values()))


async def latest_for(session: AsyncSession, whom: Whom, found: TermWindow) -> LateEnd | None:
    """Return how late a window may end for all of them by the school's rules; None: none says."""
    school = await session.get_one(School, found.window.school_id)
    rulebook = rulebook_of(school)
    calendar = SchoolCalendar(rulebook.school_days)
    late = []
    for place in await granting.places_of(session, found, whom.kind, whom.id):
        allowed = rulebook.extension_for(
            found.stage,
            semester=found.term.semester,
            grade=place.grade,
            division=place.division,
        )
        late.append(late_end(allowed, found.window.closes_at, calendar) if allowed else None)
    return rule.earliest(late)


async def _with_something_left(
    session: AsyncSession, found: TermWindow, people: list[int]
) -> set[int]:
    """Return whom of these a later end of the window helps, as things stand."""
    if found.stage is Stage.CERTIFICATION:
        return await granting.with_works_to_certify(session, found, people)
    left = await session.scalars(standing.undecided(found.window, found.term))
    return set(left.all()) & set(people)


def _saying(found: TermWindow, kind: NoticeKind, occasion: str, now: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "occasion": occasion,
        "required": found.stage is Stage.RECEIPT,
        "due_at": now,
        "created_at": now,
    }


async def _record(
    session: AsyncSession,
    row: ExtensionGrant,
    deed: str,
    now: datetime,
    *,
    via: str,
    by_id: int | None,
    **facts: Any,
) -> None:
    if row.user_id is not None:
        facts.setdefault("console_user", row.user_id)
    if row.whom is not ExtendedTo.PERSON:
        facts |= {"whom": row.whom.value, "people": row.people}
    if row.class_id is not None:
        facts["class"] = row.class_id
    await audit.record(
        session,
        school_id=row.school_id,
        at=now,
        actor_id=by_id,
        person_id=row.person_id,
        deed=deed,
        thing=f"timetable_window:{row.window_id}",
        via=via,
        **facts,
    )
