"""Keeps the secret addresses of calendars, and loads the windows that each of them shows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries import classes, people
from models.queries.windows import TermWindow
from models.rules.calendars import Dated, is_shown
from models.rules.roc import first_day
from models.rules.signing_in import digest_of, token
from models.rules.taipei import instant
from models.tables import (
    CalendarFeed,
    ChatAccount,
    Extension,
    Person,
    Placement,
    School,
    SchoolClass,
    Term,
    Window,
)
from models.vocabulary import Duty, Stage

FOR_PUPILS = frozenset({Stage.UPLOAD, Stage.SELECTION, Stage.RECEIPT})
"""The stages in which pupils do something."""


@dataclass(frozen=True, slots=True)
class Feed:
    """An address that holds: whose calendar it shows, None being the whole school's."""

    school: School
    person: Person | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A window as one calendar shows it, with the dates that hold there."""

    window: TermWindow
    dated: Dated


async def renew(
    session: AsyncSession, school_id: int, person_id: int | None, pepper: bytes, now: datetime
) -> str:
    """Make a new secret address and return its token, which is kept nowhere; older ones end."""
    await end(session, school_id, person_id, now)
    fresh = token()
    session.add(
        CalendarFeed(
            school_id=school_id, person_id=person_id, digest=digest_of(fresh, pepper), made_at=now
        )
    )
    await session.flush()
    return fresh


async def end(session: AsyncSession, school_id: int, person_id: int | None, now: datetime) -> bool:
    """Let a person's address, or the school's, show nothing any more; return whether one did."""
    ended: Any = await session.execute(
        sa.update(CalendarFeed)
        .where(*_open(school_id, person_id))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(ended.rowcount)


async def end_without_chat(
    session: AsyncSession, school_id: int, person_id: int, now: datetime
) -> None:
    """End a person's address where no chat is linked to them any more."""
    linked = sa.select(sa.literal(1)).where(col(ChatAccount.person_id) == person_id)
    if await session.scalar(linked.limit(1)) is None:
        await end(session, school_id, person_id, now)


async def made_at(session: AsyncSession, school_id: int, person_id: int | None) -> datetime | None:
    """Return since when a person, or the school, has an address; None where there is none."""
    found = sa.select(sa.func.max(col(CalendarFeed.made_at))).where(*_open(school_id, person_id))
    return (await session.execute(found)).scalar_one()


async def by_token(session: AsyncSession, typed: str, pepper: bytes) -> Feed | None:
    """Return the feed of an address that holds; None for all others, whatever the reason.

    A person's holds only while they belong to the school and are linked to a chat.
    """
    linked = sa.select(sa.literal(1)).where(col(ChatAccount.person_id) == col(Person.id)).exists()
    found = (
        sa.select(School, Person)
        .select_from(CalendarFeed)
        .join(School, col(School.id) == col(CalendarFeed.school_id))
        .outerjoin(Person, col(Person.id) == col(CalendarFeed.person_id))
        .where(
            col(CalendarFeed.digest) == digest_of(typed, pepper),
            col(CalendarFeed.ended_at).is_(None),
            col(CalendarFeed.person_id).is_(None) | (col(Person.departed).is_(False) & linked),
        )
    )
    row = (await session.execute(found)).one_or_none()
    return None if row is None else Feed(*row)


async def shown(session: AsyncSession, feed: Feed, now: datetime) -> list[Shown]:
    """Return the windows of a feed in the order of their ends, those taken back among them."""
    everything = await _of_school(session, feed.school.id)
    recent = [found for found in everything if is_shown(found.closes_at, now)]
    if feed.person is None:
        return [_shown(found, None) for found in recent]
    own = await _extensions(session, feed.person.id)
    concerns = await _concern_of(session, feed.person)
    mine = [_shown(found, own.get(found.id)) for found in recent if concerns(found)]
    return sorted(mine, key=lambda each: (each.dated.closes_at, each.dated.id))


_Concerns = Callable[[TermWindow], bool]


async def _concern_of(session: AsyncSession, person: Person) -> _Concerns:
    """Return what says whether a window concerns a person, by what they are to the school."""
    duties = await people.duties_of(session, person)
    if Duty.REGISTRAR in duties:
        return lambda _found: True
    sits: set[tuple[int, int, str]] = set()
    if Duty.PUPIL in duties:
        sits = await _places(session, person.id)
    elif Duty.HOMEROOM_TEACHER in duties:
        led = await classes.led_by(session, person.school_id, person.id)
        sits = {each for room in led for each in _years_of(room)}
    certifies = Duty.SUBJECT_TEACHER in duties

    def concerns(found: TermWindow) -> bool:
        if found.stage is Stage.CERTIFICATION:
            return certifies
        return found.stage in FOR_PUPILS and _is_for(found, sits)

    return concerns


def _is_for(found: TermWindow, sits: Iterable[tuple[int, int, str]]) -> bool:
    return any(
        year == found.term.year and grade in found.grades and found.division in (None, division)
        for year, grade, division in sits
    )


def _years_of(room: SchoolClass) -> list[tuple[int, int, str]]:
    """Return where the pupils of a class sat in each year until now: they came up together."""
    return [(room.year - back, room.grade - back, room.division) for back in range(room.grade)]


async def _places(session: AsyncSession, pupil_id: int) -> set[tuple[int, int, str]]:
    rows = await session.execute(
        select(SchoolClass.year, SchoolClass.grade, SchoolClass.division)
        .join(Placement, col(Placement.class_id) == col(SchoolClass.id))
        .where(col(Placement.person_id) == pupil_id)
    )
    return {(year, grade, division) for year, grade, division in rows}


async def _of_school(session: AsyncSession, school_id: int) -> list[TermWindow]:
    """Return every window of a school, also those that were taken out of the timetable."""
    rows = await session.execute(
        sa.select(Window, Term)
        .join(Term, col(Term.id) == col(Window.term_id))
        .where(col(Window.school_id) == school_id)
        .order_by(col(Window.closes_at), col(Window.id))
    )
    return [TermWindow(window, term) for window, term in rows]


async def _extensions(session: AsyncSession, pupil_id: int) -> dict[int, Extension]:
    found = select(Extension).where(col(Extension.person_id) == pupil_id)
    return {each.window_id: each for each in (await session.execute(found)).scalars()}


def _shown(found: TermWindow, own: Extension | None) -> Shown:
    window = found.window
    as_mine = found.until(own.closes_at if own else None)
    changes = [window.changed_at, window.retired_at, own.granted_at if own else None]
    made = instant(first_day(found.term.year))
    dated = Dated(
        id=found.id,
        opens_at=found.opens_at,
        closes_at=as_mine.closes_at,
        version=window.version + (own.version if own else 0),
        changed_at=max((each for each in changes if each is not None), default=made),
        cancelled=window.retired_at is not None,
    )
    return Shown(as_mine, dated)


def _open(school_id: int, person_id: int | None) -> tuple[sa.ColumnElement[bool], ...]:
    whose = (
        col(CalendarFeed.person_id).is_(None)
        if person_id is None
        else col(CalendarFeed.person_id) == person_id
    )
    return col(CalendarFeed.school_id) == school_id, whose, col(CalendarFeed.ended_at).is_(None)
