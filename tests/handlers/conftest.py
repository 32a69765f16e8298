"""A small school on a database of either kind, in the middle of September 2024."""

from collections.abc import AsyncIterator

import pytest

from tests.support.cast import settle, taipei
from tests.support.kept import kept_store
from tests.support.scene import Scene


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    """Give the school of tests.support.cast while the selection window of 112 is open."""
    async with kept_store(database_url) as store:
        yield Scene(store, await settle(store), taipei(2024, 9, 16, 10))
