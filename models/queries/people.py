"""Loads people, and what they are to the school at this moment."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries.classes import current_year
from models.tables import ChatAccount, Course, Person, Role, SchoolClass
from models.vocabulary import Duty, PersonKind

_PRESENT = select(Person).where(
    col(Person.id) == sa.bindparam("person"),
    col(Person.school_id) == sa.bindparam("school"),
    col(Person.departed).is_(False),
)
_ROLES = sa.select(col(Role.duty)).where(col(Role.person_id) == sa.bindparam("person"))
_TAUGHT_AND_LED = sa.select(
    sa.select(sa.literal(1))
    .where(col(Course.teacher_id) == sa.bindparam("person"))
    .exists()
    .label("teaches"),
    sa.select(sa.literal(1))
    .where(
        col(SchoolClass.homeroom_teacher_id) == sa.bindparam("person"),
        col(SchoolClass.year) == current_year(sa.bindparam("school")),
    )
    .exists()
    .label("leads"),
)


async def of_account(session: AsyncSession, account: ChatAccount) -> Person | None:
    """Return the person of a chat account, or None for a guest and for somebody who departed."""
    if account.person_id is None:
        return None
    asked = {"person": account.person_id, "school": account.school_id}
    return (await session.execute(_PRESENT, asked)).scalar_one_or_none()


async def duties_of(session: AsyncSession, person: Person) -> frozenset[Duty]:
    """Return what a person is to the school: by role, by courses taught, by class led this year."""
    if person.kind is PersonKind.PUPIL:
        return frozenset({Duty.PUPIL})
    found = set((await session.execute(_ROLES, {"person": person.id})).scalars())
    asked = {"person": person.id, "school": person.school_id}
    answer = (await session.execute(_TAUGHT_AND_LED, asked)).one()
    if answer.teaches:
        found.add(Duty.SUBJECT_TEACHER)
    if answer.leads:
        found.add(Duty.HOMEROOM_TEACHER)
    return frozenset(found)
