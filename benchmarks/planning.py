"""Planning: who has something left to do, one notice row each, with the reasons for silence.

Goals: one school of 1,500 pupils in under 0.2 s; at least ten times as fast as SQLModel objects
with `add_all`, within three times of an INSERT … SELECT for each school that gives no reasons;
500 schools in under 200 MB and without a transaction of more than 250 ms.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import col

from benchmarks import crowd
from benchmarks.measuring import Figure, Findings, Line, Role
from benchmarks.racing import Contestant, Setting, Turn, race
from benchmarks.sizes import ENGINES, Size
from benchmarks.timing import TimedStore
from models.tables import Notice, Person
from models.vocabulary import NoticeKind, NoticeState, PersonKind
from scheduler.planning import plan

if TYPE_CHECKING:
    from benchmarks.databases import Databases


def measure(databases: "Databases", size: Size, *, rounds: int) -> Findings:
    """Race on both engines."""
    lines: list[Line] = []
    figures: list[Figure] = []
    for engine in ENGINES:
        setting = Setting(size, databases.crowded(engine, size))
        title = f"planning {size.name}, {engine}"
        found = race(
            title,
            (
                Contestant("SQLModel add_all", Role.TODAY, objects, setting),
                Contestant("INSERT … SELECT, no reasons", Role.LIMIT, plainest, setting),
                Contestant("plan", Role.OURS, planned, setting),
            ),
            rounds=rounds,
        )
        lines += found
        figures += _figures(title, size, *found)
    return Findings(tuple(lines), tuple(figures))


def _figures(title: str, size: Size, today: Line, limit: Line, ours: Line) -> list[Figure]:
    figures = [
        Figure(f"{title}: times the plainest INSERT", limit.times(ours), "×", 3),
        Figure(f"{title}: times as fast as add_all", ours.times(today), "×", 10, at_least=True),
        Figure(f"{title}: longest transaction", ours.more["longest ms"], "ms", 250),
        Figure(f"{title}: peak memory", ours.megabytes, "MB", 200),
    ]
    if size.schools == 1:
        figures.append(Figure(f"{title}: time", size.pupils / ours.per_second, "s", 0.2))
    return figures


@asynccontextmanager
async def planned(setting: Setting) -> AsyncIterator[Turn]:
    """Plan every school as the worker does."""
    store = TimedStore(setting.url)

    async def work() -> int:
        found = await plan(store, crowd.AFTER)
        if found.schools != setting.size.schools or found.notices < setting.size.people:
            raise RuntimeError(f"{found} of {setting.size.people} pupils")
        return setting.size.people

    yield Turn(work, partial(_forget, store, setting.url), store.figures)
    await store.close()


@asynccontextmanager
async def plainest(setting: Setting) -> AsyncIterator[Turn]:
    """Write a waiting notice for every pupil, in a statement and a transaction a school."""
    store = TimedStore(setting.url)
    table: sa.Table = Notice.__table__  # type: ignore[attr-defined]
    same = {name: sa.literal(value, table.c[name].type) for name, value in _same().items()}
    rows = sa.select(col(Person.school_id), col(Person.id), *same.values()).where(
        col(Person.school_id) == sa.bindparam("school"), col(Person.kind) == PersonKind.PUPIL
    )
    insert = sa.insert(table).from_select(["school_id", "person_id", *same], rows)

    async def work() -> int:
        for school in range(crowd.FIRST, crowd.FIRST + setting.size.schools):
            async with store.writing() as session:
                await session.execute(insert, {"school": school})
        return setting.size.people

    yield Turn(work, partial(_forget, store, setting.url), store.figures)
    await store.close()


@asynccontextmanager
async def objects(setting: Setting) -> AsyncIterator[Turn]:
    """Write a notice for every pupil of a sample of schools as a tutorial would."""
    store = TimedStore(setting.url)

    async def work() -> int:
        for school in range(crowd.FIRST, crowd.FIRST + setting.size.sample):
            pupils = sa.select(Person).where(
                col(Person.school_id) == school, col(Person.kind) == PersonKind.PUPIL
            )
            async with store.writing() as session:
                people = (await session.execute(pupils)).scalars().all()
                session.add_all(
                    Notice(school_id=one.school_id, person_id=one.id, **_same()) for one in people
                )
        return setting.size.sample * setting.size.pupils

    yield Turn(work, partial(_forget, store, setting.url), store.figures)
    await store.close()


async def _forget(store: TimedStore, url: str) -> None:
    crowd.forget(url)
    store.longest = 0.0


def _same() -> dict[str, Any]:
    return {
        "kind": NoticeKind.UPLOAD_DUE,
        "occasion": crowd.OCCASION,
        "facts": {},
        "required": False,
        "due_at": crowd.AFTER,
        "created_at": crowd.AFTER,
        "state": NoticeState.WAITING,
    }
