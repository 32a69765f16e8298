"""The office's queue: what people asked that the bot could not answer."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.errors import NotYours
from models.queries.classes import current_year
from models.tables import ChatAccount, Person, Placement, Question, SchoolClass
from models.vocabulary import QuestionState


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with who asks it; class and seat are empty and 0 for staff."""

    question: Question
    name: str
    class_name: str
    seat: int


async def asked_since(session: AsyncSession, person_id: int, since: datetime) -> int:
    """Return how many questions a person has left for the office from an instant on."""
    counted = sa.select(sa.func.count()).where(
        col(Question.person_id) == person_id, col(Question.asked_at) >= since
    )
    return int((await session.execute(counted)).scalar_one())


async def is_waiting(session: AsyncSession, person_id: int, wording: str) -> bool:
    """Say whether this person's very question waits already."""
    same = select(Question.id).where(
        col(Question.person_id) == person_id,
        col(Question.wording) == wording,
        col(Question.state) == QuestionState.OPEN,
    )
    return (await session.execute(same.limit(1))).first() is not None


async def leave(
    session: AsyncSession,
    person: Person,
    account: ChatAccount | None,
    wording: str,
    now: datetime,
) -> Question:
    """Write a question down for the office."""
    row = Question(
        school_id=person.school_id,
        person_id=person.id,
        account_id=account.id if account else None,
        wording=wording,
        asked_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def waiting(session: AsyncSession, school_id: int) -> list[Asked]:
    """Return the questions that nobody has answered, the oldest first."""
    found = await session.execute(
        _asked(school_id)
        .where(col(Question.state) == QuestionState.OPEN)
        .order_by(col(Question.asked_at), col(Question.id))
    )
    return [Asked(*row) for row in found]


async def count_waiting(session: AsyncSession, school_id: int) -> int:
    """Return how many questions wait for the office."""
    counted = sa.select(sa.func.count()).where(
        col(Question.school_id) == school_id, col(Question.state) == QuestionState.OPEN
    )
    return int((await session.execute(counted)).scalar_one())


async def own_of_school(
    session: AsyncSession, school_id: int, question_id: int, *, lock: bool = False
) -> Asked:
    """Return a question of this school, locked for an answer if `lock`; NotYours for any other."""
    if lock:
        await session.execute(
            select(Question.id)
            .where(col(Question.school_id) == school_id, col(Question.id) == question_id)
            .with_for_update()
        )
    found = (
        await session.execute(
            _asked(school_id)
            .where(col(Question.id) == question_id)
            .execution_options(populate_existing=True)
        )
    ).first()
    if found is None:
        raise NotYours
    return Asked(*found)


def _asked(school_id: int) -> sa.Select[Question, str, str, int]:
    place = (
        sa.select(col(Placement.person_id), col(Placement.seat), col(SchoolClass.name))
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(
            col(SchoolClass.school_id) == school_id,
            col(SchoolClass.year) == current_year(school_id),
        )
        .subquery("place")
    )
    return (
        sa.select(
            Question,
            col(Person.name),
            sa.func.coalesce(place.c.name, ""),
            sa.func.coalesce(place.c.seat, 0),
        )
        .join(Person, col(Person.id) == col(Question.person_id))
        .outerjoin(place, place.c.person_id == col(Person.id))
        .where(col(Question.school_id) == school_id)
    )
