"""The semesters that a school has, for pages on which one is chosen."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.rules.roc import Term
from models.tables import Term as TermRow


async def semesters(session: AsyncSession, school_id: int) -> list[Term]:
    """Return every semester of a school, the latest first."""
    found = (
        sa.select(col(TermRow.year), col(TermRow.semester))
        .where(col(TermRow.school_id) == school_id)
        .order_by(col(TermRow.year).desc(), col(TermRow.semester).desc())
    )
    return [Term.of(*row) for row in await session.execute(found)]
