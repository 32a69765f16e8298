"""Loads what messages speak of: a few queries for a whole batch, never one for each message."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import announcements, appeals, digests, doubts, outstanding, questions
from models.queries.digests import ClassProgress
from models.queries.outstanding import work_columns
from models.queries.spoken import (
    Answered,
    Chosen,
    InQueue,
    Looked,
    Settled,
    Statement,
    Subjects,
    Verdict,
    Work,
)
from models.queries.wanted import Saying
from models.queries.windows import TermWindow
from models.rules import nudging
from models.tables import (
    Appeal,
    Certification,
    Course,
    CourseOutcome,
    Notice,
    Query,
    Question,
    ReceiptLine,
    SchoolClass,
)
from models.vocabulary import (
    NoticeKind,
    OutcomeState,
    Stage,
)

_FOR_PUPILS = frozenset(
    {
        NoticeKind.UPLOAD_DUE,
        NoticeKind.SELECTION_DUE,
        NoticeKind.RECEIPT_DUE,
        NoticeKind.RECEIPT_OPENED,
        NoticeKind.LAST_CALL_REPEATED,
        NoticeKind.RECEIPT_DEEMED_CONFIRMED,
        NoticeKind.PUPIL_NUDGED,
        NoticeKind.DEADLINE_MOVED,
    }
)
_FOR_TEACHERS = frozenset(
    {
        NoticeKind.CERTIFICATION_DUE,
        NoticeKind.CERTIFICATION_REQUESTED,
        NoticeKind.TEACHER_NUDGED,
    }
)


async def load(
    session: AsyncSession,
    school_id: int,
    sayings: Sequence[Saying],
    windows: Mapping[int, TermWindow],
    is_open: Sequence[TermWindow],
    *,
    now: datetime,
) -> Subjects:
    """Return what these notices speak of; `is_open` are the windows that a digest reports on."""
    by_window: dict[int, list[int]] = defaultdict(list)
    for each in sayings:
        if each.kind in _FOR_PUPILS and each.window_id is not None:
            by_window[each.window_id].append(each.person_id)
    unsent: dict[tuple[int, int], list[Work]] = {}
    chosen: dict[tuple[int, int], Chosen] = {}
    statements: dict[tuple[int, int], Statement] = {}
    doubted: set[tuple[int, int]] = set()
    for window_id, people in by_window.items():
        window = windows[window_id]
        if window.stage is Stage.UPLOAD:
            unsent |= await outstanding.unsent(session, window, people)
        elif window.stage is Stage.SELECTION:
            chosen |= await outstanding.chosen(session, window, people)
        elif window.stage is Stage.RECEIPT:
            statements |= await outstanding.statements(session, window, people)
            corrected = await doubts.corrected_before(session, window, people)
            doubted |= {(person_id, window_id) for person_id in corrected}
    class_ids = _facts(sayings, "class_id")
    return Subjects(
        unsent=unsent,
        chosen=chosen,
        statements=statements,
        pending=await _pending(session, [e.person_id for e in sayings if e.kind in _FOR_TEACHERS]),
        verdicts=await _verdicts(session, _facts(sayings, "certification_id")),
        works=await _works(session, _facts(sayings, "outcome_id")),
        settled=await _settled(session, _facts(sayings, "query_id")),
        queue=await _queue(session, school_id, sayings),
        class_names=await _class_names(session, class_ids),
        progress=await _progress(session, school_id, is_open, now, class_ids),
        nudged=await _nudged(session, is_open, now, class_ids),
        answers=await _answers(session, _facts(sayings, "question_id")),
        announced=await announcements.spoken(session, _facts(sayings, "announcement_id")),
        appeals=await _appeals(session, _facts(sayings, "appeal_id")),
        doubted=frozenset(doubted),
    )


def _facts(sayings: Iterable[Saying], name: str) -> list[int]:
    return sorted({each.facts[name] for each in sayings if name in each.facts})


async def _pending(session: AsyncSession, teachers: Sequence[int]) -> dict[int, int]:
    if not teachers:
        return {}
    rows = await session.execute(
        sa.select(col(Course.teacher_id), sa.func.count())
        .join(CourseOutcome, col(CourseOutcome.course_id) == col(Course.id))
        .where(
            col(Course.teacher_id).in_(teachers),
            col(CourseOutcome.state) == OutcomeState.AWAITING,
        )
        .group_by(col(Course.teacher_id))
    )
    return dict(rows.all())


async def _verdicts(session: AsyncSession, ids: Sequence[int]) -> dict[int, Verdict]:
    if not ids:
        return {}
    rows = await session.execute(
        sa.select(col(Certification.id), col(Certification.reason), *work_columns())
        .join(CourseOutcome, col(CourseOutcome.id) == col(Certification.outcome_id))
        .join(Course, col(Course.id) == col(CourseOutcome.course_id))
        .where(col(Certification.id).in_(ids))
    )
    return {id_: Verdict(Work(*work), reason) for id_, reason, *work in rows}


async def _works(session: AsyncSession, ids: Sequence[int]) -> dict[int, Work]:
    if not ids:
        return {}
    rows = await session.execute(
        sa.select(*work_columns())
        .join(Course, col(Course.id) == col(CourseOutcome.course_id))
        .where(col(CourseOutcome.id).in_(ids))
    )
    return {row[0]: Work(*row) for row in rows}


async def _settled(session: AsyncSession, ids: Sequence[int]) -> dict[int, Settled]:
    if not ids:
        return {}
    rows: Any = await session.execute(
        sa.select(
            col(Query.id),
            sa.func.coalesce(col(ReceiptLine.title), ""),
            col(Query.reason),
            col(Query.state),
            col(Query.explanation),
            col(Query.raised_at),
        )
        .outerjoin(ReceiptLine, col(ReceiptLine.id) == col(Query.line_id))
        .where(col(Query.id).in_(ids))
    )
    return {id_: Settled(*rest) for id_, *rest in rows}


async def _queue(session: AsyncSession, school_id: int, sayings: Iterable[Saying]) -> InQueue:
    if not any(each.kind is NoticeKind.OFFICE_DIGEST for each in sayings):
        return InQueue()
    return InQueue(
        await doubts.count_waiting(session, school_id),
        await questions.count_waiting(session, school_id),
        await appeals.count_waiting(session, school_id),
    )


async def _answers(session: AsyncSession, ids: Sequence[int]) -> dict[int, Answered]:
    if not ids:
        return {}
    rows: Any = await session.execute(
        sa.select(
            col(Question.id), col(Question.wording), col(Question.answer), col(Question.asked_at)
        ).where(col(Question.id).in_(ids))
    )
    return {id_: Answered(*rest) for id_, *rest in rows}


async def _appeals(session: AsyncSession, ids: Sequence[int]) -> dict[int, Looked]:
    if not ids:
        return {}
    rows: Any = await session.execute(
        sa.select(
            col(Appeal.id),
            col(Appeal.state),
            col(Appeal.explanation),
            col(Appeal.raised_at),
            *work_columns(),
        )
        .join(CourseOutcome, col(CourseOutcome.id) == col(Appeal.outcome_id))
        .join(Course, col(Course.id) == col(CourseOutcome.course_id))
        .where(col(Appeal.id).in_(ids))
    )
    return {
        id_: Looked(Work(*work), state, explanation, raised_at)
        for id_, state, explanation, raised_at, *work in rows
    }


async def _class_names(session: AsyncSession, ids: Sequence[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = await session.execute(
        sa.select(col(SchoolClass.id), col(SchoolClass.name)).where(col(SchoolClass.id).in_(ids))
    )
    found: Sequence[Any] = rows.all()
    return dict(found)


async def _progress(
    session: AsyncSession,
    school_id: int,
    is_open: Sequence[TermWindow],
    now: datetime,
    class_ids: Sequence[int],
) -> dict[int, list[ClassProgress]]:
    found: dict[int, list[ClassProgress]] = defaultdict(list)
    if not class_ids:
        return found
    for window in is_open:
        if window.stage in (Stage.CERTIFICATION, Stage.SUBMISSION):
            continue  # not a pupil's: a class has nothing to decide there
        for each in await digests.progress(session, school_id, window, now, class_ids):
            found[each.class_id].append(each)
    return found


async def _nudged(
    session: AsyncSession, is_open: Sequence[TermWindow], now: datetime, class_ids: Sequence[int]
) -> frozenset[tuple[int, int]]:
    """Return the classes that were reminded today, each with the window."""
    occasions = {
        nudging.occasion(window.id, class_id, now): (class_id, window.id)
        for window in is_open
        for class_id in class_ids
    }
    if not occasions:
        return frozenset()
    told = sa.select(col(Notice.occasion)).where(col(Notice.occasion).in_(occasions)).distinct()
    return frozenset(occasions[each] for each in await session.scalars(told))
