"""Whether a message can reach a person: they joined, and have not shut us out."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import roles
from sqlmodel import col

from models.tables import ChatAccount, Person
from models.vocabulary import AccountState, PersonKind


def is_reachable(person_id: roles.ExpressionElementRole[int]) -> sa.ColumnElement[bool]:
    """Build the condition that a person has an account that has not shut us out."""
    return (
        sa.select(sa.literal(1))
        .select_from(ChatAccount)
        .where(
            col(ChatAccount.person_id) == person_id,
            col(ChatAccount.state) == AccountState.OPEN,
        )
        .exists()
    )


async def count_unreachable(session: AsyncSession, school_id: int) -> dict[PersonKind, int]:
    """Return how many pupils and how many of the staff no message can reach."""
    counted = (
        sa.select(col(Person.kind), sa.func.count())
        .where(
            col(Person.school_id) == school_id,
            col(Person.departed).is_(False),
            ~is_reachable(col(Person.id)),
        )
        .group_by(col(Person.kind))
    )
    return {PersonKind(kind): n for kind, n in (await session.execute(counted)).all()}
