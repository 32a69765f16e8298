"""Loads what the receipt statements of a submission round are compared with."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.errors import DomainError
from models.queries import extensions, importing, windows
from models.queries.windows import TermWindow
from models.rules.importing.known import Entry, KnownReceipts, KnownSpan, KnownStatement
from models.rules.roc import Term
from models.tables import (
    Confirmation,
    Query,
    ReceiptLine,
    ReceiptStatement,
    Submission,
)
from models.vocabulary import QueryState, Stage


@dataclass(eq=False)
class NoReceiptWindow(DomainError):
    """The timetable has no such receipt round; `known` are those it has, as (113-1, round)."""

    term: str
    round: int
    known: tuple[tuple[str, int], ...]


async def of_round(
    session: AsyncSession, school_id: int, term: Term, round_: int
) -> list[TermWindow]:
    """Return the receipt windows of a term's round; raises NoReceiptWindow while there is none."""
    every = [
        found
        for found in await windows.of_school(session, school_id)
        if found.stage is Stage.RECEIPT
    ]
    mine = [
        found for found in every if found.term_name == str(term) and found.window.round == round_
    ]
    if not mine:
        rounds = {(found.term_name, found.window.round) for found in every}
        raise NoReceiptWindow(str(term), round_, tuple(sorted(rounds)))
    return mine


async def known(session: AsyncSession, school_id: int, term: Term, round_: int) -> KnownReceipts:
    """Return what is stored of a round, its statements locked; raises NoReceiptWindow."""
    concerned = await of_round(session, school_id, term, round_)
    term_id = concerned[0].term_id
    submission_id = await session.scalar(
        sa.select(col(Submission.id)).where(
            col(Submission.school_id) == school_id,
            col(Submission.term_id) == term_id,
            col(Submission.round) == round_,
        )
    )
    statements = await _statements(session, submission_id) if submission_id else {}
    return KnownReceipts(
        school_id,
        term,
        round_,
        term_id,
        submission_id,
        await importing.people_by_number(session, school_id),
        await _spans(session, school_id, term, concerned),
        statements,
        await _in_doubt(session, term_id, round_),
        begun=submission_id is not None and await _is_begun(session, submission_id),
    )


async def _statements(session: AsyncSession, submission_id: int) -> dict[int, KnownStatement]:
    """Return the stored statements of a round by person, locked against answers."""
    rows = await session.execute(
        sa.select(
            col(ReceiptStatement.person_id),
            col(ReceiptStatement.id),
            col(ReceiptStatement.version),
        )
        .where(col(ReceiptStatement.submission_id) == submission_id)
        .order_by(col(ReceiptStatement.id))
        .with_for_update()
    )
    lines: dict[int, list[tuple[int, int, Entry]]] = defaultdict(list)
    for statement_id, id_, number, part, title, detail in await session.execute(
        sa.select(
            col(ReceiptLine.statement_id),
            col(ReceiptLine.id),
            col(ReceiptLine.number),
            col(ReceiptLine.part),
            col(ReceiptLine.title),
            col(ReceiptLine.detail),
        )
        .join(ReceiptStatement, col(ReceiptStatement.id) == col(ReceiptLine.statement_id))
        .where(col(ReceiptStatement.submission_id) == submission_id)
        .order_by(col(ReceiptLine.statement_id), col(ReceiptLine.number))
    ):
        lines[statement_id].append((id_, number, (part, title, detail)))
    return {person_id: KnownStatement(id_, version, lines[id_]) for person_id, id_, version in rows}


async def _spans(
    session: AsyncSession, school_id: int, term: Term, concerned: Sequence[TermWindow]
) -> dict[int, KnownSpan]:
    """Return by person when they can answer, by the class that they had in the term's year."""
    granted = await extensions.of_school(session, school_id)
    found: dict[int, KnownSpan] = {}
    for (person_id, year), (grade, division) in (
        await importing.places_by_year(session, school_id)
    ).items():
        for window in concerned:
            if year == term.year and grade in window.grades and window.division in (None, division):
                own = window.until(granted.get((person_id, window.id)))
                found[person_id] = KnownSpan(own.opens_at, own.closes_at)
    return found


async def _in_doubt(session: AsyncSession, term_id: int, round_: int) -> frozenset[int]:
    rows: Sequence[Any] = (
        await session.scalars(
            sa.select(col(Query.person_id))
            .join(ReceiptStatement, col(ReceiptStatement.id) == col(Query.statement_id))
            .join(Submission, col(Submission.id) == col(ReceiptStatement.submission_id))
            .where(
                col(Submission.term_id) == term_id,
                col(Submission.round) < round_,
                col(Query.state) == QueryState.OPEN,
            )
        )
    ).all()
    return frozenset(rows)


async def _is_begun(session: AsyncSession, submission_id: int) -> bool:
    """Tell whether anybody has confirmed or queried a statement of this round."""
    return bool(await session.scalar(sa.select(answered(_of_submission(submission_id)))))


def answered(statement_ids: "sa.Select[Any] | Sequence[int]") -> sa.ColumnElement[bool]:
    """Build the condition that one of these statements was confirmed or queried."""
    confirmed = sa.select(sa.literal(1)).where(col(Confirmation.statement_id).in_(statement_ids))
    queried = sa.select(sa.literal(1)).where(col(Query.statement_id).in_(statement_ids))
    return confirmed.exists() | queried.exists()


def _of_submission(submission_id: int) -> "sa.Select[Any]":
    return sa.select(col(ReceiptStatement.id)).where(
        col(ReceiptStatement.submission_id) == submission_id
    )
