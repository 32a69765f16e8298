"""Loads people, and what they are to the school at this moment."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries.classes import current_year
from models.tables import ChatAccount, Course, Person, Role, SchoolClass
from models.vocabulary import Duty, PersonKind


async def of_account(session: AsyncSession, account: ChatAccount) -> Person | None:
    """Return the person of a chat account, or None for a guest and for somebody who departed."""
    if account.person_id is None:
        return None
    found = select(Person).where(
        col(Person.id) == account.person_id,
        col(Person.school_id) == account.school_id,
        col(Person.departed).is_(False),
    )
    return (await session.execute(found)).scalar_one_or_none()


async def duties_of(session: AsyncSession, person: Person) -> frozenset[Duty]:
    """Return what a person is to the school: by role, by courses taught, by class led this year."""
    if person.kind is PersonKind.PUPIL:
        return frozenset({Duty.PUPIL})
    held = (await session.execute(_roles(person.id))).scalars().all()
    found = set(held)
    teaches = sa.select(sa.literal(1)).where(col(Course.teacher_id) == person.id)
    leads = sa.select(sa.literal(1)).where(
        col(SchoolClass.homeroom_teacher_id) == person.id,
        col(SchoolClass.year) == current_year(person.school_id),
    )
    asked = sa.select(teaches.exists().label("teaches"), leads.exists().label("leads"))
    answer = (await session.execute(asked)).one()
    if answer.teaches:
        found.add(Duty.SUBJECT_TEACHER)
    if answer.leads:
        found.add(Duty.HOMEROOM_TEACHER)
    return frozenset(found)


def _roles(person_id: int) -> sa.Select[Duty]:
    return sa.select(col(Role.duty)).where(col(Role.person_id) == person_id)
