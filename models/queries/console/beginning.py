"""How far a school has been set up: what a registrar still has to bring before anybody is told."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import ChatAccount, Course, CourseOutcome, LinkCode, Person, School


@dataclass(frozen=True, slots=True)
class Begun:
    """Which of the first steps are done."""

    people: bool
    courses: bool
    works: bool
    codes: bool

    @property
    def is_whole(self) -> bool:
        """Say whether nothing is left of them."""
        return self.people and self.courses and self.works and self.codes


async def begun(session: AsyncSession, school_id: int) -> Begun:
    """Return which of a school's first steps are done; codes are, once there is one or a chat."""
    people, courses, works, codes, chats = (
        sa.exists().where(col(table.school_id) == school_id)
        for table in (Person, Course, CourseOutcome, LinkCode, ChatAccount)
    )
    row = await session.execute(
        sa.select(people, courses, works, sa.or_(codes, chats)).where(col(School.id) == school_id)
    )
    return Begun(*map(bool, row.one()))
