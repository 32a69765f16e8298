"""Loads what pupils have before them in a window, by (person, window): for many people at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.spoken import Chosen, Statement, Work
from models.queries.standing import UNFINISHED
from models.queries.windows import TermWindow
from models.tables import (
    Course,
    CourseOutcome,
    Placement,
    ReceiptLine,
    ReceiptStatement,
    SchoolClass,
    Selection,
    Submission,
    Term,
)
from models.vocabulary import ItemKind, OutcomeState


async def unsent(
    session: AsyncSession, window: TermWindow, people: Sequence[int]
) -> dict[tuple[int, int], list[Work]]:
    """Return the works of the window's term that were not sent to a teacher, or came back."""
    found: dict[tuple[int, int], list[Work]] = defaultdict(list)
    rows = await session.execute(
        sa.select(col(CourseOutcome.person_id), *work_columns())
        .join(Course, col(Course.id) == col(CourseOutcome.course_id))
        .where(
            col(CourseOutcome.person_id).in_(people),
            col(CourseOutcome.term_id) == window.term.id,
            col(CourseOutcome.state).in_(UNFINISHED),
        )
        .order_by(col(CourseOutcome.id))
    )
    for person_id, *work in rows:
        found[person_id, window.id].append(Work(*work))
    return dict(found)


async def chosen(
    session: AsyncSession, window: TermWindow, people: Sequence[int]
) -> dict[tuple[int, int], Chosen]:
    """Return how much each selected and could select, and the class that decides the caps."""
    year = window.term.year
    selected = await session.execute(
        sa.select(col(Selection.person_id), col(Selection.kind), sa.func.count())
        .where(col(Selection.person_id).in_(people), col(Selection.year) == year)
        .group_by(col(Selection.person_id), col(Selection.kind))
    )
    counts: dict[tuple[int, ItemKind], int] = {
        (person_id, kind): n for person_id, kind, n in selected
    }
    certified = await session.execute(
        sa.select(col(CourseOutcome.person_id), sa.func.count())
        .join(Term, col(Term.id) == col(CourseOutcome.term_id))
        .where(
            col(CourseOutcome.person_id).in_(people),
            col(CourseOutcome.state) == OutcomeState.CERTIFIED,
            col(Term.year) == year,
        )
        .group_by(col(CourseOutcome.person_id))
    )
    ready: dict[int, int] = dict(certified.all())
    placed: Any = await session.execute(
        sa.select(col(Placement.person_id), col(SchoolClass.grade), col(SchoolClass.division))
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(col(Placement.person_id).in_(people), col(SchoolClass.year) == year)
    )
    places = {person_id: (grade, division) for person_id, grade, division in placed}
    return {
        (person_id, window.id): Chosen(
            outcomes=counts.get((person_id, ItemKind.OUTCOME), 0),
            performances=counts.get((person_id, ItemKind.PERFORMANCE), 0),
            certified=ready.get(person_id, 0),
            grade=places.get(person_id, (None, None))[0],
            division=places.get(person_id, (None, None))[1],
        )
        for person_id in people
    }


_STATEMENTS = (
    sa.select(
        col(ReceiptStatement.person_id),
        col(ReceiptStatement.id),
        col(ReceiptStatement.version),
        sa.func.count(col(ReceiptLine.id)),
    )
    .join(Submission, col(Submission.id) == col(ReceiptStatement.submission_id))
    .outerjoin(ReceiptLine, col(ReceiptLine.statement_id) == col(ReceiptStatement.id))
    .where(
        col(ReceiptStatement.person_id).in_(sa.bindparam("people", expanding=True)),
        col(Submission.term_id) == sa.bindparam("term"),
        col(Submission.round) == sa.bindparam("round"),
    )
    .group_by(
        col(ReceiptStatement.person_id),
        col(ReceiptStatement.id),
        col(ReceiptStatement.version),
    )
)


async def statements(
    session: AsyncSession, window: TermWindow, people: Sequence[int]
) -> dict[tuple[int, int], Statement]:
    """Return the statements of the window's round, with the number of their lines."""
    rows = await session.execute(
        _STATEMENTS,
        {"people": people, "term": window.window.term_id, "round": window.window.round},
    )
    return {(person_id, window.id): Statement(*rest) for person_id, *rest in rows}


def work_columns() -> tuple[Any, ...]:
    """Return the columns of a Work, of CourseOutcome joined with its Course."""
    return (
        col(CourseOutcome.id),
        col(CourseOutcome.version),
        col(CourseOutcome.term_id),
        col(CourseOutcome.title),
        col(Course.name),
        col(CourseOutcome.state),
    )
