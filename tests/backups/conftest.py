"""An installation for every test of backups."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.backups.house import House, furnish


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> House:
    """Give an installation with a school and three sealed entries of its audit."""
    house = House(tmp_path)
    shutil.copyfile(sqlite_template, house.database)
    asyncio.run(furnish(house.url))
    return house
