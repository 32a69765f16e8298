"""The night's backup: once, however many workers run, and again after one that failed."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.backups.checking import check
from bot.backups.nightly import Nightly
from models.queries import backups
from models.store import Store
from tests.backups.house import KEY, NIGHT, House


def worker(house: House, store: Store, folder: str = "backups") -> Nightly:
    """Return what one worker does at every look at the clock."""
    return Nightly(store, house.database, house.folder / folder, KEY)


def made(house: House) -> list[Path]:
    """Return the backups that there are."""
    return sorted((house.folder / "backups").glob("bell-*.db"))


async def test_two_workers_make_one_backup_a_night(house: House) -> None:
    """Whole and verified, with its instant on record; the next night makes the next."""
    first, second = Store(house.url), Store(house.url)
    workers = [worker(house, first), worker(house, second)]
    for minutes in range(3):
        now = NIGHT + timedelta(minutes=minutes)
        await asyncio.gather(*(each.tick(now) for each in workers))
    assert [check(file, KEY).made_at for file in made(house)] == [NIGHT]
    async with first.reading() as session:
        assert await backups.last_backed_up_at(session) == NIGHT

    for hours in (12, 23, 24, 25):
        await asyncio.gather(*(each.tick(NIGHT + timedelta(hours=hours)) for each in workers))
    await first.close()
    await second.close()

    assert len(made(house)) == 2


async def test_a_backup_that_failed_is_tried_again_within_the_hour_after(house: House) -> None:
    """A folder that cannot be written is logged; once it can, the night has its backup."""
    store = Store(house.url)
    (house.folder / "file").touch()
    await worker(house, store, "file").tick(NIGHT)
    async with store.reading() as session:
        assert await backups.last_backed_up_at(session) is None

    await worker(house, store).tick(NIGHT + timedelta(minutes=59))
    assert made(house) == []
    await worker(house, store).tick(NIGHT + timedelta(minutes=60))
    await store.close()

    assert len(made(house)) == 1
