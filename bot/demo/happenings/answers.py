"""Other pupils check their receipt statements: they confirm, or query a work that is missing."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.demo.happenings.others import dice_at, some, unplayed
from models.queries import windows
from models.queries.standing import undecided
from models.queries.windows import TermWindow
from models.tables import Confirmation, Person, Query, ReceiptStatement, School, Submission
from models.vocabulary import QueryReason, QueryState, Stage

_IN_DOUBT = 0.015
_REASONS = QueryReason.MISSING_ITEM, QueryReason.MISSING_ITEM, QueryReason.OTHER_DIFFERENCE


async def answer_statements(
    session: AsyncSession, school: School, now: datetime, *, share: float
) -> None:
    """Let about this share of the pupils who have not answered do so, in windows that are open."""
    for found in await windows.of_school(session, school.id):
        if found.stage is Stage.RECEIPT and found.is_open(now):
            await _answer(session, school.id, found, now, share)


async def _answer(
    session: AsyncSession, school_id: int, found: TermWindow, now: datetime, share: float
) -> None:
    dice = dice_at(now, "receipt")
    left = undecided(found.window, found.term).where(col(Person.id).in_(unplayed(school_id)))
    ids = some(dice, (await session.scalars(left)).all(), share)
    statements = sa.select(col(ReceiptStatement.person_id), col(ReceiptStatement.id)).join(
        Submission, col(Submission.id) == col(ReceiptStatement.submission_id)
    )
    of_round = statements.where(
        col(Submission.term_id) == found.term.id,
        col(Submission.round) == found.window.round,
        col(ReceiptStatement.person_id).in_(ids),
    ).order_by(col(ReceiptStatement.id))
    confirmed, queried = [], []
    for person_id, statement_id in await session.execute(of_round):
        row = {"school_id": school_id, "statement_id": statement_id, "person_id": person_id}
        if found.window.round == 1 and dice.random() < _IN_DOUBT:
            doubt = {"reason": dice.choice(_REASONS), "state": QueryState.OPEN}
            queried.append(row | doubt | {"line_id": None, "raised_at": now})
        else:
            confirmed.append(row | {"confirmed_at": now})
    if confirmed:
        await session.execute(sa.insert(Confirmation), confirmed)
    if queried:
        await session.execute(sa.insert(Query), queried)
