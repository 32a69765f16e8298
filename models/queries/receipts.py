"""Loads a pupil's receipt statements with all that was said about them; writes the answers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select

from models.errors import NotYours, WindowNotOpen
from models.queries import pupils
from models.queries.windows import TermWindow
from models.rules import receipt
from models.rules.opening import meant
from models.rules.receipt import Standing
from models.tables import (
    Confirmation,
    Person,
    Query,
    ReceiptLine,
    ReceiptStatement,
    Submission,
    Term,
)
from models.vocabulary import QueryReason, Stage, StatementPart

Row = TypeVar("Row", bound=SQLModel)

_SUBMITTED = (
    sa.select(ReceiptStatement, Submission, Term)
    .join(Submission, col(Submission.id) == col(ReceiptStatement.submission_id))
    .join(Term, col(Term.id) == col(Submission.term_id))
    .order_by(col(Submission.submitted_at).desc(), col(ReceiptStatement.id).desc())
    .execution_options(populate_existing=True)
)
_STATEMENTS: sa.BindParameter[int] = sa.bindparam("statements", expanding=True)
_OF_PUPIL = _SUBMITTED.where(col(ReceiptStatement.person_id) == sa.bindparam("pupil"))
_NAMED = _SUBMITTED.where(col(ReceiptStatement.id).in_(_STATEMENTS))
_LOCKED = (
    sa.select(col(ReceiptStatement.id))
    .where(col(ReceiptStatement.id).in_(_STATEMENTS))
    .order_by(col(ReceiptStatement.id))
    .with_for_update()
)
_LINES = (
    sa.select(ReceiptLine)
    .where(col(ReceiptLine.statement_id).in_(_STATEMENTS))
    .order_by(col(ReceiptLine.number))
)
_CONFIRMATIONS = (
    sa.select(Confirmation)
    .where(col(Confirmation.statement_id).in_(_STATEMENTS))
    .order_by(col(Confirmation.id))
)
_QUERIES = sa.select(Query).where(col(Query.statement_id).in_(_STATEMENTS)).order_by(col(Query.id))


@dataclass(frozen=True, slots=True)
class Receipt:
    """A pupil's statement of one submission round; `window` is None while none is planned."""

    statement: ReceiptStatement
    submission: Submission
    term: Term
    window: TermWindow | None
    lines: Sequence[ReceiptLine]
    confirmation: Confirmation | None
    queries: Sequence[Query]

    @property
    def id(self) -> int:
        """Return the statement's id."""
        return self.statement.id

    def standing(self, now: datetime) -> Standing:
        """Return where the statement stands; without a window silence means nothing."""
        closes_at = (
            self.window.closes_at if self.window else datetime.max.replace(tzinfo=now.tzinfo)
        )
        return receipt.standing(self.statement, self.confirmation, self.queries, closes_at, now)

    @property
    def can_be_confirmed(self) -> bool:
        """Say whether, while the window is open, the pupil can say that all is correct."""
        return receipt.can_confirm(self.confirmation, self.queries)

    def query_on(self, line_id: int | None) -> Query | None:
        """Return the query on a line, or about a missing work for None."""
        return next((query for query in self.queries if query.line_id == line_id), None)

    def line_of(self, part: StatementPart, title: str) -> ReceiptLine | None:
        """Return the line with which the central database acknowledges a work."""
        return next(
            (line for line in self.lines if line.part is part and line.title == title), None
        )

    def required_window(self) -> TermWindow:
        """Return the window of the statement; raises WindowNotOpen while none is planned."""
        if self.window is None:
            raise WindowNotOpen(Stage.RECEIPT, None)
        return self.window


async def of_pupil(session: AsyncSession, pupil: Person) -> list[Receipt]:
    """Return all statements of a pupil, the latest submission first."""
    rows = (await session.execute(_OF_PUPIL, {"pupil": pupil.id})).all()
    if not rows:
        return []
    spans = await _receipt_windows(session, pupil)
    return await _with_answers(
        session,
        rows,
        {
            statement.id: spans.get((submission.term_id, submission.round))
            for statement, submission, _ in rows
        },
    )


async def with_windows(
    session: AsyncSession, windows: Mapping[int, TermWindow], *, lock: bool = False
) -> list[Receipt]:
    """Return statements by their ids, at most a thousand, each with the window that is given.

    For those whose pupils have left as well; locked for an answer if `lock`.
    """
    ids = {"statements": list(windows)}
    if lock:
        await session.execute(_LOCKED, ids)
    rows = (await session.execute(_NAMED, ids)).all()
    return await _with_answers(session, rows, windows)


async def own(
    session: AsyncSession, pupil: Person, statement_id: int, *, lock: bool = False
) -> Receipt:
    """Return one of the pupil's own statements, locked for an answer if `lock`; else NotYours."""
    if lock:
        await session.execute(
            select(ReceiptStatement.id)
            .where(
                col(ReceiptStatement.id) == statement_id,
                col(ReceiptStatement.person_id) == pupil.id,
            )
            .with_for_update()
        )
    for found in await of_pupil(session, pupil):
        if found.id == statement_id:
            return found
    raise NotYours


async def of_window(
    session: AsyncSession, pupil: Person, window_id: int, now: datetime
) -> Receipt | None:
    """Return the statement of one of the pupil's receipt windows, None while there is none.

    0 is the window with a statement that is meant now. Raises NotYours for a foreign window.
    """
    known = {found.window.id: found for found in await of_pupil(session, pupil) if found.window}
    if window_id:
        window = await pupils.window_of(session, pupil, Stage.RECEIPT, window_id, now)
        return known.get(window.id)
    chosen = meant([found.window for found in known.values() if found.window], now)
    return known[chosen.id] if chosen else None


def line_in(found: Receipt, line_id: int) -> ReceiptLine | None:
    """Return a line of this statement, None for line 0 (a missing work); else NotYours."""
    if not line_id:
        return None
    line = next((line for line in found.lines if line.id == line_id), None)
    if line is None:
        raise NotYours
    return line


async def confirm(session: AsyncSession, found: Receipt, now: datetime) -> None:
    """Write that the pupil confirmed a statement; the caller holds its lock."""
    session.add(
        Confirmation(
            school_id=found.statement.school_id,
            statement_id=found.id,
            person_id=found.statement.person_id,
            confirmed_at=now,
        )
    )
    await session.flush()


async def raise_query(
    session: AsyncSession, found: Receipt, line_id: int | None, reason: QueryReason, now: datetime
) -> Query:
    """Write a query on a line, or about a missing work for None; the caller holds the lock."""
    row = Query(
        school_id=found.statement.school_id,
        statement_id=found.id,
        line_id=line_id,
        person_id=found.statement.person_id,
        reason=reason,
        raised_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def _with_answers(
    session: AsyncSession,
    rows: Sequence[sa.Row[ReceiptStatement, Submission, Term]],
    windows: Mapping[int, TermWindow | None],
) -> list[Receipt]:
    ids = [statement.id for statement, _, _ in rows]
    lines = await _by_statement(session, _LINES, ids)
    said = await _by_statement(session, _CONFIRMATIONS, ids)
    doubts = await _by_statement(session, _QUERIES, ids)
    return [
        Receipt(
            statement,
            submission,
            term,
            windows[statement.id],
            lines[statement.id],
            next(iter(said[statement.id]), None),
            doubts[statement.id],
        )
        for statement, submission, term in rows
    ]


async def _by_statement(
    session: AsyncSession, rows: sa.Select[Row], ids: list[int]
) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in (await session.execute(rows, {"statements": ids})).scalars():
        grouped[row.statement_id].append(row)  # type: ignore[attr-defined]
    return grouped


async def _receipt_windows(
    session: AsyncSession, pupil: Person
) -> dict[tuple[int, int], TermWindow]:
    return {
        (window.window.term_id, window.window.round): window
        for window in await pupils.windows_of(session, pupil)
        if window.stage is Stage.RECEIPT
    }
