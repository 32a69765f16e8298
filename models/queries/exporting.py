"""What was done in a term, row by row, for files: selections, certifications, receipts, decisions.

Rows are streamed: a school with thousands of works is never held in memory. Course-counselling
records are in no export (要點三); the product does not keep any.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from models.queries import extensions, windows
from models.queries.windows import TermWindow, grades_of
from models.rules import receipt
from models.rules.receipt import Standing
from models.tables import (
    Certification,
    Confirmation,
    Course,
    CourseOutcome,
    Decision,
    Performance,
    Person,
    Placement,
    Query,
    ReceiptLine,
    ReceiptStatement,
    SchoolClass,
    Selection,
    Submission,
    Term,
)
from models.vocabulary import ItemKind, Stage

Row = Mapping[str, object]
Rows = Callable[[AsyncSession, Term, datetime], AsyncIterator[Row]]

_AT_ONCE = 1_000
_PUPIL: tuple[Any, ...] = (
    col(Person.number).label("number"),
    col(Person.name).label("name"),
    col(SchoolClass.name).label("class_name"),
    col(Placement.seat).label("seat"),
)


async def term_of(session: AsyncSession, school_id: int, year: int, semester: int) -> Term | None:
    """Return a school's term, or None."""
    found = select(Term).where(
        col(Term.school_id) == school_id, col(Term.year) == year, col(Term.semester) == semester
    )
    return (await session.execute(found)).scalar_one_or_none()


async def selections(session: AsyncSession, term: Term, _now: datetime) -> AsyncIterator[Row]:
    """Yield what pupils selected: works of the term's courses, performances of its year."""
    outcomes = _of_pupils(
        term,
        col(Selection.person_id),
        sa.literal(term.year).label("year"),
        sa.literal(term.semester).label("semester"),
        col(Selection.kind).label("kind"),
        col(CourseOutcome.title).label("title"),
        col(Course.name).label("course"),
        col(Course.code).label("course_code"),
        col(Selection.slot).label("slot"),
        col(Selection.selected_at).label("selected_at"),
        start=sa.join(
            Selection, CourseOutcome, col(CourseOutcome.id) == col(Selection.outcome_id)
        ).join(Course, col(Course.id) == col(CourseOutcome.course_id)),
    ).where(col(CourseOutcome.term_id) == term.id)
    async for row in _stream(session, outcomes.order_by(col(Person.number), col(Selection.slot))):
        yield row
    performances = _of_pupils(
        term,
        col(Selection.person_id),
        sa.literal(term.year).label("year"),
        sa.literal(0).label("semester"),
        col(Selection.kind).label("kind"),
        col(Performance.title).label("title"),
        sa.literal("").label("course"),
        sa.literal("").label("course_code"),
        col(Selection.slot).label("slot"),
        col(Selection.selected_at).label("selected_at"),
        start=sa.join(Selection, Performance, col(Performance.id) == col(Selection.performance_id)),
    ).where(
        col(Selection.school_id) == term.school_id,
        col(Selection.year) == term.year,
        col(Selection.kind) == ItemKind.PERFORMANCE,
    )
    async for row in _stream(
        session, performances.order_by(col(Person.number), col(Selection.slot))
    ):
        yield row


def certifications(session: AsyncSession, term: Term, _now: datetime) -> AsyncIterator[Row]:
    """Yield what teachers decided about works of the term, withdrawn decisions included."""
    teacher = aliased(Person)
    found = (
        _of_pupils(
            term,
            col(CourseOutcome.person_id),
            col(Course.name).label("course"),
            col(Course.code).label("course_code"),
            col(CourseOutcome.title).label("title"),
            col(teacher.number).label("teacher_number"),
            col(teacher.name).label("teacher"),
            col(Certification.decision).label("decision"),
            col(Certification.reason).label("return_reason"),
            col(Certification.decided_at).label("decided_at"),
            col(Certification.withdrawn_at).label("withdrawn_at"),
            start=sa.join(
                Certification,
                CourseOutcome,
                col(CourseOutcome.id) == col(Certification.outcome_id),
            )
            .join(Course, col(Course.id) == col(CourseOutcome.course_id))
            .join(teacher, col(teacher.id) == col(Certification.by_id)),
        )
        .where(col(CourseOutcome.term_id) == term.id)
        .order_by(col(Person.number), col(Certification.decided_at), col(Certification.id))
    )
    return _stream(session, found)


async def confirmations(session: AsyncSession, term: Term, now: datetime) -> AsyncIterator[Row]:
    """Yield where every receipt statement of the term stands at `now`; silence is derived.

    `stands_since` is the confirmation, the first query, or the end of the pupil's own window.
    """
    spans = [
        each
        for each in await windows.of_school(session, term.school_id)
        if each.stage is Stage.RECEIPT and each.term.id == term.id
    ]
    more_time = await extensions.of_school(session, term.school_id)
    doubts = await _doubts(session, term)
    found = (
        _of_pupils(
            term,
            col(ReceiptStatement.person_id),
            col(Submission.round).label("round"),
            col(SchoolClass.grade).label("grade"),
            col(SchoolClass.division).label("division"),
            ReceiptStatement,
            Confirmation,
            start=sa.join(
                ReceiptStatement,
                Submission,
                col(Submission.id) == col(ReceiptStatement.submission_id),
            ).outerjoin(Confirmation, col(Confirmation.statement_id) == col(ReceiptStatement.id)),
        )
        .where(col(Submission.term_id) == term.id)
        .order_by(col(Person.number), col(Submission.round))
    )
    async for row in _stream(session, found):
        statement, said = row["ReceiptStatement"], row["Confirmation"]
        window = _window_of(spans, row)
        closes_at = window and more_time.get((statement.person_id, window.id), window.closes_at)
        queries = doubts[statement.id]
        stands = receipt.standing(
            statement, said, queries, closes_at or datetime.max.replace(tzinfo=now.tzinfo), now
        )
        since = {
            Standing.CONFIRMED: said and said.confirmed_at,
            Standing.QUERIED: min((query.raised_at for query in queries), default=None),
            Standing.DEEMED_CONFIRMED: closes_at,
            Standing.WAITING: None,
        }
        yield {**row, "standing": stands, "stands_since": since[stands], "deadline": closes_at}


def queries(session: AsyncSession, term: Term, _now: datetime) -> AsyncIterator[Row]:
    """Yield the queries about receipt statements of the term."""
    found = (
        _of_pupils(
            term,
            col(Query.person_id),
            col(Submission.round).label("round"),
            col(ReceiptLine.part).label("part"),
            col(ReceiptLine.title).label("line"),
            col(Query.reason).label("query_reason"),
            col(Query.state).label("query_state"),
            col(Query.raised_at).label("raised_at"),
            start=sa.join(
                Query, ReceiptStatement, col(ReceiptStatement.id) == col(Query.statement_id)
            )
            .join(Submission, col(Submission.id) == col(ReceiptStatement.submission_id))
            .outerjoin(ReceiptLine, col(ReceiptLine.id) == col(Query.line_id)),
        )
        .where(col(Submission.term_id) == term.id)
        .order_by(col(Person.number), col(Query.raised_at), col(Query.id))
    )
    return _stream(session, found)


def decisions(session: AsyncSession, term: Term, _now: datetime) -> AsyncIterator[Row]:
    """Yield what pupils decided about uploading in the term and selecting of its year."""
    found = (
        _of_pupils(
            term,
            col(Decision.person_id),
            col(Decision.stage).label("stage"),
            col(Decision.scope).label("scope"),
            col(Decision.choice).label("choice"),
            col(Decision.decided_at).label("decided_at"),
            start=sa.inspect(Decision).local_table,
        )
        .where(
            col(Decision.school_id) == term.school_id,
            sa.or_(
                sa.and_(
                    col(Decision.stage) == Stage.UPLOAD,
                    col(Decision.scope) == f"{term.year}-{term.semester}",
                ),
                sa.and_(
                    col(Decision.stage) == Stage.SELECTION, col(Decision.scope) == str(term.year)
                ),
            ),
        )
        .order_by(col(Person.number), col(Decision.stage))
    )
    return _stream(session, found)


def _of_pupils(term: Term, person_id: Any, *columns: Any, start: Any) -> sa.Select[Any]:
    """Select columns beside their pupil's number, name, class of the term's year and seat."""
    placed = sa.join(Placement, SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
    joined = start.join(Person, col(Person.id) == person_id).outerjoin(
        placed,
        sa.and_(col(Placement.person_id) == col(Person.id), col(SchoolClass.year) == term.year),
    )
    return sa.select(*_PUPIL, *columns).select_from(joined)


async def _stream(session: AsyncSession, found: sa.Select[Any]) -> AsyncIterator[dict[str, Any]]:
    result = await session.stream(found.execution_options(yield_per=_AT_ONCE))
    async for row in result.mappings():
        yield {str(key): value for key, value in row.items()}


async def _doubts(session: AsyncSession, term: Term) -> dict[int, list[Query]]:
    found = (
        select(Query)
        .join(ReceiptStatement, col(ReceiptStatement.id) == col(Query.statement_id))
        .join(Submission, col(Submission.id) == col(ReceiptStatement.submission_id))
        .where(col(Submission.term_id) == term.id)
    )
    grouped: dict[int, list[Query]] = defaultdict(list)
    for query in (await session.execute(found)).scalars():
        grouped[query.statement_id].append(query)
    return grouped


def _window_of(spans: list[TermWindow], row: Mapping[str, Any]) -> TermWindow | None:
    """Return the receipt window of a statement's round, by its pupil's grade and division."""
    for span in spans:
        window = span.window
        if (
            window.round == row["round"]
            and row["grade"] in grades_of(window)
            and window.division in (None, row["division"])
        ):
            return span
    return None
