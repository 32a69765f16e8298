"""Everything that an import may touch, as it stands: two equal pictures are the same database."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import SQLModel

from models.rules.importing.changes import ORDER
from models.store import Store

Picture = dict[str, list[tuple[str, ...]]]


async def everything(store: Store, *more: str) -> Picture:
    """Return every row that an import may touch, the stamps, and the rows of more tables."""
    found = {}
    async with store.reading() as session:
        for name in (*ORDER, "setting", *more):
            table = SQLModel.metadata.tables[name]
            columns = [column for column in table.c if name != "setting" or column.name != "id"]
            rows = await session.execute(sa.select(*columns).order_by(columns[0], *columns[1:3]))
            found[name] = sorted((tuple(map(str, row)) for row in rows), key=str)
    return found
