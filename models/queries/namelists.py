"""What name lists are made of: pupils with their class of a year, and the rows of each sheet.

Rows are streamed in the order of 學號. Course outcomes are certified and selected, performances
are selected; course-counselling records are in no export (要點三): the product keeps none.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.rules.namelists.lists import Listed
from models.tables import (
    Course,
    CourseOutcome,
    OfficerRecord,
    Performance,
    Person,
    Placement,
    SchoolClass,
    Selection,
    Term,
)
from models.vocabulary import (
    CourseTaking,
    ItemKind,
    OutcomeState,
    PerformanceKind,
    PersonKind,
    StatementPart,
)

Row = dict[str, Any]
"""A row by our names for columns; besides, `person_id`, `item_id` and the platform's `details`."""

_AT_ONCE = 1_000


async def terms_of(session: AsyncSession, school_id: int, year: int) -> dict[int, int]:
    """Return the ids of a year's terms by semester."""
    found = sa.select(col(Term.semester), col(Term.id)).where(
        col(Term.school_id) == school_id, col(Term.year) == year
    )
    return dict((await session.execute(found)).all())


async def pupils_of(session: AsyncSession, school_id: int, year: int) -> dict[int, Listed]:
    """Return every pupil with the class of a year, by id; of two classes the later placement."""
    placed = sa.join(
        Placement,
        SchoolClass,
        sa.and_(col(SchoolClass.id) == col(Placement.class_id), col(SchoolClass.year) == year),
    )
    rows: Any = await session.execute(
        sa.select(
            col(Person.id),
            col(Person.number),
            col(Person.name),
            col(Person.departed),
            sa.func.coalesce(col(SchoolClass.name), ""),
            sa.func.coalesce(col(Placement.seat), 0),
            sa.func.coalesce(col(SchoolClass.grade), 0),
            sa.func.coalesce(col(SchoolClass.division), ""),
        )
        .join(placed, col(Placement.person_id) == col(Person.id), isouter=True)
        .where(col(Person.school_id) == school_id, col(Person.kind) == PersonKind.PUPIL)
        .order_by(col(Placement.id))
    )
    return {row[0]: Listed(*row) for row in rows}


@dataclass(frozen=True, slots=True)
class Span:
    """A school's academic year (ROC), and those of its terms that a list is about."""

    school_id: int
    year: int
    terms: tuple[int, ...]


async def rows_of(
    session: AsyncSession, part: StatementPart, sheet: str, span: Span
) -> AsyncIterator[Row]:
    """Yield the rows of one sheet; `sheet` is a kind of performance, or how a course was taken."""
    found = _of_sheet(part, sheet, span).execution_options(yield_per=_AT_ONCE)
    async for row in (await session.stream(found)).mappings():
        yield {str(key): value for key, value in row.items()}


async def count_of(session: AsyncSession, part: StatementPart, sheet: str, span: Span) -> int:
    """Return how many rows a sheet would have with every pupil of the school in it."""
    found = _of_sheet(part, sheet, span).order_by(None).subquery()
    return await session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def _of_sheet(part: StatementPart, sheet: str, span: Span) -> sa.Select[*tuple[Any, ...]]:
    match part:
        case StatementPart.OUTCOME:
            return _outcomes(CourseTaking(sheet), span)
        case StatementPart.PERFORMANCE:
            return _performances(PerformanceKind(sheet), span)
        case _:
            return _officer_records(span)


def _outcomes(taking: CourseTaking, span: Span) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            col(CourseOutcome.person_id),
            col(CourseOutcome.id).label("item_id"),
            col(CourseOutcome.title),
            col(CourseOutcome.summary),
            col(CourseOutcome.file_name),
            col(CourseOutcome.file_hash),
            col(CourseOutcome.details),
            col(Course.code).label("course_code"),
            col(Course.name).label("course"),
            col(Term.year),
            col(Term.semester),
        )
        .join(Selection, col(Selection.outcome_id) == col(CourseOutcome.id))
        .join(Course, col(Course.id) == col(CourseOutcome.course_id))
        .join(Term, col(Term.id) == col(CourseOutcome.term_id))
        .join(Person, col(Person.id) == col(CourseOutcome.person_id))
        .where(
            col(CourseOutcome.term_id).in_(span.terms),
            col(CourseOutcome.state) == OutcomeState.CERTIFIED,
            col(CourseOutcome.taking) == taking,
        )
        .order_by(col(Person.number), col(Term.semester), col(Selection.slot))
    )


def _performances(kind: PerformanceKind, span: Span) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            col(Performance.person_id),
            col(Performance.id).label("item_id"),
            col(Performance.title),
            col(Performance.kind),
            col(Performance.year),
            col(Performance.happened_on).label("day"),
            col(Performance.details),
        )
        .join(Selection, col(Selection.performance_id) == col(Performance.id))
        .join(Person, col(Person.id) == col(Performance.person_id))
        .where(
            col(Selection.school_id) == span.school_id,
            col(Selection.kind) == ItemKind.PERFORMANCE,
            col(Selection.year) == span.year,
            col(Performance.kind) == kind,
        )
        .order_by(col(Person.number), col(Selection.slot))
    )


def _officer_records(span: Span) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            col(OfficerRecord.person_id),
            col(OfficerRecord.id).label("item_id"),
            col(OfficerRecord.position).label("title"),
            col(OfficerRecord.unit),
            col(OfficerRecord.rank),
            col(OfficerRecord.position),
            col(OfficerRecord.begins_on),
            col(OfficerRecord.ends_on),
            col(Term.year),
            col(Term.semester),
        )
        .join(Term, col(Term.id) == col(OfficerRecord.term_id))
        .join(Person, col(Person.id) == col(OfficerRecord.person_id))
        .where(col(OfficerRecord.term_id).in_(span.terms))
        .order_by(col(Person.number), col(OfficerRecord.begins_on), col(OfficerRecord.id))
    )
