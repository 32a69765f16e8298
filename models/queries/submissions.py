"""What was submitted: the name lists that were exported, with every row as it was written.

A receipt package is compared with `latest(...)` of its list; `lines(...)` are what should come
back. Neither holds an identity number.
"""

from collections.abc import AsyncIterator, Iterable
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import NameList, NameListLine

_AT_ONCE = 1_000


async def remember(
    session: AsyncSession, submitted: NameList, lines: Iterable[dict[str, Any]]
) -> None:
    """Keep an exported list and its lines (columns of `NameListLine` but the list's own)."""
    session.add(submitted)
    await session.flush()
    of = {"school_id": submitted.school_id, "name_list_id": submitted.id}
    left = iter(lines)
    while some := [{**of, **line} for line in islice(left, _AT_ONCE)]:
        await session.execute(sa.insert(NameListLine), some)


async def latest(
    session: AsyncSession, school_id: int, year: int, semester: int, code: str
) -> NameList | None:
    """Return the list of a code (名冊別) that was exported last; `semester` 0 is a whole year."""
    found = (
        sa.select(NameList)
        .where(
            col(NameList.school_id) == school_id,
            col(NameList.year) == year,
            col(NameList.semester) == semester,
            col(NameList.code) == code,
        )
        .order_by(col(NameList.id).desc())
        .limit(1)
    )
    return (await session.execute(found)).scalar_one_or_none()


async def lines(session: AsyncSession, name_list_id: int) -> AsyncIterator[NameListLine]:
    """Yield the rows of an exported list in the order they were written."""
    found = (
        sa.select(NameListLine)
        .where(col(NameListLine.name_list_id) == name_list_id)
        .order_by(col(NameListLine.id))
        .execution_options(yield_per=_AT_ONCE)
    )
    async for line in (await session.stream(found)).scalars():
        yield line


async def items_in(session: AsyncSession, name_list_id: int) -> frozenset[tuple[int, int]]:
    """Return whose works or records an exported list holds, as (person id, item id)."""
    found = sa.select(col(NameListLine.person_id), col(NameListLine.item_id)).where(
        col(NameListLine.name_list_id) == name_list_id
    )
    rows = await session.execute(found)
    return frozenset((person_id, item_id) for person_id, item_id in rows)
