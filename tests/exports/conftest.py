"""A small school in the middle of an autumn, and a folder for what it exports."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support import cast
from tests.support.cast import taipei
from tests.support.kept import kept_store
from tests.support.scene import Scene


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    """Open a small school on a database of either kind, in the middle of the autumn."""
    async with kept_store(database_url) as store:
        yield Scene(store, await cast.settle(store), taipei(2024, 9, 10))


@pytest.fixture
async def plain_scene(sqlite_url: str) -> AsyncIterator[Scene]:
    """Open the same on SQLite alone, for what is about files and not about rows."""
    async with kept_store(sqlite_url) as store:
        yield Scene(store, await cast.settle(store), taipei(2024, 9, 10))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Give a folder that is not there yet, beside the database."""
    return tmp_path / "exports"
