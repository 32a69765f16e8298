"""Writes down who was given more time by which decision, and what holds again without it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries import pupils
from models.queries.pupils import Place
from models.queries.standing import is_placed
from models.queries.upserting import insert_new
from models.queries.windows import TermWindow
from models.tables import (
    CourseOutcome,
    Extension,
    ExtensionGrant,
    Notice,
    Person,
    Placement,
    SchoolClass,
)
from models.vocabulary import (
    ExtendedTo,
    NoticeKind,
    NoticeState,
    OutcomeState,
    Silence,
    Stage,
)

AT_ONCE = 500
"""Rows of one statement: SQLite takes some 32,000 values in all."""


async def pupils_of(
    session: AsyncSession, found: TermWindow, whom: ExtendedTo, id_: int | None
) -> list[int]:
    """Return the pupils whom a grant in this window is for; `id_` is the pupil, or the class."""
    asked = (
        sa.select(col(Person.id))
        .where(
            col(Person.school_id) == found.window.school_id,
            col(Person.departed).is_(False),
            is_placed(found.window, found.term, col(Person.id)),
        )
        .order_by(col(Person.id))
    )
    if whom is ExtendedTo.PERSON:
        asked = asked.where(col(Person.id) == id_)
    elif whom is ExtendedTo.CLASS:
        sits = sa.select(col(Placement.person_id)).where(col(Placement.class_id) == id_)
        asked = asked.where(col(Person.id).in_(sits))
    return list((await session.scalars(asked)).all())


async def places_of(
    session: AsyncSession, found: TermWindow, whom: ExtendedTo, id_: int | None
) -> list[Place]:
    """Return the grades and divisions that a grant touches: the school's rules differ by them."""
    if whom is ExtendedTo.PERSON:
        return [await pupils.place_in(session, await session.get_one(Person, id_), found.term.year)]
    asked = (
        select(SchoolClass.grade, SchoolClass.division)
        .where(
            col(SchoolClass.school_id) == found.window.school_id,
            col(SchoolClass.year) == found.term.year,
            col(SchoolClass.grade).in_(found.grades),
        )
        .distinct()
    )
    if whom is ExtendedTo.CLASS:
        asked = asked.where(col(SchoolClass.id) == id_)
    elif found.division is not None:
        asked = asked.where(col(SchoolClass.division) == found.division)
    return [Place(grade, division) for grade, division in await session.execute(asked)]


async def write(
    session: AsyncSession, found: TermWindow, grant: ExtensionGrant, people: Sequence[int]
) -> list[int]:
    """Give these pupils the grant's end; return who has it by this grant.

    Of several, who has a later end of their own keeps that; one pupil alone gets this one.
    """
    session.add(grant)
    await session.flush()
    known = {
        row.person_id: row
        for some in _batches(people)
        for row in await session.scalars(_rows(found, some).with_for_update())
    }
    given = []
    for person_id in people:
        row = known.get(person_id)
        keeps = grant.whom is not ExtendedTo.PERSON and row and row.closes_at >= grant.closes_at
        if not keeps:
            given.append(person_id)
        if row is None or keeps:
            continue
        row.before_id, row.grant_id, row.version = row.grant_id, grant.id, row.version + 1
        row.closes_at, row.reason = grant.closes_at, grant.reason
        row.by_id, row.granted_at = grant.by_id, grant.granted_at
    await _insert(session, found, grant, [each for each in given if each not in known])
    grant.people = len(given)
    await session.flush()
    return given


async def take_back(
    session: AsyncSession, found: TermWindow, grant: ExtensionGrant, now: datetime
) -> dict[datetime, list[int]]:
    """Let nobody have time by this grant any more; return whose end it is now, by the end.

    An end that held before comes back. The rows of the others stay and give nothing, so that
    calendars hear of the change.
    """
    rows = await session.scalars(
        select(Extension)
        .where(col(Extension.grant_id) == grant.id)
        .order_by(col(Extension.id))
        .with_for_update()
    )
    mine = list(rows.all())
    before = {each.before_id for each in mine if each.before_id is not None}
    kept = {
        each.id: each
        for each in await session.scalars(
            select(ExtensionGrant).where(
                col(ExtensionGrant.id).in_(before), col(ExtensionGrant.revoked_at).is_(None)
            )
        )
    }
    ends: dict[datetime, list[int]] = defaultdict(list)
    for row in mine:
        earlier = kept.get(row.before_id) if row.before_id is not None else None
        row.closes_at = earlier.closes_at if earlier else found.opens_at
        row.grant_id, row.before_id = earlier.id if earlier else None, None
        row.granted_at, row.version = now, row.version + 1
        ends[max(row.closes_at, found.window.closes_at)].append(row.person_id)
    grant.revoked_at = now
    await session.flush()
    return ends


async def tell(
    session: AsyncSession,
    found: TermWindow,
    saying: dict[str, Any],
    people: Collection[int],
    silent: Collection[int] = (),
) -> None:
    """Write a notice of these facts for each; for the `silent` with why it is not said."""
    decided = Silence.NOTHING_OUTSTANDING if found.stage is Stage.CERTIFICATION else Silence.DECIDED
    rows = [
        {
            **saying,
            "school_id": found.window.school_id,
            "window_id": found.id,
            "person_id": person_id,
            "state": NoticeState.SKIPPED if person_id in silent else NoticeState.WAITING,
            "silence": decided if person_id in silent else None,
        }
        for person_id in sorted(people)
    ]
    for some in _batches(rows):
        await insert_new(session, Notice, some)


async def with_works_to_certify(
    session: AsyncSession, found: TermWindow, people: Sequence[int]
) -> set[int]:
    """Return who of these pupils has a work of the window's term that is not certified yet."""
    asked: set[int] = set()
    for some in _batches(people):
        asked |= set(
            await session.scalars(
                sa.select(col(CourseOutcome.person_id)).where(
                    col(CourseOutcome.person_id).in_(some),
                    col(CourseOutcome.term_id) == found.term_id,
                    col(CourseOutcome.state) != OutcomeState.CERTIFIED,
                )
            )
        )
    return asked


async def heard_of(
    session: AsyncSession, found: TermWindow, grant: ExtensionGrant, people: Sequence[int]
) -> set[int]:
    """Return who was told of this grant, or got no reminder since because of it."""
    told = sa.and_(
        col(Notice.kind) == NoticeKind.DEADLINE_EXTENDED,
        col(Notice.occasion) == occasion(grant),
        col(Notice.state).in_((NoticeState.TOLD, NoticeState.BUNDLED)),
    )
    spared = sa.and_(
        col(Notice.window_id) == found.id,
        col(Notice.silence) == Silence.EXTENDED,
        col(Notice.created_at) >= grant.granted_at,
    )
    heard: set[int] = set()
    for some in _batches(people):
        asked = sa.select(col(Notice.person_id)).where(col(Notice.person_id).in_(some))
        heard |= set(await session.scalars(asked.where(told | spared)))
    return heard


def occasion(grant: ExtensionGrant) -> str:
    """Return what the ledger calls the message about a grant."""
    return f"deadline-extended/{grant.id}"


def _rows(found: TermWindow, people: Sequence[int]) -> Any:
    return (
        select(Extension)
        .where(col(Extension.window_id) == found.id, col(Extension.person_id).in_(people))
        .order_by(col(Extension.id))
    )


async def _insert(
    session: AsyncSession, found: TermWindow, grant: ExtensionGrant, people: Iterable[int]
) -> None:
    rows = [
        {
            "school_id": found.window.school_id,
            "person_id": person_id,
            "window_id": found.id,
            "closes_at": grant.closes_at,
            "reason": grant.reason,
            "by_id": grant.by_id,
            "granted_at": grant.granted_at,
            "version": 1,
            "grant_id": grant.id,
        }
        for person_id in people
    ]
    for some in _batches(rows):
        await insert_new(session, Extension, some)


def _batches(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))
