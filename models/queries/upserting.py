"""INSERT … ON CONFLICT DO NOTHING, spelt once for both engines."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel


async def insert_new(
    session: AsyncSession, table: type[SQLModel], rows: Sequence[dict[str, Any]]
) -> int:
    """Insert rows that break no unique constraint and leave the others; return how many are new."""
    if not rows:
        return 0
    result = await session.execute(
        ignoring_conflicts(session, table).values(list(rows)),
        execution_options={"preserve_rowcount": True},
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def ignoring_conflicts(
    session: AsyncSession, table: type[SQLModel]
) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT into `table` that passes over rows that are already there."""
    return _into(table, session.get_bind().dialect.name)


@lru_cache
def _into(table: type[SQLModel], dialect: str) -> sqlite.Insert | postgresql.Insert:
    target: sa.Table = table.__table__  # type: ignore[attr-defined]
    if dialect == "sqlite":
        return sqlite.insert(target).on_conflict_do_nothing()
    return postgresql.insert(target).on_conflict_do_nothing()
