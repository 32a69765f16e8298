"""The office's queue of receipt queries: which wait, one of them in full, and settling it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.errors import NotYours
from models.queries import notices
from models.queries.classes import current_year
from models.tables import (
    Person,
    Placement,
    Query,
    ReceiptLine,
    ReceiptStatement,
    SchoolClass,
    Submission,
    Term,
)
from models.vocabulary import NoticeKind, QueryState


@dataclass(frozen=True, slots=True)
class Doubt:
    """A query with whose it is and what it is about; `title` is empty for a work that is missing.

    Class and seat are those of the present year, empty and 0 for who has none.
    """

    query: Query
    pupil: str
    class_name: str
    seat: int
    title: str
    detail: str
    year: int
    semester: int
    round: int

    @property
    def id(self) -> int:
        """Return the query's id."""
        return self.query.id


async def waiting(session: AsyncSession, school_id: int) -> list[Doubt]:
    """Return the queries that nobody has settled yet, the oldest first."""
    found = await session.execute(
        _doubts(school_id)
        .where(col(Query.state) == QueryState.OPEN)
        .order_by(col(Query.raised_at), col(Query.id))
    )
    return [Doubt(*row) for row in found]


async def count_waiting(session: AsyncSession, school_id: int) -> int:
    """Return how many queries wait for the office."""
    counted = sa.select(sa.func.count()).where(
        col(Query.school_id) == school_id, col(Query.state) == QueryState.OPEN
    )
    return int((await session.execute(counted)).scalar_one())


async def own_of_school(
    session: AsyncSession, school_id: int, query_id: int, *, lock: bool = False
) -> Doubt:
    """Return a query of this school, locked for settling if `lock`; NotYours for any other."""
    if lock:
        await session.execute(
            select(Query.id)
            .where(col(Query.school_id) == school_id, col(Query.id) == query_id)
            .with_for_update()
        )
    found = (
        await session.execute(
            _doubts(school_id)
            .where(col(Query.id) == query_id)
            .execution_options(populate_existing=True)
        )
    ).first()
    if found is None:
        raise NotYours
    return Doubt(*found)


async def settle(
    session: AsyncSession,
    query: Query,
    state: QueryState,
    now: datetime,
    *,
    explanation: str = "",
    by_id: int | None = None,
) -> None:
    """Write what came of a query, and tell its pupil; `by_id` is None where a file brought it."""
    query.state, query.explanation = state, explanation
    query.settled_at, query.settled_by_id = now, by_id
    await session.flush()
    await notices.tell(
        session,
        school_id=query.school_id,
        person_id=query.person_id,
        kind=NoticeKind.QUERY_SETTLED,
        occasion=f"query-settled/{query.id}",
        now=now,
        facts={"query_id": query.id},
    )


def _doubts(
    school_id: int,
) -> sa.Select[Query, str, str, int, str, str, int, int, int]:
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
            Query,
            col(Person.name),
            sa.func.coalesce(place.c.name, ""),
            sa.func.coalesce(place.c.seat, 0),
            sa.func.coalesce(col(ReceiptLine.title), ""),
            sa.func.coalesce(col(ReceiptLine.detail), ""),
            col(Term.year),
            col(Term.semester),
            col(Submission.round),
        )
        .join(Person, col(Person.id) == col(Query.person_id))
        .join(ReceiptStatement, col(ReceiptStatement.id) == col(Query.statement_id))
        .join(Submission, col(Submission.id) == col(ReceiptStatement.submission_id))
        .join(Term, col(Term.id) == col(Submission.term_id))
        .outerjoin(ReceiptLine, col(ReceiptLine.id) == col(Query.line_id))
        .outerjoin(place, place.c.person_id == col(Person.id))
        .where(col(Query.school_id) == school_id)
    )
