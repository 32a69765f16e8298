"""Every change by a tap leaves one entry in the transaction that makes it (G1)."""

from collections.abc import AsyncIterator

import pytest

from handlers.actions import Unlink
from handlers.codec import pack
from models.tables import AuditEntry
from tests.support.asking import snapshot
from tests.support.fullhouse import FullHouse, furnish, only_shows
from tests.support.kept import kept_store


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[FullHouse]:
    """Give a school day on which everything is open."""
    async with kept_store(sqlite_url) as store:
        yield await furnish(store)


async def test_every_change_leaves_one_entry_that_names_who_did_it(house: FullHouse) -> None:
    """All buttons of everybody, one after the other: what changed nothing leaves no entry."""
    store = house.scene.store
    seen: dict[str, str] = {}
    after = await snapshot(store)
    for name in house.cast.people:
        buttons = (await house.buttons_of(name)).values()
        deeds = [action for action in buttons if not only_shows(action)]
        for action in sorted(deeds, key=lambda each: isinstance(each, Unlink)):
            before = after
            await house.press(name, action)
            after = await snapshot(store)
            changed = [table for table in after if after[table] != before[table]]
            entries = len(after["audit_entry"]) - len(before["audit_entry"])
            changes = getattr(action, "count", 1) if changed else 0  # a list has a work to a line
            assert entries == changes, (pack(action), changed)
            if entries:
                last = (await house.scene.rows(AuditEntry))[-1]
                assert last.actor_id == house.cast.people[name].id
                assert last.via == "line"
                seen[type(action).__name__] = last.deed
    assert len(seen) >= 10
    assert len(set(seen.values())) >= 10
