"""What the office of a rehearsed school does: it submits, and takes in receipt statements."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.rehearsal.cast import Cast
from bot.rehearsal.habits import Habit
from models.queries import doubts, standing
from models.queries.windows import TermWindow
from models.tables import (
    CourseOutcome,
    Performance,
    Person,
    Query,
    ReceiptLine,
    ReceiptStatement,
    Selection,
    Submission,
)
from models.vocabulary import QueryState, StatementPart

Line = tuple[StatementPart, str]


async def take_in_statements(
    session: AsyncSession, cast: Cast, window: TermWindow, now: datetime
) -> None:
    """Take in the statements of a receipt round: of everybody, later of those who had a query."""
    pupils = await _concerned(session, cast, window, now)
    submission = await _submission(session, window, now)
    for person_id in pupils:
        lines = await _lines(session, person_id, window.term.year)
        loses_one = window.window.round == 1 and cast.members[person_id].habit is Habit.QUERIES
        await _statement(session, submission, person_id, lines[loses_one:], now)
    await session.flush()


async def _concerned(
    session: AsyncSession, cast: Cast, window: TermWindow, now: datetime
) -> list[int]:
    placed = sa.select(col(Person.id)).where(
        col(Person.school_id) == cast.school.id,
        standing.is_placed(window.window, window.term, col(Person.id)),
    )
    pupils = (await session.scalars(placed.order_by(col(Person.id)))).all()
    if window.window.round == 1:
        return list(pupils)
    queries = (await session.execute(_open_queries(window))).scalars().all()
    for query in queries:
        await doubts.settle(session, query, QueryState.CORRECTED, now)
    doubted = {query.person_id for query in queries}
    return [each for each in pupils if each in doubted]


def _open_queries(window: TermWindow) -> sa.Select[Query]:
    return (
        select(Query)
        .join(ReceiptStatement, col(ReceiptStatement.id) == col(Query.statement_id))
        .join(Submission, col(Submission.id) == col(ReceiptStatement.submission_id))
        .where(
            col(Submission.term_id) == window.term.id,
            col(Submission.round) == window.window.round - 1,
            col(Query.state) == QueryState.OPEN,
        )
    )


async def _submission(session: AsyncSession, window: TermWindow, now: datetime) -> Submission:
    """Return the round's submission; grades that submit together share it."""
    known = select(Submission).where(
        col(Submission.term_id) == window.term.id, col(Submission.round) == window.window.round
    )
    row = (await session.execute(known)).scalar_one_or_none()
    if row is None:
        row = Submission(
            school_id=window.term.school_id,
            term_id=window.term.id,
            round=window.window.round,
            submitted_at=now,
        )
        session.add(row)
        await session.flush()
    return row


async def _lines(session: AsyncSession, person_id: int, year: int) -> list[Line]:
    outcomes = (
        sa.select(col(CourseOutcome.title))
        .join(Selection, col(Selection.outcome_id) == col(CourseOutcome.id))
        .where(col(Selection.person_id) == person_id, col(Selection.year) == year)
        .order_by(col(Selection.slot))
    )
    performances = (
        sa.select(col(Performance.title))
        .join(Selection, col(Selection.performance_id) == col(Performance.id))
        .where(col(Selection.person_id) == person_id, col(Selection.year) == year)
        .order_by(col(Selection.slot))
    )
    return [
        *((StatementPart.OUTCOME, title) for title in await session.scalars(outcomes)),
        *((StatementPart.PERFORMANCE, title) for title in await session.scalars(performances)),
        (StatementPart.COURSE_RECORD, "修課紀錄"),
    ]


async def _statement(
    session: AsyncSession,
    submission: Submission,
    person_id: int,
    lines: Iterable[Line],
    now: datetime,
) -> None:
    row = ReceiptStatement(
        school_id=submission.school_id,
        submission_id=submission.id,
        person_id=person_id,
        imported_at=now,
    )
    session.add(row)
    await session.flush()
    session.add_all(
        ReceiptLine(
            school_id=submission.school_id,
            statement_id=row.id,
            number=number,
            part=part,
            title=title,
        )
        for number, (part, title) in enumerate(lines, start=1)
    )
