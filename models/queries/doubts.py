"""The office's queue of receipt queries: which wait, one of them in full, and settling it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import notices
from models.queries.queueing import Queue, present_seats
from models.queries.windows import TermWindow
from models.tables import (
    Person,
    Query,
    ReceiptLine,
    ReceiptStatement,
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


async def corrected_before(
    session: AsyncSession, window: TermWindow, people: Sequence[int]
) -> set[int]:
    """Return whose query of the round before this receipt window's was corrected."""
    before = window.window.round - 1
    if not before:
        return set()
    found = (
        sa.select(col(Query.person_id))
        .join(ReceiptStatement, col(ReceiptStatement.id) == col(Query.statement_id))
        .join(Submission, col(Submission.id) == col(ReceiptStatement.submission_id))
        .where(
            col(Query.person_id).in_(people),
            col(Query.state) == QueryState.CORRECTED,
            col(Submission.term_id) == window.term_id,
            col(Submission.round) == before,
        )
    )
    return set((await session.scalars(found)).all())


def _doubts(school_id: int) -> sa.Select[*tuple[Any, ...]]:
    place = present_seats(school_id)
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


async def those(
    session: AsyncSession, school_id: int, *which: sa.ColumnElement[bool]
) -> list[Doubt]:
    """Return the queries of a school for which this holds, by class, seat and number."""
    rows = await session.execute(_doubts(school_id).where(*which))
    found = [Doubt(*row) for row in rows]
    return sorted(found, key=lambda each: (each.class_name, each.seat, each.id))


_queue = Queue(
    kind=Query,
    is_open=col(Query.state) == QueryState.OPEN,
    since=Query.raised_at,
    settled=Query.settled_at,
    listed=_doubts,
    shown=Doubt,
)
waiting = _queue.waiting
some = _queue.some
count_waiting = _queue.count_waiting
own_of_school = _queue.own_of_school
