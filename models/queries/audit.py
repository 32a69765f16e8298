"""The audit: one entry a change, in the transaction that makes it; sealed into a chain soon after.

Sealing is a step of its own, so that no two taps of a school wait for one another (decision 0014).
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from models.rules import chain
from models.rules.chain import Head, Link
from models.tables import AuditEntry

_AT_ONCE = 1_000
_entry: sa.Table = AuditEntry.__table__  # type: ignore[attr-defined]
_CONTENT = (
    _entry.c.id,
    _entry.c.school_id,
    sa.type_coerce(_entry.c.at, sa.BigInteger),
    _entry.c.actor_id,
    _entry.c.person_id,
    _entry.c.deed,
    _entry.c.thing,
    _entry.c.via,
    _entry.c.clause,
    sa.cast(_entry.c.facts, sa.Text),  # as it is stored: what somebody wrote there may be no JSON
)
_UNSEALED = _entry.c.position.is_(None)


async def record(
    session: AsyncSession,
    *,
    school_id: int,
    at: datetime,
    deed: str,
    thing: str = "",
    actor_id: int | None = None,
    person_id: int | None = None,
    via: str = "",
    clause: str = "",
    **facts: Any,
) -> None:
    """Add who did what, for whom, when, through which channel and under which rule; no names."""
    session.add(
        AuditEntry(
            school_id=school_id,
            at=at,
            actor_id=actor_id,
            person_id=person_id,
            deed=deed,
            thing=thing,
            via=via,
            clause=clause,
            facts=facts,
        )
    )


def entered_by(account: int | None) -> dict[str, Any]:
    """Return how an entry says which account of the console did it, or somebody at the terminal."""
    return {"via": "terminal"} if account is None else {"via": "console", "console_user": account}


async def unsealed(session: AsyncSession) -> dict[int, int]:
    """Return how many entries wait for their seal, by school."""
    counted = sa.select(_entry.c.school_id, sa.func.count()).where(_UNSEALED)
    rows = await session.execute(counted.group_by(_entry.c.school_id))
    return {row[0]: row[1] for row in rows}


async def seal(session: AsyncSession, school_id: int, key: bytes) -> Head | None:
    """Put the next waiting entries of a school at the end of its chain; None if none waits.

    At most a thousand at once. The order is the chain's own: a transaction that commits late is
    sealed late, whatever its entry's id is. Two workers wait for one another at the rows.
    """
    waiting = (
        sa.select(*_CONTENT)
        .where(_UNSEALED, _entry.c.school_id == school_id)
        .order_by(_entry.c.id)
        .limit(_AT_ONCE)
        .with_for_update()
    )
    rows: Sequence[Any] = (await session.execute(waiting)).all()
    if not rows:
        return None
    last = await head(session, school_id)
    end, before = (last.position, last.seal) if last else (0, chain.BEGINNING)
    sealed = []
    for place, row in enumerate(rows, start=end + 1):
        before = chain.seal(key, before, place, tuple(row))
        sealed.append({"entry_id": row[0], "at_position": place, "with_seal": before})
    await session.execute(
        sa.update(_entry)
        .where(_entry.c.id == sa.bindparam("entry_id"))
        .values(position=sa.bindparam("at_position"), seal=sa.bindparam("with_seal")),
        sealed,
    )
    return Head(school_id, end + len(rows), before)


async def head(session: AsyncSession, school_id: int) -> Head | None:
    """Return the end of a school's chain, or None where nothing is sealed yet."""
    found = (
        sa.select(_entry.c.school_id, _entry.c.position, _entry.c.seal)
        .where(_entry.c.school_id == school_id, ~_UNSEALED)
        .order_by(_entry.c.position.desc())
        .limit(1)
    )
    row = (await session.execute(found)).first()
    return None if row is None else Head(*row)


async def missing(session: AsyncSession, heads: Iterable[Head]) -> list[Head]:
    """Return which of these heads do not stand in their places, or not any more."""
    wanted = {(head.school_id, head.position): head for head in heads}
    there = sa.select(_entry.c.school_id, _entry.c.position, _entry.c.seal).where(
        sa.tuple_(_entry.c.school_id, _entry.c.position).in_(list(wanted))
    )
    known = {Head(*row) for row in await session.execute(there)} if wanted else set()
    return [head for head in wanted.values() if head not in known]


async def schools(session: AsyncSession) -> list[int]:
    """Return the schools that have entries."""
    found = sa.select(_entry.c.school_id).distinct().order_by(_entry.c.school_id)
    return list((await session.execute(found)).scalars())


async def links(
    session: AsyncSession, school_id: int, *, behind: int = 0, most: int | None = None
) -> AsyncIterator[list[Link]]:
    """Yield a school's chain in the order of its places, some hundred entries at a time.

    `behind` a place, or from the beginning; `most` is how many entries there are at the most.
    """
    found = (
        sa.select(_entry.c.position, _entry.c.seal, *_CONTENT)
        .where(_entry.c.school_id == school_id, ~_UNSEALED)
        .where(_entry.c.position > behind if behind else sa.true())
        .order_by(_entry.c.position)
        .limit(most)
    )
    result = await session.stream(found)
    async for rows in result.partitions(_AT_ONCE):
        yield [Link(row[0], row[1], tuple(row[2:])) for row in rows]
