"""What waits for the office: the oldest first, how many, and one of them to be settled."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.errors import NotYours
from models.queries.classes import current_year
from models.tables import Appeal, Placement, Query, Question, SchoolClass

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Queue(Generic[Shown]):
    """One kind of thing that waits: `is_open` while it does, `since` when it came.

    `settled` is when it was settled; `listed` selects those of a school, in the order of what
    `shown` is made of.
    """

    kind: type[Question] | type[Query] | type[Appeal]
    is_open: sa.ColumnElement[bool]
    since: Any
    settled: Any
    listed: Callable[[int], sa.Select[*tuple[Any, ...]]]
    shown: Callable[..., Shown]

    async def waiting(self, session: AsyncSession, school_id: int) -> list[Shown]:
        """Return what nobody has settled yet, the oldest first."""
        found = await session.execute(
            self.listed(school_id).where(self.is_open).order_by(col(self.since), col(self.kind.id))
        )
        return [self.shown(*row) for row in found]

    async def some(
        self, session: AsyncSession, school_id: int, *, open_: bool, user_id: int | None, limit: int
    ) -> list[Shown]:
        """Return what waits, the oldest first, or what is settled, the newest first.

        With a `user_id` only what that user of the console has taken or stands in for.
        """
        oldest = (col(self.since), col(self.kind.id))
        newest = (col(self.settled).desc(), col(self.kind.id).desc())
        asked = self.listed(school_id).where(self.is_open if open_ else sa.not_(self.is_open))
        if user_id is not None:
            kind = self.kind
            asked = asked.where(
                sa.or_(col(kind.owner_id) == user_id, col(kind.deputy_id) == user_id)
            )
        asked = asked.order_by(*(oldest if open_ else newest)).limit(limit)
        return [self.shown(*row) for row in await session.execute(asked)]

    async def count_waiting(self, session: AsyncSession, school_id: int) -> int:
        """Return how many wait."""
        counted = sa.select(sa.func.count()).where(
            col(self.kind.school_id) == school_id, self.is_open
        )
        return int((await session.execute(counted)).scalar_one())

    async def own_of_school(
        self, session: AsyncSession, school_id: int, id_: int, *, lock: bool = False
    ) -> Shown:
        """Return one of this school, locked for settling if `lock`; NotYours for any other."""
        this = (col(self.kind.school_id) == school_id, col(self.kind.id) == id_)
        if lock:
            await session.execute(sa.select(col(self.kind.id)).where(*this).with_for_update())
        found = await session.execute(
            self.listed(school_id).where(*this).execution_options(populate_existing=True)
        )
        row = found.first()
        if row is None:
            raise NotYours
        return self.shown(*row)


def present_seats(school_id: int) -> sa.Subquery:
    """Build the class and seat that everybody of a school has in the present year."""
    return (
        sa.select(col(Placement.person_id), col(Placement.seat), col(SchoolClass.name))
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(
            col(SchoolClass.school_id) == school_id,
            col(SchoolClass.year) == current_year(school_id),
        )
        .subquery()
    )
