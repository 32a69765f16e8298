"""Who of the office answers what people asked, and what became of a query afterwards."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import doubts
from models.queries.doubts import Doubt
from models.queries.reachability import is_reachable
from models.tables import (
    Confirmation,
    ConsoleGrant,
    ConsoleUser,
    Person,
    Query,
    ReceiptStatement,
    Submission,
    Term,
)
from models.vocabulary import ConsoleRole, QueryState


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who can take what waits; `person_id` is who they are at the school, if anybody."""

    id: int
    name: str
    person_id: int | None


@dataclass(frozen=True, slots=True)
class NextRound:
    """The next submission after a query, and what its pupil said to the statement of that round.

    Both instants are None while nothing was said; `arrived` is whether there is a statement.
    """

    round: int
    submitted_at: datetime
    arrived: bool
    confirmed_at: datetime | None
    queried_at: datetime | None


async def officers(session: AsyncSession, school_id: int) -> list[Officer]:
    """Return the registrars of a school who can sign in to the console, by name."""
    mine = (
        sa.select(sa.literal(1))
        .where(
            col(ConsoleGrant.user_id) == col(ConsoleUser.id),
            col(ConsoleGrant.role) == ConsoleRole.REGISTRAR,
            sa.or_(col(ConsoleGrant.school_id) == school_id, col(ConsoleGrant.school_id).is_(None)),
        )
        .exists()
    )
    at_school = sa.and_(
        col(Person.id) == col(ConsoleUser.person_id), col(Person.school_id) == school_id
    )
    found = (
        sa.select(col(ConsoleUser.id), col(ConsoleUser.name), col(Person.id))
        .outerjoin(Person, at_school)
        .where(mine, col(ConsoleUser.disabled_at).is_(None))
        .order_by(col(ConsoleUser.name), col(ConsoleUser.id))
    )
    rows: Any = await session.execute(found)
    return [Officer(*row) for row in rows]


async def names_of(session: AsyncSession, user_ids: Collection[int]) -> dict[int, str]:
    """Return the names of users of the console, also of those who can sign in no more."""
    if not user_ids:
        return {}
    found = sa.select(col(ConsoleUser.id), col(ConsoleUser.name)).where(
        col(ConsoleUser.id).in_(user_ids)
    )
    rows: Any = await session.execute(found)
    return dict(rows.all())


async def can_be_told(session: AsyncSession, person_id: int) -> bool:
    """Say whether an answer can reach somebody in a chat."""
    return bool(await session.scalar(sa.select(is_reachable(sa.literal(person_id)))))


async def to_correct(session: AsyncSession, school_id: int) -> list[Doubt]:
    """Return the queries that were found right, while the round that shows it is to come."""
    later = sa.alias(Submission.__table__, "later")  # type: ignore[attr-defined]
    follows = sa.select(sa.literal(1)).where(
        later.c.term_id == col(Submission.term_id), later.c.round > col(Submission.round)
    )
    return await doubts.those(
        session, school_id, col(Query.state) == QueryState.CORRECTED, ~follows.exists()
    )


async def next_round(session: AsyncSession, found: Doubt) -> NextRound | None:
    """Return the round after the one that a query is about, None before it was submitted."""
    person_id = found.query.person_id
    queried_at = (
        sa.select(sa.func.max(col(Query.raised_at)))
        .where(col(Query.statement_id) == col(ReceiptStatement.id))
        .correlate(ReceiptStatement)
        .scalar_subquery()
    )
    theirs = sa.and_(
        col(ReceiptStatement.submission_id) == col(Submission.id),
        col(ReceiptStatement.person_id) == person_id,
    )
    asked = (
        sa.select(
            col(Submission.round),
            col(Submission.submitted_at),
            col(ReceiptStatement.id).is_not(None),
            col(Confirmation.confirmed_at),
            queried_at,
        )
        .select_from(Submission)
        .join(Term, col(Term.id) == col(Submission.term_id))
        .outerjoin(ReceiptStatement, theirs)
        .outerjoin(Confirmation, col(Confirmation.statement_id) == col(ReceiptStatement.id))
        .where(
            col(Submission.school_id) == found.query.school_id,
            col(Term.year) == found.year,
            col(Term.semester) == found.semester,
            col(Submission.round) > found.round,
        )
        .order_by(col(Submission.round))
        .limit(1)
    )
    row: Any = (await session.execute(asked)).one_or_none()
    return NextRound(*row) if row else None
