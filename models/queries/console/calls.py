"""Loads the calls that were made for messages, as a person's page shows them."""

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Attempt


async def of_deliveries(
    session: AsyncSession, delivery_ids: Collection[int]
) -> dict[int, list[Attempt]]:
    """Return the calls for each of these messages, in their order."""
    rows = await session.execute(
        sa.select(Attempt)
        .where(col(Attempt.delivery_id).in_(list(delivery_ids)))
        .order_by(col(Attempt.id))
    )
    found: dict[int, list[Attempt]] = defaultdict(list)
    for row in rows.scalars():
        found[row.delivery_id].append(row)
    return dict(found)
