"""Bundling: what is due becomes one message to a person, with a retry key that is deterministic.

No goal names it; at 500 schools no transaction may take more than 250 ms, as in planning.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import col

from benchmarks import crowd
from benchmarks.measuring import Figure, Findings, Line, Role
from benchmarks.racing import Contestant, Setting, Turn, race
from benchmarks.sizes import ENGINES, Size
from benchmarks.timing import TimedStore
from models.tables import ChatAccount, Delivery, Notice
from models.vocabulary import AccountState, NoticeState
from scheduler.bundling import bundle

if TYPE_CHECKING:
    from benchmarks.databases import Databases


def measure(databases: "Databases", size: Size, *, rounds: int) -> Findings:
    """Race on both engines."""
    lines: list[Line] = []
    figures: list[Figure] = []
    for engine in ENGINES:
        setting = Setting(size, databases.crowded(engine, size))
        title = f"bundling {size.name}, {engine}"
        found = race(
            title,
            (
                Contestant("SQLModel objects", Role.TODAY, objects, setting),
                Contestant("bundle", Role.OURS, bundled, setting),
            ),
            rounds=rounds,
        )
        ours = found[-1]
        lines += found
        figures += [
            Figure(f"{title}: longest transaction", ours.more["longest ms"], "ms", 250),
            Figure(f"{title}: peak memory", ours.megabytes, "MB", 200),
        ]
    return Findings(tuple(lines), tuple(figures))


@asynccontextmanager
async def bundled(setting: Setting) -> AsyncIterator[Turn]:
    """Bundle every school as the worker does."""
    store = TimedStore(setting.url)

    async def work() -> int:
        return await bundle(store, crowd.AFTER, {"line"})

    yield Turn(work, partial(_let_wait, store, setting), store.figures)
    await store.close()


@asynccontextmanager
async def objects(setting: Setting) -> AsyncIterator[Turn]:
    """Make a message of every notice of a sample of schools as a tutorial would."""
    store = TimedStore(setting.url)

    async def work() -> int:
        schools = range(crowd.FIRST, crowd.FIRST + setting.size.sample)
        return sum([await _bundled_objects(store, school) for school in schools])

    yield Turn(work, partial(_let_wait, store, setting), store.figures)
    await store.close()


async def _bundled_objects(store: TimedStore, school: int) -> int:
    waiting = (
        sa.select(Notice, ChatAccount)
        .join(ChatAccount, col(ChatAccount.person_id) == col(Notice.person_id))
        .where(
            col(Notice.school_id) == school,
            col(Notice.state) == NoticeState.WAITING,
            col(ChatAccount.state) == AccountState.OPEN,
        )
    )
    async with store.writing() as session:
        found = (await session.execute(waiting)).all()
        for notice, account in found:
            delivery = Delivery(
                school_id=school,
                person_id=notice.person_id,
                account_id=account.id,
                channel=account.channel,
                retry_key=str(uuid4()),
                created_at=crowd.AFTER,
                try_at=crowd.AFTER,
            )
            session.add(delivery)
            await session.flush()
            notice.delivery_id, notice.state = delivery.id, NoticeState.BUNDLED
    return len(found)


async def _let_wait(store: TimedStore, setting: Setting) -> None:
    """Let a notice wait for every pupil with an open chat, in as many schools as are enough."""
    crowd.forget(setting.url)
    most = min(setting.size.people * 4 // 5, setting.size.waiting)
    crowd.let_wait(setting.url, due_at=crowd.AFTER, most=most)
    store.longest = 0.0
