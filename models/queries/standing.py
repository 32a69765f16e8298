"""Who is concerned by a window, and who of them still has something left to decide.

The one definition that planning, the check at the moment of sending, and every count of progress
share. Nothing here runs: each function builds SQL that its caller puts into a statement.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import roles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import col

from models.queries.windows import TermWindow, grades_of
from models.tables import (
    Confirmation,
    Course,
    CourseOutcome,
    Decision,
    Enrolment,
    Performance,
    Person,
    Placement,
    Query,
    ReceiptStatement,
    SchoolClass,
    Submission,
    Term,
    Window,
)
from models.vocabulary import OutcomeState, Stage

PersonId = roles.ExpressionElementRole[Any]

UNFINISHED = (OutcomeState.DRAFT, OutcomeState.UPLOADED, OutcomeState.RETURNED)
"""States of a work that its pupil can still do something about."""

HANDED_OVER = (OutcomeState.AWAITING, OutcomeState.CERTIFIED)
"""States of a work that its pupil has sent for certification."""


def concerned(window: Window, term: Term) -> sa.Select[Any]:
    """Return the ids of the people whom this window concerns: pupils, or teachers who certify."""
    return sa.select(col(Person.id)).where(
        col(Person.school_id) == window.school_id,
        col(Person.departed).is_(False),
        is_concerned(window, term, col(Person.id)),
    )


def undecided(window: Window, term: Term) -> sa.Select[Any]:
    """Return the ids of the people concerned who still have something left to decide or to do."""
    return concerned(window, term).where(has_left(window, term, col(Person.id)))


def is_concerned(window: Window, term: Term, person: PersonId) -> sa.ColumnElement[bool]:
    """Build the condition that the window concerns this person."""
    match window.stage:
        case Stage.UPLOAD | Stage.SELECTION:
            return is_placed(window, term, person)
        case Stage.CERTIFICATION:
            return _teaches(window, term, person)
        case Stage.RECEIPT:
            return is_placed(window, term, person) & statement_of(window, person).exists()
        case Stage.SUBMISSION:
            return sa.false()


def has_left(window: Window, term: Term, person: PersonId) -> sa.ColumnElement[bool]:
    """Build the condition that this person, who is concerned, has something left."""
    match window.stage:
        case Stage.UPLOAD:
            return ~has_decided(window, term, person) & _has_upload_left(term, person)
        case Stage.CERTIFICATION:
            return awaiting(window, term, person).exists()
        case Stage.SELECTION:
            return ~has_decided(window, term, person) & can_select(term, person)
        case Stage.RECEIPT:
            return ~has_answered(window, person)
        case Stage.SUBMISSION:
            return sa.false()


def is_placed(window: Window, term: Term, pupil: PersonId) -> sa.ColumnElement[bool]:
    """Build the condition that this pupil's class of the term's year is one of the window's."""
    division = col(SchoolClass.division)
    return (
        sa.select(sa.literal(1))
        .select_from(Placement)
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(
            col(Placement.person_id) == pupil,
            col(SchoolClass.school_id) == window.school_id,
            col(SchoolClass.year) == term.year,
            col(SchoolClass.grade).in_(grades_of(window)),
            sa.true() if window.division is None else division == window.division,
        )
        .exists()
    )


def has_decided(window: Window, term: Term, pupil: PersonId) -> sa.ColumnElement[bool]:
    """Build the condition that the pupil said to be done, or to want nothing: both count."""
    return (
        sa.select(sa.literal(1))
        .select_from(Decision)
        .where(
            col(Decision.person_id) == pupil,
            col(Decision.stage) == window.stage,
            col(Decision.scope) == TermWindow(window, term).scope,
        )
        .exists()
    )


def awaiting(window: Window, term: Term, teacher: PersonId) -> sa.Select[Any]:
    """Select the ids of the works in this teacher's courses of the term that wait for them."""
    author = col(CourseOutcome.person_id)
    return (
        sa.select(col(CourseOutcome.id))
        .join(Course, col(Course.id) == col(CourseOutcome.course_id))
        .where(
            col(Course.teacher_id) == teacher,
            _of_term(col(Course.term_id), term),
            col(CourseOutcome.state) == OutcomeState.AWAITING,
            is_placed(window, term, author),
        )
    )


def can_select(term: Term, pupil: PersonId) -> sa.ColumnElement[bool]:
    """Build the condition that there is anything to select: a certified work or a performance."""
    certified = (
        sa.select(sa.literal(1))
        .select_from(CourseOutcome)
        .join(Term, col(Term.id) == col(CourseOutcome.term_id))
        .where(
            col(CourseOutcome.person_id) == pupil,
            col(CourseOutcome.state) == OutcomeState.CERTIFIED,
            col(Term.year) == term.year,
        )
    )
    performed = (
        sa.select(sa.literal(1))
        .select_from(Performance)
        .where(col(Performance.person_id) == pupil, col(Performance.year) == term.year)
    )
    return certified.exists() | performed.exists()


def statement_of(window: Window, pupil: PersonId) -> sa.Select[Any]:
    """Select the id of the receipt statement that this window asks the pupil to check."""
    return (
        sa.select(col(ReceiptStatement.id))
        .join(Submission, col(Submission.id) == col(ReceiptStatement.submission_id))
        .where(
            col(ReceiptStatement.person_id) == pupil,
            col(Submission.term_id) == window.term_id,
            col(Submission.round) == window.round,
        )
    )


def has_answered(window: Window, pupil: PersonId) -> sa.ColumnElement[bool]:
    """Build the condition that the statement was confirmed, or a query raised about it."""
    statement = col(ReceiptStatement.id)
    confirmed = sa.select(sa.literal(1)).where(col(Confirmation.statement_id) == statement)
    queried = sa.select(sa.literal(1)).where(col(Query.statement_id) == statement)
    answered = (
        confirmed.correlate(ReceiptStatement).exists()
        | queried.correlate(ReceiptStatement).exists()
    )
    return statement_of(window, pupil).where(answered).exists()


class _ByPerson(FunctionElement[int]):
    """A column that SQLite is not to use an index of: rows are looked for by their person.

    SQLite has no statistics and takes the indexes of a term and of a person for equally good,
    which costs a school of 1,500 pupils half a second. PostgreSQL knows better by itself.
    """

    type = sa.Integer()
    inherit_cache = True


@compiles(_ByPerson)
def _plainly(element: _ByPerson, compiler: SQLCompiler, **more: Any) -> str:
    return compiler.process(element.clauses, **more)


@compiles(_ByPerson, "sqlite")
def _without_index(element: _ByPerson, compiler: SQLCompiler, **more: Any) -> str:
    return f"+{compiler.process(element.clauses, **more)}"


def _of_term(term_id: PersonId, term: Term) -> sa.ColumnElement[bool]:
    return _ByPerson(term_id) == term.id


def _has_upload_left(term: Term, pupil: PersonId) -> sa.ColumnElement[bool]:
    return _has_work(term, pupil, UNFINISHED) | ~_has_work(term, pupil, HANDED_OVER)


def _has_work(
    term: Term, pupil: PersonId, states: tuple[OutcomeState, ...]
) -> sa.ColumnElement[bool]:
    return (
        sa.select(sa.literal(1))
        .select_from(CourseOutcome)
        .where(
            col(CourseOutcome.person_id) == pupil,
            _of_term(col(CourseOutcome.term_id), term),
            col(CourseOutcome.state).in_(states),
        )
        .exists()
    )


def _teaches(window: Window, term: Term, teacher: PersonId) -> sa.ColumnElement[bool]:
    """Build the condition that a course of the teacher has a pupil, or a work, of the window."""
    taught = col(Enrolment.course_id) == col(Course.id)
    made = col(CourseOutcome.course_id) == col(Course.id)
    enrolled = (
        sa.select(sa.literal(1))
        .select_from(Enrolment)
        .where(taught, is_placed(window, term, col(Enrolment.person_id)))
        .correlate(Course)
    )
    written = (
        sa.select(sa.literal(1))
        .select_from(CourseOutcome)
        .where(made, is_placed(window, term, col(CourseOutcome.person_id)))
        .correlate(Course)
    )
    return (
        sa.select(sa.literal(1))
        .select_from(Course)
        .where(
            col(Course.teacher_id) == teacher,
            _of_term(col(Course.term_id), term),
            enrolled.exists() | written.exists(),
        )
        .exists()
    )
