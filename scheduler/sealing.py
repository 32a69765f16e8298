"""Seals what was audited since the last time into each school's chain."""

from models.queries import audit
from models.rules.chain import Head
from models.store import Store


async def seal(store: Store, key: bytes) -> list[Head]:
    """Seal every waiting entry, in short transactions; return the new end of each chain."""
    async with store.reading() as session:
        waiting = await audit.unsealed(session)
    heads: dict[int, Head] = {}
    for school_id in sorted(waiting):
        while head := await _seal_some(store, school_id, key):
            heads[school_id] = head
    return list(heads.values())


async def heads(store: Store) -> list[Head]:
    """Return the end of every chain."""
    async with store.reading() as session:
        found = [await audit.head(session, school) for school in await audit.schools(session)]
    return [head for head in found if head is not None]


async def _seal_some(store: Store, school_id: int, key: bytes) -> Head | None:
    async with store.writing() as session:
        return await audit.seal(session, school_id, key)
