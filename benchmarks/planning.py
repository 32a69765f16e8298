"""Planning: who of a school has something left to do, one notice row each, reasons included.

Goal: one school of 1,500 pupils in under 0.2 s; at least ten times as fast as writing SQLModel
objects, and within three times of an INSERT … SELECT that gives no reasons.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from benchmarks import crowd
from benchmarks.databases import Databases
from benchmarks.measuring import Measured, Variant, compare
from models.store import Store
from models.tables import Notice, Person, School
from models.vocabulary import NoticeKind, NoticeState
from scheduler.planning import plan

PUPILS = 1_500


async def measure(databases: Databases, *, rounds: int) -> tuple[list[Measured], list[str]]:
    """Return the speeds on both engines, in notices a second."""
    lines: list[Measured] = []
    notes: list[str] = []
    for engine, url in (("SQLite", databases.sqlite()), ("PostgreSQL", databases.postgresql())):
        store = Store(url)
        await crowd.gather(store, schools=1, pupils=PUPILS)
        variants = {
            "SQLModel add_all": _afresh(store, _objects),
            "INSERT … SELECT, no reasons": _afresh(store, _plainest),
            "plan": _afresh(store, _plan, "≥ 10.00"),
        }
        lines += await compare(f"planning a school, {engine}", variants, rounds=rounds)
        plan_speed, plainest = lines[-1].per_second, lines[-2].per_second
        notes.append(
            f"planning 1,500 pupils, {engine}: {PUPILS / plan_speed:.3f} s (goal: < 0.2), "
            f"{plainest / plan_speed:.1f} times the plainest INSERT (goal: ≤ 3)"
        )
        await store.close()
    return lines, notes


def _afresh(store: Store, work: Callable[[Store], Awaitable[int]], goal: str = "") -> Variant:
    async def prepare() -> None:
        async with store.writing() as session:
            await session.execute(sa.delete(Notice))
            await session.execute(
                sa.update(School).where(col(School.id) >= 100).values(planned_until=crowd.BEFORE)
            )

    return Variant(partial(work, store), goal, prepare)


async def _plan(store: Store) -> int:
    planned = await plan(store, crowd.AFTER)
    if planned.notices < PUPILS:
        raise RuntimeError(f"{planned.notices} notices for {PUPILS} pupils")
    return planned.notices


async def _plainest(store: Store) -> int:
    columns = ("school_id", "person_id", "kind", "occasion", "facts", "required")
    moments = ("due_at", "created_at", "state")
    table: sa.Table = Notice.__table__  # type: ignore[attr-defined]
    values = sa.select(
        col(Person.school_id),
        col(Person.id),
        *(sa.literal(value, table.c[name].type) for name, value in _same(crowd.AFTER).items()),
    )
    async with store.writing() as session:
        await session.execute(sa.insert(Notice).from_select([*columns, *moments], values))
    return PUPILS


async def _objects(store: Store) -> int:
    async with store.writing() as session:
        people = (await session.execute(sa.select(Person))).scalars().all()
        session.add_all(
            Notice(school_id=one.school_id, person_id=one.id, **_same(crowd.AFTER))
            for one in people
        )
    return len(people)


def _same(now: datetime) -> dict[str, Any]:
    return {
        "kind": NoticeKind.UPLOAD_DUE,
        "occasion": "113-1/upload/all/1/2025-02-03/D-7",
        "facts": {},
        "required": False,
        "due_at": now,
        "created_at": now,
        "state": NoticeState.WAITING,
    }
