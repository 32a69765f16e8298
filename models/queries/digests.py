"""How far the classes are, counted for a whole school at once, and the notices that say so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.extensions import has_time_after
from models.queries.rationing import is_untold
from models.queries.reachability import is_reachable
from models.queries.standing import has_left, is_concerned
from models.queries.upserting import insert_new
from models.queries.windows import TermWindow
from models.rulebooks import Divisions
from models.rules.reminders import Digest
from models.tables import ChatAccount, Notice, Person, Placement, SchoolClass
from models.vocabulary import AccountState, NoticeKind, NoticeState, Silence, Stage

WORTH_SAYING_FOR = timedelta(hours=12)
"""How long after its morning a digest still tells the day as it is."""

_person: sa.Table = Person.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ClassProgress:
    """How many of a class a window concerns, how many have something left, and who is out of reach.

    Counts of people, never of works; `unreachable` are those with something left and no account,
    `untold` those for whom the last message was cut; it is counted where classes are asked for.
    `grade` is the class's own in the window's year, when it may have been a lower one.
    """

    class_id: int
    window: TermWindow
    concerned: int
    undecided: int
    unreachable: int
    grade: int | None = None
    division: str | None = None
    untold: int = 0


async def progress(
    session: AsyncSession,
    school_id: int,
    found: TermWindow,
    now: datetime,
    class_ids: Iterable[int] | None = None,
) -> list[ClassProgress]:
    """Return how far each class of the school is in a window; a class not concerned is left out.

    A class is taken as it stands, whatever classes its pupils had in the window's year. Of a window
    that is over only those count who have time of their own.
    """
    cut = sa.case((is_untold(col(Person.id), found.id), 1), else_=0)
    left = sa.case((has_left(found.window, found.term, col(Person.id)), 1), else_=0)
    pupils = (
        sa.select(
            col(Placement.class_id).label("class_id"),
            (col(SchoolClass.grade) - col(SchoolClass.year) + found.term.year).label("grade"),
            col(SchoolClass.division).label("division"),
            left.label("has_left"),
            sa.case((is_reachable(col(Person.id)), 0), else_=1).label("out_of_reach"),
            (cut if class_ids is not None else sa.literal(0)).label("untold"),
        )
        .join(Person, col(Person.id) == col(Placement.person_id))
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(
            col(Person.school_id) == school_id,
            col(Person.departed).is_(False),
            is_concerned(found.window, found.term, col(Person.id)),
        )
    )
    if found.own_closes_at is not None:
        pupils = pupils.where(has_time_after(found, now, _person.c.id))
    if class_ids is not None:
        pupils = pupils.where(col(Placement.class_id).in_(list(class_ids)))
    each = pupils.subquery()
    counted = sa.select(
        each.c.class_id,
        sa.func.count(),
        sa.func.sum(each.c.has_left),
        sa.func.sum(each.c.has_left * each.c.out_of_reach),
        each.c.grade,
        each.c.division,
        sa.func.sum(each.c.has_left * (1 - each.c.out_of_reach) * each.c.untold),
    ).group_by(each.c.class_id, each.c.grade, each.c.division)
    return [
        ClassProgress(id_, found, int(whole), int(open_), int(away), grade, division, int(untold))
        for id_, whole, open_, away, grade, division, untold in await session.execute(counted)
    ]


async def announce(
    session: AsyncSession,
    school_id: int,
    is_open: Sequence[TermWindow],
    morning: Digest,
    *,
    now: datetime,
    among: Divisions,
) -> int:
    """Write a digest for each class of some divisions that an open window concerns this year."""
    concerned: set[int] = set()
    undecided: set[int] = set()
    for found in is_open:
        if found.stage in (Stage.CERTIFICATION, Stage.SUBMISSION):
            continue  # not a pupil's: a class has nothing to decide there
        for each in await progress(session, school_id, found, now):
            concerned.add(each.class_id)
            if each.undecided:
                undecided.add(each.class_id)
    accounts = await _homeroom_accounts(session, school_id, among)
    rows = [
        {
            "school_id": school_id,
            "person_id": teacher_id,
            "kind": NoticeKind.CLASS_DIGEST,
            "occasion": f"{morning.key}/{class_id}",
            "window_id": None,
            "facts": {"class_id": class_id},
            "required": False,
            "due_at": morning.due_at,
            "deadline_at": morning.due_at + WORTH_SAYING_FOR,
            "created_at": now,
            "state": NoticeState.WAITING if silence is None else NoticeState.SKIPPED,
            "silence": silence,
        }
        for class_id, (teacher_id, unreachable) in accounts.items()
        if class_id in concerned
        for silence in [unreachable if class_id in undecided else Silence.NOTHING_OUTSTANDING]
    ]
    return await insert_new(session, Notice, rows)


async def _homeroom_accounts(
    session: AsyncSession, school_id: int, among: Divisions
) -> dict[int, tuple[int, Silence | None]]:
    """Return the latest year's homeroom teachers by class, and why one is out of reach."""
    latest = sa.select(sa.func.max(col(SchoolClass.year))).where(
        col(SchoolClass.school_id) == school_id
    )
    account = sa.select(sa.literal(1)).where(
        col(ChatAccount.person_id) == col(SchoolClass.homeroom_teacher_id)
    )
    reachable = account.where(col(ChatAccount.state) == AccountState.OPEN)
    rows: Any = await session.execute(
        sa.select(
            col(SchoolClass.id),
            col(SchoolClass.homeroom_teacher_id),
            account.exists(),
            reachable.exists(),
        )
        .join(Person, col(Person.id) == col(SchoolClass.homeroom_teacher_id))
        .where(
            col(SchoolClass.school_id) == school_id,
            col(SchoolClass.year) == latest.scalar_subquery(),
            col(SchoolClass.division).not_in(among.besides),
            sa.true() if among.only is None else col(SchoolClass.division) == among.only,
            col(Person.departed).is_(False),
        )
    )
    return {
        int(class_id): (
            teacher_id,
            None if open_ else Silence.BLOCKED if known else Silence.NO_ACCOUNT,
        )
        for class_id, teacher_id, known, open_ in rows
    }
