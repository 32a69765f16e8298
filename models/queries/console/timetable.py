"""What the console says of a timetable: whom windows concern, and what the ledger has on them."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import standing
from models.queries.console.sight import sees
from models.queries.windows import TermWindow
from models.rules.sight import Sight
from models.tables import AuditEntry, Notice, Person, School
from models.vocabulary import NoticeKind, NoticeState

_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
TAKEN_OVER = "took over timetable"
"""What the audit calls it when a rulebook becomes a school's timetable."""
_WAITS = (NoticeState.WAITING, NoticeState.BUNDLED)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Of windows, by id: how many notices wait to leave, and how many people were told of."""

    waiting: Counter[int]
    told: Counter[int]


@dataclass(frozen=True, slots=True)
class Written:
    """A notice that is new: to whom about which window, and whether it will be said."""

    window_id: int
    person_id: int
    kind: NoticeKind
    is_said: bool


async def concerned(session: AsyncSession, school_id: int, sight: Sight, window: TermWindow) -> int:
    """Return how many of the people who are seen a window concerns."""
    return int((await session.execute(_concerned(school_id, sight, window.apart()))).scalar_one())


@lru_cache(maxsize=200)
def _concerned(school_id: int, sight: Sight, window: TermWindow) -> sa.Select[Any]:
    """Build the question once: building takes longer than asking."""
    people = standing.concerned(window.window, window.term).where(
        sees(sight, school_id, col(Person.id))
    )
    return sa.select(sa.func.count()).select_from(people.subquery())


async def newest_notice(session: AsyncSession, school_id: int) -> int:
    """Return the id of a school's newest notice, 0 without any."""
    newest = sa.select(sa.func.max(_notice.c.id)).where(_notice.c.school_id == school_id)
    return (await session.execute(newest)).scalar_one() or 0


async def ledger(session: AsyncSession, window_ids: Collection[int], *, until: int) -> Ledger:
    """Return what waits and what was told about windows, among the notices up to an id."""
    rows: Any = await session.execute(
        sa.select(_notice.c.window_id, _notice.c.state, sa.func.count())
        .where(
            _notice.c.window_id.in_(window_ids),
            _notice.c.state.in_((*_WAITS, NoticeState.TOLD)),
            _notice.c.id <= until,
        )
        .group_by(_notice.c.window_id, _notice.c.state)
    )
    found = Ledger(Counter(), Counter())
    for window_id, state, n in rows:
        (found.told if state is NoticeState.TOLD else found.waiting)[window_id] += n
    return found


async def written_after(session: AsyncSession, school_id: int, notice_id: int) -> list[Written]:
    """Return a school's notices about windows that are newer than one of them."""
    rows: Any = await session.execute(
        sa.select(_notice.c.window_id, _notice.c.person_id, _notice.c.kind, _notice.c.state).where(
            _notice.c.school_id == school_id,
            _notice.c.id > notice_id,
            _notice.c.window_id.is_not(None),
        )
    )
    return [Written(window, who, kind, state in _WAITS) for window, who, kind, state in rows]


async def taken_over_via(session: AsyncSession, school_id: int) -> str:
    """Return by which way a school's timetable was taken over last, "" for a command."""
    last = (
        sa.select(col(AuditEntry.via))
        .where(col(AuditEntry.school_id) == school_id, col(AuditEntry.deed) == TAKEN_OVER)
        .order_by(col(AuditEntry.id).desc())
        .limit(1)
    )
    return (await session.execute(last)).scalar_one_or_none() or ""


async def lock(session: AsyncSession, school: School) -> None:
    """Keep others from changing a school's timetable until this transaction ends."""
    await session.refresh(school, with_for_update=True)
