"""Takes back queued messages that never arrived, for a new one that says theirs as well."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from models.queries.bundles import BOUND, KNOWN, may_have_arrived, take_apart, tells_unknown
from models.queries.holding import IS_DUE
from models.tables import Delivery, Notice
from models.vocabulary import DeliveryState

_delivery: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]


def recallable() -> sa.Select[Any]:
    """Select what is queued in a `school` and yields to what is due `at` an instant."""
    # Of whom, asked once: looked up for each queued message it is all that waits, times all queued.
    due = sa.select(_notice.c.person_id).where(*IS_DUE, _notice.c.kind.in_(KNOWN))
    bound = sa.select(sa.literal(1)).where(
        _notice.c.delivery_id == _delivery.c.id,
        _notice.c.kind.in_(BOUND),
    )
    return (
        sa.select(_delivery.c.id)
        .where(
            _delivery.c.state == DeliveryState.QUEUED,
            _delivery.c.school_id == sa.bindparam("school"),
            _delivery.c.person_id.in_(due),
            ~bound.exists(),
            ~tells_unknown(),
            ~may_have_arrived(_delivery.c.id).exists(),
        )
        .with_for_update(skip_locked=True)
    )


RECALLABLE = recallable()


async def recall(session: AsyncSession, school_id: int, now: datetime) -> None:
    """Take back queued messages that never arrived, of people for whom something new is due.

    The new message then says both; the old one's key is never used again. What is bound to one
    account stays: the answer to its tap, or that another account has taken its place.
    """
    found = await session.scalars(RECALLABLE, {"school": school_id, "at": now})
    recalled: Sequence[Any] = found.all()
    await take_apart(session, recalled, now, reason="merged")
