"""The schools that benchmarks measure are such that the product has something to do in them."""

from collections import Counter

import sqlalchemy as sa
from sqlmodel import col

from benchmarks import crowd
from benchmarks.sizes import SIZES
from models.store import Store
from models.tables import Notice
from models.vocabulary import NoticeState, Silence
from scheduler.bundling import bundle
from scheduler.planning import plan

TINY = SIZES["tiny"]


async def test_a_crowd_has_every_common_reason_for_silence(database_url: str) -> None:
    """Of every pupil there is a notice; most are told, the others are silent for many reasons."""
    crowd.gather(database_url, TINY)
    store = Store(database_url)
    planned = await plan(store, crowd.AFTER)
    async with store.reading() as session:
        found = Counter(await session.scalars(sa.select(col(Notice.silence))))
    await store.close()
    assert planned.schools == TINY.schools
    assert found.total() == planned.notices >= TINY.people
    assert found[None] > TINY.people / 3
    assert found.keys() >= {
        Silence.DECIDED,
        Silence.NO_ACCOUNT,
        Silence.BLOCKED,
        Silence.MUTED,
    }


async def test_a_ledger_is_forgotten_and_filled_anew(database_url: str) -> None:
    """What a round has written is gone before the next, and what waits is as much as was asked."""
    crowd.gather(database_url, TINY)
    store = Store(database_url)
    for _ in range(2):
        crowd.forget(database_url)
        assert crowd.let_wait(database_url, due_at=crowd.AFTER, most=130) == 130
        await bundle(store, crowd.AFTER, {"line"})
        async with store.reading() as session:
            left = await session.scalar(
                sa.select(sa.func.count()).where(col(Notice.state) == NoticeState.WAITING)
            )
        assert left == 0
        crowd.forget(database_url)
        assert crowd.let_queue(database_url, most=130) == 130
    await store.close()
