"""Other pupils finish their selections: what they had selected already stays as it is."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.demo.happenings.others import dice_at, some, unplayed
from bot.demo.seed.moments import LAST
from models.queries import windows
from models.queries.standing import undecided
from models.tables import Decision, Person, School, Selection
from models.vocabulary import Choice, Stage


async def finish_selections(
    session: AsyncSession, school: School, now: datetime, *, share: float
) -> None:
    """Let about this share of the pupils who have not decided do so, in windows that are open."""
    dice = dice_at(now, "selection")
    for found in await windows.of_school(session, school.id):
        if found.stage is not Stage.SELECTION or not found.is_open(now):
            continue
        left = undecided(found.window, found.term).where(col(Person.id).in_(unplayed(school.id)))
        ids = some(dice, (await session.scalars(left)).all(), share)
        if ids:
            await _decide(session, school.id, found.scope, ids, now)


async def _decide(
    session: AsyncSession, school_id: int, scope: str, ids: list[int], now: datetime
) -> None:
    selected = sa.select(col(Selection.person_id)).where(
        col(Selection.person_id).in_(ids), col(Selection.year) == LAST.year
    )
    chose = set((await session.scalars(selected)).all())
    await session.execute(
        sa.insert(Decision),
        [
            {
                "school_id": school_id,
                "person_id": person_id,
                "stage": Stage.SELECTION,
                "scope": scope,
                "choice": Choice.DONE if person_id in chose else Choice.NOTHING,
                "decided_at": now,
            }
            for person_id in ids
        ],
    )
