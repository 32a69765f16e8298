"""Loads what a receipt package is compared with: what was submitted, and the rounds before."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.rules.importing.later_rounds import Earlier, KnownDoubt
from models.rules.importing.packages import Sent
from models.rules.roc import Term
from models.tables import (
    NameList,
    NameListLine,
    Person,
    Query,
    ReceiptLine,
    ReceiptStatement,
    Submission,
)
from models.tables import Term as TermRow
from models.vocabulary import QueryState


async def submitted(session: AsyncSession, school_id: int, term: Term) -> dict[int, list[Sent]]:
    """Return the rows of each name list of a term's year that counts as submitted, by list.

    Lists of a semester other than the term's need not come back with it.
    """
    last = (
        sa.select(sa.func.max(col(NameList.id)))
        .where(col(NameList.school_id) == school_id, col(NameList.year) == term.year)
        .group_by(col(NameList.semester), col(NameList.code))
    )
    rows: Any = await session.execute(
        sa.select(
            col(NameList.id),
            col(NameList.semester),
            col(Person.number),
            col(NameListLine.part),
            col(NameListLine.sheet),
            col(NameListLine.title),
            col(NameListLine.cells),
        )
        .join(NameListLine, col(NameListLine.name_list_id) == col(NameList.id))
        .join(Person, col(Person.id) == col(NameListLine.person_id))
        .where(col(NameList.id).in_(last))
        .order_by(col(NameListLine.id))
    )
    lists: dict[int, list[Sent]] = defaultdict(list)
    for list_id, semester, pupil, part, sheet, title, cells in rows:
        expected = semester in (0, term.semester)
        lists[list_id].append(Sent(pupil, part, sheet, title, cells, expected))
    return lists


async def earlier(
    session: AsyncSession, school_id: int, term: Term, round_: int
) -> dict[str, Earlier]:
    """Return by pupil's number the latest statement of the rounds before, with its queries."""
    rounds = await session.execute(
        _statements(school_id, term)
        .where(col(Submission.round) < round_)
        .order_by(col(Submission.round))
    )
    latest: dict[str, int] = {row[0]: row[1] for row in rounds}
    lines: dict[int, list[Any]] = defaultdict(list)
    by_id: dict[int, Any] = {}
    of_school = _statement_ids(school_id, term)
    for line in await session.execute(
        sa.select(
            col(ReceiptLine.statement_id),
            col(ReceiptLine.id),
            col(ReceiptLine.part),
            col(ReceiptLine.title),
            col(ReceiptLine.detail),
        )
        .where(col(ReceiptLine.statement_id).in_(of_school))
        .order_by(col(ReceiptLine.id))
    ):
        by_id[line[1]] = tuple(line[2:])
        lines[line[0]].append(tuple(line[2:]))
    doubts: dict[int, list[KnownDoubt]] = defaultdict(list)
    for statement_id, id_, state, line_id in await session.execute(
        sa.select(col(Query.statement_id), col(Query.id), col(Query.state), col(Query.line_id))
        .where(
            col(Query.statement_id).in_(of_school),
            col(Query.state).in_([QueryState.OPEN, QueryState.CORRECTED]),
        )
        .order_by(col(Query.id))
    ):
        doubts[statement_id].append(KnownDoubt(id_, state, by_id.get(line_id or 0)))
    return {number: Earlier(lines[id_], doubts[id_]) for number, id_ in latest.items()}


async def asked(session: AsyncSession, school_id: int, term: Term, round_: int) -> frozenset[str]:
    """Return the numbers of those who have a statement of this very round."""
    rows = await session.execute(
        _statements(school_id, term).where(col(Submission.round) == round_)
    )
    return frozenset(number for number, _ in rows)


async def departed(session: AsyncSession, school_id: int) -> frozenset[str]:
    """Return the numbers of those who have left the school."""
    found = sa.select(col(Person.number)).where(
        col(Person.school_id) == school_id, col(Person.departed)
    )
    return frozenset((await session.scalars(found)).all())


def _statements(school_id: int, term: Term) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(col(Person.number), col(ReceiptStatement.id))
        .join(ReceiptStatement, col(ReceiptStatement.person_id) == col(Person.id))
        .join(Submission, col(Submission.id) == col(ReceiptStatement.submission_id))
        .join(TermRow, col(TermRow.id) == col(Submission.term_id))
        .where(
            col(Submission.school_id) == school_id,
            col(TermRow.year) == term.year,
            col(TermRow.semester) == term.semester,
        )
    )


def _statement_ids(school_id: int, term: Term) -> sa.Select[*tuple[Any, ...]]:
    return _statements(school_id, term).with_only_columns(col(ReceiptStatement.id))
