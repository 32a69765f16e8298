"""Pours many rows into a table inside the caller's transaction, which others wait for.

What a session does for each row costs several times what the database does. SQLite takes the rows
from its driver's own loop; PostgreSQL takes them as one stream (COPY).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from models.bulk import Shape

AT_ONCE = 5_000
"""Rows that go to the driver together; none of them is held twice for longer than that."""


async def pour(session: AsyncSession, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of the same columns; raises IntegrityError, and OperationalError."""
    if not rows:
        return
    connection = await session.connection()
    shape = Shape(table, "?", connection.dialect)
    head = f"{shape.head} ({', '.join(shape.names(rows[0]))})"
    if connection.dialect.name != "sqlite":
        await _copy(connection, shape, head.replace("INSERT INTO", "COPY"), rows)
        return
    text = f"{head} VALUES ({', '.join('?' for _ in shape.names(rows[0]))})"
    for first in range(0, len(rows), AT_ONCE):
        some = [tuple(shape.values(row)) for row in rows[first : first + AT_ONCE]]
        await connection.exec_driver_sql(text, some)


async def _copy(connection: Any, shape: Shape, head: str, rows: Sequence[Any]) -> None:
    import psycopg

    raw = (await connection.get_raw_connection()).driver_connection
    try:
        async with raw.cursor() as cursor, cursor.copy(f"{head} FROM STDIN") as copy:
            for row in rows:
                await copy.write_row(shape.values(row))
    except psycopg.IntegrityError as error:
        raise sa.exc.IntegrityError(head, None, error) from error
    except psycopg.OperationalError as error:
        raise sa.exc.OperationalError(head, None, error) from error
