"""Gathers rows with their ids and writes them table by table, each with one statement."""

from collections import defaultdict
from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic_core import PydanticUndefined
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

Row = dict[str, Any]


class Rows:
    """The rows of one new school, in the order in which they were added."""

    def __init__(self, school_id: int) -> None:
        """Gather rows that belong to this school."""
        self.school_id = school_id
        self._rows: dict[str, list[Row]] = defaultdict(list)

    def add(self, table: type[SQLModel], **values: Any) -> int:
        """Add a row and return its id; columns that are not given have the table's defaults."""
        rows = self._rows[str(table.__tablename__)]
        row = _defaults(table) | {"id": len(rows) + 1} | values
        if "school_id" in row:
            row["school_id"] = self.school_id
        rows.append(row)
        return len(rows)

    def of(self, table: type[SQLModel]) -> list[Row]:
        """Return the rows of a table, which may still be changed."""
        return self._rows[str(table.__tablename__)]

    async def write(self, session: AsyncSession) -> None:
        """Insert everything, what is referred to first."""
        for table in SQLModel.metadata.sorted_tables:
            if rows := self._rows.get(table.name):
                await session.execute(sa.insert(table), rows)


@cache
def _defaults(table: type[SQLModel]) -> Row:
    return {
        name: None if field.default is PydanticUndefined else field.default
        for name, field in table.model_fields.items()
    }
