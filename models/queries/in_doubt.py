"""What a restored database believes unsaid, and what may have been said after the backup."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import outbox
from models.queries.bundles import BOUND, KNOWN
from models.tables import Delivery, Notice, School
from models.vocabulary import DeliveryState, NoticeState, Silence

_delivery: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_school_id: sa.Column[int] = School.__table__.c.id  # type: ignore[attr-defined]
_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]

AGAIN = "again"
"""The fact of a notice that says that it may be there already."""
_CAN_BE_SAID = sa.and_(_notice.c.kind.not_in(BOUND), _notice.c.kind.in_(KNOWN))


class Telling(StrEnum):
    """What of the doubtful is said all the same, with a word that it may be the second time."""

    REQUIRED = "required"
    ALL = "all"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Doubt:
    """How many notices of a school may have been told: what the law requires, and the rest."""

    required: int = 0
    ordinary: int = 0

    def __add__(self, other: "Doubt") -> "Doubt":
        """Return both together."""
        return Doubt(self.required + other.required, self.ordinary + other.ordinary)


async def schools(session: AsyncSession) -> list[int]:
    """Return every school."""
    found: Sequence[Any] = (await session.scalars(sa.select(_school_id).order_by(_school_id))).all()
    return list(found)


def _open_deliveries(school_id: int, until: datetime) -> sa.Select[Any]:
    return sa.select(_delivery.c.id).where(
        _delivery.c.school_id == school_id,
        _delivery.c.state.in_((DeliveryState.QUEUED, DeliveryState.SENDING)),
        _delivery.c.created_at <= until,
    )


def _doubtful(school_id: int, until: datetime) -> sa.ColumnElement[bool]:
    waiting = sa.and_(_notice.c.state == NoticeState.WAITING, _notice.c.due_at <= until)
    bundled = sa.and_(
        _notice.c.state == NoticeState.BUNDLED,
        _notice.c.delivery_id.in_(_open_deliveries(school_id, until)),
    )
    return sa.and_(_notice.c.school_id == school_id, sa.or_(waiting, bundled))


async def count(session: AsyncSession, school_id: int, until: datetime) -> Doubt:
    """Return how much of a school fell due until an instant and is not known to be told."""
    must = sa.and_(_notice.c.required, _CAN_BE_SAID)
    found = await session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((must, 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((must, 0), else_=1)), 0),
        ).where(_doubtful(school_id, until))
    )
    required, ordinary = found.one()
    return Doubt(int(required), int(ordinary))


async def settle(
    session: AsyncSession, school_id: int, until: datetime, telling: Telling, now: datetime
) -> None:
    """Let what is said once more wait, marked as a repetition; of the rest it stays unknown.

    No message that was on its way is sent as it was: its key and body may have been used.
    """
    ids: Sequence[Any] = (await session.scalars(_open_deliveries(school_id, until))).all()
    await session.execute(
        sa.update(_notice)
        .where(_notice.c.delivery_id.in_(ids), _notice.c.state == NoticeState.BUNDLED)
        .values(state=NoticeState.WAITING, delivery_id=None)
    )
    await outbox.leave_unknown(session, ids, now)
    doubtful = _doubtful(school_id, until)
    said = sa.and_(doubtful, _CAN_BE_SAID, _is_said(telling))
    await session.execute(
        sa.update(_notice)
        .where(doubtful, sa.not_(sa.and_(_CAN_BE_SAID, _is_said(telling))))
        .values(state=NoticeState.SKIPPED, silence=Silence.UNKNOWN)
    )
    rows = (await session.execute(sa.select(_notice.c.id, _notice.c.facts).where(said))).all()
    if rows:
        await session.execute(
            sa.update(_notice)
            .where(_notice.c.id == sa.bindparam("notice"))
            .values(facts=sa.bindparam("marked", type_=_notice.c.facts.type)),
            [{"notice": id_, "marked": {**facts, AGAIN: True}} for id_, facts in rows],
        )


def _is_said(telling: Telling) -> sa.ColumnElement[bool]:
    match telling:
        case Telling.REQUIRED:
            return _notice.c.required.is_(True)
        case Telling.ALL:
            return sa.true()
        case Telling.NOTHING:
            return sa.false()
