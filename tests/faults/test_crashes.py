"""The worker dies at every point of I/O; whoever goes on loses nothing and says nothing twice."""

import random
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from models.tables import Attempt, Delivery, Notice
from models.vocabulary import AttemptOutcome, DeliveryState, NoticeState
from scheduler import jobs
from scheduler.dispatch import Dispatcher
from tests.support import cast, crowd
from tests.support.cast import taipei
from tests.support.crashing import Killed, Life, MortalStore, to_the_same_side
from tests.support.faulty_channel import LOST, SERVER_ERROR, TIMEOUT, TOO_FAST
from tests.support.scene import ENGLISH
from tests.support.ticking import Bell, ringing

BEFORE = taipei(2024, 10, 9, 7)
MORNING = taipei(2024, 10, 9, 7, 30)


async def live(bell: Bell, url: str, life: Life) -> bool:
    """Let one process tick until it dies; return whether it lived through."""
    store = MortalStore(url, life)
    store.engine = bell.store.engine  # which has compiled every statement already
    channel = to_the_same_side(bell.channel, life)
    dispatcher = Dispatcher(store, {"line": channel}, lambda _: ENGLISH, lambda: bell.now)
    try:
        await jobs.tick(store, dispatcher, bell.now)
    except* Killed:
        pass
    finally:
        await dispatcher.stop()
    return not life.is_over


async def recover(bell: Bell) -> None:
    """Let a healthy process go on for ten minutes: leases run out, the longest pauses end."""
    since = bell.now
    for minutes in (2, 6, 10):
        await bell.tick(since + timedelta(minutes=minutes))


def begin_anew(file: Path, template: Path) -> None:
    """Put a fresh database where one was, so that its engine stays."""
    for left in file.parent.glob(f"{file.name}*"):
        left.unlink()
    shutil.copyfile(template, file)


async def check(bell: Bell, addresses: list[str]) -> None:
    """Hold the ledger against what the other side accepted, row by row."""
    accepted = Counter(push.address for push in bell.channel.pushes)
    deliveries = await bell.rows(Delivery, state=DeliveryState.ACCEPTED)

    assert bell.channel.broken_rules == []
    assert accepted == Counter(addresses)
    assert {row.retry_key for row in deliveries} == {p.retry_key for p in bell.channel.pushes}
    assert await bell.unfinished() == 0
    assert not await bell.rows(Delivery, state=DeliveryState.SENDING)
    assert not await bell.rows(Attempt, outcome=AttemptOutcome.OPEN)
    told = await bell.rows(Notice, state=NoticeState.TOLD)
    assert {row.delivery_id for row in told} == {row.id for row in deliveries}


async def test_a_crash_at_any_point_loses_nothing_and_repeats_nothing(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Wherever the process dies, the next one brings every pupil exactly one message."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'school.sqlite3'}"
    point, survived = 0, False
    while not survived:
        point += 1
        begin_anew(tmp_path / "school.sqlite3", sqlite_template)
        async with ringing(url, BEFORE) as bell:
            for name in ("小美", "阿明", "小華"):
                await bell.add(cast.statement, of=name)
            bell.now = MORNING

            survived = await live(bell, url, Life(ends_at=point))
            await recover(bell)

            await check(bell, [bell.cast.address(name) for name in ("小美", "阿明", "小華")])
    assert point > 15


@pytest.mark.parametrize("seed", [1, 2])
async def test_five_hundred_pupils_survive_ten_crashes_and_a_bad_line(
    database_url: str, seed: int
) -> None:
    """Ten deaths and one call in three going wrong: none lost, none accepted twice, none stuck."""
    dice = random.Random(seed)
    kinds = (LOST, TIMEOUT, SERVER_ERROR, TOO_FAST)
    async with ringing(database_url, BEFORE) as bell:
        addresses = await crowd.join(bell.store, bell.cast, 500)
        bell.channel.faults = iter(
            [dice.choice(kinds) if dice.random() < 0.3 else None for _ in range(1_500)]
        )
        bell.now = MORNING
        for _ in range(10):
            await live(bell, database_url, Life(ends_at=dice.randint(1, 200)))
            bell.now += timedelta(seconds=61)

        bell.channel.faults = iter([])  # the last fault; ten minutes count from here
        await recover(bell)

        await check(bell, [bell.cast.address("小美"), *addresses])
