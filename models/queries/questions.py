"""The office's queue: what people asked that the bot could not answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries.queueing import Queue, present_seats
from models.tables import ChatAccount, Person, Question
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


def _asked(school_id: int) -> sa.Select[*tuple[Any, ...]]:
    place = present_seats(school_id)
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


_queue = Queue(
    kind=Question,
    is_open=col(Question.state) == QuestionState.OPEN,
    since=Question.asked_at,
    settled=Question.answered_at,
    listed=_asked,
    shown=Asked,
)
waiting = _queue.waiting
some = _queue.some
count_waiting = _queue.count_waiting
own_of_school = _queue.own_of_school
