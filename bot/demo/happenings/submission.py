"""The office submits 112-2; the central database answers with receipt statements.

A statement says what was selected in the store at that moment, whoever selected it. Now and then
a work is missing, so that pupils have something to query; the second round has it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from random import Random

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.demo.happenings.others import dice_at
from bot.demo.seed import cast
from bot.demo.seed.feats import KIND_NAMES
from bot.demo.seed.moments import LAST
from bot.demo.seed.titles import COUNCIL
from models.queries import doubts
from models.tables import (
    Course,
    CourseOutcome,
    Enrolment,
    Performance,
    Person,
    Placement,
    Query,
    ReceiptLine,
    ReceiptStatement,
    School,
    SchoolClass,
    Selection,
    Submission,
    Term,
)
from models.vocabulary import PerformanceKind, QueryReason, QueryState, StatementPart

_LOST = 0.02
_OFFICERS = 0.3
_EXPLANATION = "我們核對過學校平臺的紀錄，和你上傳、勾選的一樣，所以沒有更正。"

Line = tuple[StatementPart, str, str]


async def submit(session: AsyncSession, school: School, now: datetime) -> None:
    """Submit what pupils selected of the year, and take in a statement for every pupil."""
    term = await _last_term(session, school.id)
    pupils = await _pupils(session, school.id, term.year)
    lines = await _lines(session, school.id, term, list(pupils))
    dice = dice_at(now, "submission")
    for person_id, number in pupils.items():
        if number != cast.PUPIL.number and dice.random() < _LOST:
            _lose_one(dice, lines[person_id])
    await _add_statements(session, term, 1, {each: lines[each] for each in pupils}, now)


async def correct(session: AsyncSession, school: School, now: datetime) -> None:
    """Answer the queries of the first round, and take in second statements for who raised them."""
    term = await _last_term(session, school.id)
    raised = (await session.execute(_queries(term.id))).scalars().all()
    if not raised:
        return
    for query in raised:
        if query.state is QueryState.OPEN:
            explained = query.reason is QueryReason.OTHER_DIFFERENCE
            state = QueryState.EXPLAINED if explained else QueryState.CORRECTED
            said = _EXPLANATION if explained else ""
            await doubts.settle(session, query, state, now, explanation=said)
    doubtful = sorted({query.person_id for query in raised})
    lines = await _lines(session, school.id, term, doubtful)
    await _add_statements(session, term, 2, {each: lines[each] for each in doubtful}, now)


async def _last_term(session: AsyncSession, school_id: int) -> Term:
    found = select(Term).where(
        col(Term.school_id) == school_id,
        col(Term.year) == LAST.year,
        col(Term.semester) == LAST.semester,
    )
    return (await session.execute(found)).scalar_one()


async def _pupils(session: AsyncSession, school_id: int, year: int) -> dict[int, str]:
    """Return the numbers of the pupils who were here in the year, by id."""
    rows = await session.execute(
        select(Person.id, Person.number)
        .join(Placement, col(Placement.person_id) == col(Person.id))
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(
            col(Person.school_id) == school_id,
            col(Person.departed).is_(False),
            col(SchoolClass.year) == year,
        )
        .order_by(col(Person.id))
    )
    return dict(rows.all())


async def _lines(
    session: AsyncSession, school_id: int, term: Term, pupil_ids: list[int]
) -> Mapping[int, list[Line]]:
    """Return what the central database received of each pupil, part by part."""
    lines: dict[int, list[Line]] = defaultdict(list)
    for person_id, title, course in await session.execute(_outcomes(school_id, term.year)):
        lines[person_id].append((StatementPart.OUTCOME, title, course))
    for person_id, title, kind in await session.execute(_performances(school_id, term.year)):
        lines[person_id].append((StatementPart.PERFORMANCE, title, KIND_NAMES[kind]))
    learnt: dict[int, list[str]] = defaultdict(list)
    for person_id, name in await session.execute(_courses(term.id)):
        learnt[person_id].append(name)
    for person_id in pupil_ids:
        names = learnt[person_id]
        about = f"{term.year}-{term.semester} 修課紀錄（{len(names)} 科）"
        lines[person_id].append((StatementPart.COURSE_RECORD, about, "、".join(names)))
        dice = Random(person_id)  # noqa: S311 - the same officers every time
        if dice.random() < _OFFICERS:
            post = dice.choice(COUNCIL)
            semester = f"{term.year} 學年度第 {term.semester} 學期"
            lines[person_id].append((StatementPart.OFFICER_RECORD, f"班級{post}", semester))
    return lines


def _lose_one(dice: Random, lines: list[Line]) -> None:
    works = [
        line for line in lines if line[0] in (StatementPart.OUTCOME, StatementPart.PERFORMANCE)
    ]
    if works:
        lines.remove(dice.choice(works))


async def _add_statements(
    session: AsyncSession,
    term: Term,
    round_: int,
    lines: Mapping[int, Iterable[Line]],
    now: datetime,
) -> None:
    submission = Submission(
        school_id=term.school_id, term_id=term.id, round=round_, submitted_at=now
    )
    session.add(submission)
    await session.flush()
    shared = {"school_id": term.school_id}
    statements = [
        {
            **shared,
            "submission_id": submission.id,
            "person_id": person_id,
            "imported_at": now,
            "version": 1,
        }
        for person_id in lines
    ]
    await session.execute(sa.insert(ReceiptStatement), statements)
    found = await session.execute(
        select(ReceiptStatement.person_id, ReceiptStatement.id).where(
            col(ReceiptStatement.submission_id) == submission.id
        )
    )
    ids = dict(found.all())
    rows = [
        {
            **shared,
            "statement_id": ids[person_id],
            "number": number,
            "part": part,
            "title": title,
            "detail": detail,
        }
        for person_id, of in lines.items()
        for number, (part, title, detail) in enumerate(of, start=1)
    ]
    await session.execute(sa.insert(ReceiptLine), rows)


def _outcomes(school_id: int, year: int) -> sa.Select[int, str, str]:
    return (
        sa.select(col(Selection.person_id), col(CourseOutcome.title), col(Course.name))
        .join(CourseOutcome, col(CourseOutcome.id) == col(Selection.outcome_id))
        .join(Course, col(Course.id) == col(CourseOutcome.course_id))
        .where(col(Selection.school_id) == school_id, col(Selection.year) == year)
        .order_by(col(Selection.person_id), col(Selection.slot))
    )


def _performances(school_id: int, year: int) -> sa.Select[int, str, PerformanceKind]:
    return (
        sa.select(col(Selection.person_id), col(Performance.title), col(Performance.kind))
        .join(Performance, col(Performance.id) == col(Selection.performance_id))
        .where(col(Selection.school_id) == school_id, col(Selection.year) == year)
        .order_by(col(Selection.person_id), col(Selection.slot))
    )


def _courses(term_id: int) -> sa.Select[int, str]:
    return (
        sa.select(col(Enrolment.person_id), col(Course.name))
        .join(Course, col(Course.id) == col(Enrolment.course_id))
        .where(col(Course.term_id) == term_id)
        .order_by(col(Enrolment.person_id), col(Course.id))
    )


def _queries(term_id: int) -> sa.Select[Query]:
    return (
        sa.select(Query)
        .join(ReceiptStatement, col(ReceiptStatement.id) == col(Query.statement_id))
        .join(Submission, col(Submission.id) == col(ReceiptStatement.submission_id))
        .where(
            col(Submission.term_id) == term_id,
            col(Submission.round) == 1,
        )
    )
