"""A small school on a database of either kind, in the middle of September 2024."""

from collections.abc import AsyncIterator

import pytest

from models.store import Store
from tests.support.cast import settle, taipei
from tests.support.scene import Scene


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    """Give the school of tests.support.cast while the selection window of 112 is open."""
    store = Store(database_url)
    yield Scene(store, await settle(store), taipei(2024, 9, 16, 10))
    await store.close()
