"""What the console says of more time that was given: to whom, by whom, until when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries import granting, windows
from models.queries.windows import TermWindow
from models.rules.extensions import EXTENDABLE
from models.tables import (
    ConsoleUser,
    Extension,
    ExtensionGrant,
    Person,
    Placement,
    SchoolClass,
    Term,
    Window,
)
from models.vocabulary import ExtendedTo, PersonKind

_LATELY = timedelta(days=90)
"""How long after its end a window can still be opened again for somebody."""
_by = sa.alias(Person.__table__, "by_person")  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Given:
    """A grant with its window, and the names of whom it is for and of who gave it, "" if none."""

    grant: ExtensionGrant
    window: TermWindow
    number: str
    pupil: str
    room: str
    by: str

    @property
    def id(self) -> int:
        """Return the grant's id."""
        return self.grant.id

    def is_in_force(self, now: datetime) -> bool:
        """Say whether somebody has time by it still."""
        return self.grant.revoked_at is None and now < self.grant.closes_at


@dataclass(frozen=True, slots=True)
class Found:
    """A pupil who was looked for, with the class of the window's year."""

    id: int
    number: str
    name: str
    room: str


async def given(
    session: AsyncSession,
    school_id: int,
    now: datetime,
    *,
    in_force: bool,
    limit: int,
    offset: int = 0,
) -> list[Given]:
    """Return what is in force, the first to end first; or what is past, the newest first."""
    grant = col(ExtensionGrant.closes_at), col(ExtensionGrant.id)
    holds = col(ExtensionGrant.revoked_at).is_(None) & (col(ExtensionGrant.closes_at) > now)
    asked = _given(school_id).where(holds if in_force else ~holds)
    ordered = grant if in_force else [col(ExtensionGrant.granted_at).desc(), grant[1].desc()]
    rows = await session.execute(asked.order_by(*ordered).limit(limit).offset(offset))
    return [_shown(row) for row in rows]


async def one(
    session: AsyncSession, school_id: int, grant_id: int, *, lock: bool = False
) -> Given | None:
    """Return one grant of this school, locked if `lock`; None where there is none."""
    this = col(ExtensionGrant.id) == grant_id
    if lock:
        await session.execute(sa.select(col(ExtensionGrant.id)).where(this).with_for_update())
    asked = _given(school_id).where(this).execution_options(populate_existing=True)
    row = (await session.execute(asked)).one_or_none()
    return _shown(row) if row else None


async def people_of(session: AsyncSession, grant_id: int) -> Sequence[Person]:
    """Return who has time by a grant, by number."""
    asked = (
        select(Person)
        .join(Extension, col(Extension.person_id) == col(Person.id))
        .where(col(Extension.grant_id) == grant_id)
        .order_by(col(Person.number))
    )
    return (await session.scalars(asked)).all()


async def count_concerned(
    session: AsyncSession, found: TermWindow, whom: ExtendedTo, id_: int | None
) -> int:
    """Return how many pupils a grant in this window would be for."""
    return len(await granting.pupils_of(session, found, whom, id_))


async def extendable(session: AsyncSession, school_id: int, now: datetime) -> list[TermWindow]:
    """Return the windows in which more time can be given: open, to come, or over lately."""
    return [
        each
        for each in await windows.of_school(session, school_id)
        if each.stage in EXTENDABLE and each.closes_at > now - _LATELY
    ]


async def rooms_of(session: AsyncSession, found: TermWindow) -> list[SchoolClass]:
    """Return the classes that a window is for, by name."""
    asked = select(SchoolClass).where(
        col(SchoolClass.school_id) == found.window.school_id,
        col(SchoolClass.year) == found.term.year,
        col(SchoolClass.grade).in_(found.grades),
    )
    if found.division is not None:
        asked = asked.where(col(SchoolClass.division) == found.division)
    return list(await session.scalars(asked.order_by(col(SchoolClass.name))))


async def rooms_of_years(
    session: AsyncSession, school_id: int, years: Collection[int]
) -> list[SchoolClass]:
    """Return the classes of some academic years, the latest year first, by name."""
    asked = (
        select(SchoolClass)
        .where(col(SchoolClass.school_id) == school_id, col(SchoolClass.year).in_(years))
        .order_by(col(SchoolClass.year).desc(), col(SchoolClass.name))
    )
    return list(await session.scalars(asked))


async def looked_for(session: AsyncSession, found: TermWindow, typed: str) -> list[Found]:
    """Return the pupils of a window with this number or name, by class and number; 20 at most."""
    asked = (
        sa.select(col(Person.id), col(Person.number), col(Person.name), col(SchoolClass.name))
        .join(Placement, col(Placement.person_id) == col(Person.id))
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(
            col(Person.school_id) == found.window.school_id,
            col(Person.kind) == PersonKind.PUPIL,
            col(Person.departed).is_(False),
            col(SchoolClass.year) == found.term.year,
            col(SchoolClass.grade).in_(found.grades),
            sa.true() if found.division is None else col(SchoolClass.division) == found.division,
            (col(Person.number) == typed) | (col(Person.name) == typed),
        )
        .order_by(col(SchoolClass.name), col(Person.number))
        .limit(20)
    )
    return [Found(*row) for row in await session.execute(asked)]


def _given(school_id: int) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            ExtensionGrant,
            Window,
            Term,
            col(Person.number),
            col(Person.name),
            col(SchoolClass.name),
            sa.func.coalesce(col(ConsoleUser.name), _by.c.name, ""),
        )
        .join(Window, col(Window.id) == col(ExtensionGrant.window_id))
        .join(Term, col(Term.id) == col(Window.term_id))
        .outerjoin(Person, col(Person.id) == col(ExtensionGrant.person_id))
        .outerjoin(SchoolClass, col(SchoolClass.id) == col(ExtensionGrant.class_id))
        .outerjoin(ConsoleUser, col(ConsoleUser.id) == col(ExtensionGrant.user_id))
        .outerjoin(_by, _by.c.id == col(ExtensionGrant.by_id))
        .where(col(ExtensionGrant.school_id) == school_id)
    )


def _shown(row: Any) -> Given:
    grant, window, term, number, name, room, by = row
    return Given(grant, TermWindow(window, term), number or "", name or "", room or "", by)
