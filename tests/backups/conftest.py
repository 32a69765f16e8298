"""An installation for every test of backups."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backups.house import House, furnish
from tests.support.postgres import IN_MEMORY


@pytest.fixture
def house(sqlite_template: Path) -> Iterator[House]:
    """Give an installation with a school and three sealed entries of its audit."""
    with tempfile.TemporaryDirectory(prefix="bell-house-", dir=IN_MEMORY) as folder:
        house = House(Path(folder))
        shutil.copyfile(sqlite_template, house.database)
        asyncio.run(furnish(house.url))
        yield house
