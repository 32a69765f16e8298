"""Other pupils finish works of the running term and send them for certification."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.demo.happenings.others import dice_at, some, unplayed
from bot.demo.seed.moments import THIS
from models.tables import CourseOutcome, School, Term
from models.vocabulary import OutcomeState

_FILE = {"file_name": "成果.pdf", "file_size": 1_240_000}


async def send_for_certification(
    session: AsyncSession, school: School, now: datetime, *, share: float
) -> None:
    """Send about this share of the uploaded works, and upload about as many of the drafts."""
    dice = dice_at(now, "uploads")
    sent = some(dice, await _in_state(session, school, OutcomeState.UPLOADED), share)
    uploaded = some(dice, await _in_state(session, school, OutcomeState.DRAFT), share)
    await _change(session, sent, state=OutcomeState.AWAITING, requested_at=now)
    await _change(session, uploaded, state=OutcomeState.UPLOADED, uploaded_at=now, **_FILE)


async def _in_state(session: AsyncSession, school: School, state: OutcomeState) -> list[int]:
    found = (
        sa.select(col(CourseOutcome.id))
        .join(Term, col(Term.id) == col(CourseOutcome.term_id))
        .where(
            col(Term.school_id) == school.id,
            col(Term.year) == THIS.year,
            col(Term.semester) == THIS.semester,
            col(CourseOutcome.state) == state,
            col(CourseOutcome.person_id).in_(unplayed(school.id)),
        )
    )
    return list((await session.scalars(found)).all())


async def _change(session: AsyncSession, ids: list[int], **values: object) -> None:
    await session.execute(
        sa.update(CourseOutcome)
        .where(col(CourseOutcome.id).in_(ids))
        .values(version=col(CourseOutcome.version) + 1, **values)
        .execution_options(synchronize_session=False)
    )
