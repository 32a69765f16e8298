"""How a school words its messages: kept by version, remembered until a mark of them changes.

The mark stands in the school's row, which whoever draws a message has read anyway: a process learns
from it whether what it remembers still holds, and a school that words nothing costs nothing.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from models.rules.wording import can_be_said
from models.tables import ConsoleUser, MessageWording, School
from models.vocabulary import NoticeKind

Sentences = Mapping[tuple[str, str], Mapping[str, str]]
"""By locale and kind of message what a school says for sentences of the product, by msgid."""

NOTHING: Sentences = {}
_MARKS = 2**31 - 2
_remembered: WeakKeyDictionary[Any, dict[int, tuple[int, Sentences]]] = WeakKeyDictionary()
"""By database and school the mark with which the sentences were read, and the sentences."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of a sentence; `by` is who wrote it, "" where they are gone."""

    id: int
    kind: str
    msgid: str
    said: str | None
    version: int
    at: datetime
    by: str


async def of_school(session: AsyncSession, school: School) -> Sentences:
    """Return how a school words its messages; what cannot be said any more is "" there."""
    if not school.wordings:
        return NOTHING
    known = _remembered.setdefault(session.get_bind(), {})
    mark, sentences = known.get(school.id, (0, NOTHING))
    if mark != school.wordings:
        sentences = await _read(session, school.id)
        known[school.id] = (school.wordings, sentences)
    return sentences


async def _read(session: AsyncSession, school_id: int) -> Sentences:
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in await _newest(session, school_id):
        if row.said is not None:
            fine = can_be_said(row.said, row.msgid)
            found[row.locale, row.kind][row.msgid] = row.said if fine else ""
    return dict(found)


async def _newest(session: AsyncSession, school_id: int) -> list[MessageWording]:
    """Return the version of each sentence that holds."""
    later = aliased(MessageWording)
    is_replaced = (
        sa.select(sa.literal(1))
        .where(
            col(later.school_id) == col(MessageWording.school_id),
            col(later.kind) == col(MessageWording.kind),
            col(later.locale) == col(MessageWording.locale),
            col(later.msgid) == col(MessageWording.msgid),
            col(later.version) > col(MessageWording.version),
        )
        .exists()
    )
    rows = await session.execute(
        select(MessageWording)
        .where(col(MessageWording.school_id) == school_id, ~is_replaced)
        .order_by(col(MessageWording.id))
    )
    return list(rows.scalars())


async def broken(session: AsyncSession, school_id: int) -> list[MessageWording]:
    """Return the wordings that hold and cannot be said: the product's words are used instead."""
    newest = await _newest(session, school_id)
    return [row for row in newest if row.said is not None and not can_be_said(row.said, row.msgid)]


async def worded(session: AsyncSession, school_id: int, locale: str) -> dict[str, int]:
    """Return by kind of message how many of its sentences the school words itself."""
    found: dict[str, int] = defaultdict(int)
    for row in await _newest(session, school_id):
        if row.locale == locale and row.said is not None:
            found[row.kind] += 1
    return dict(found)


async def history(
    session: AsyncSession, school_id: int, kind: NoticeKind, locale: str, *, limit: int
) -> list[Kept]:
    """Return the versions of a message's sentences, the newest first."""
    rows = await session.execute(
        sa.select(
            col(MessageWording.id),
            col(MessageWording.kind),
            col(MessageWording.msgid),
            col(MessageWording.said),
            col(MessageWording.version),
            col(MessageWording.at),
            sa.func.coalesce(col(ConsoleUser.name), ""),
        )
        .outerjoin(ConsoleUser, col(ConsoleUser.id) == col(MessageWording.by_id))
        .where(
            col(MessageWording.school_id) == school_id,
            col(MessageWording.kind) == kind.value,
            col(MessageWording.locale) == locale,
        )
        .order_by(col(MessageWording.id).desc())
        .limit(limit)
    )
    return [Kept(*row) for row in rows]


async def version(session: AsyncSession, school_id: int, wording_id: int) -> MessageWording | None:
    """Return one version of a sentence of this school, or None."""
    found = select(MessageWording).where(
        col(MessageWording.id) == wording_id, col(MessageWording.school_id) == school_id
    )
    return (await session.execute(found)).scalar_one_or_none()


async def keep(
    session: AsyncSession,
    school: School,
    kind: NoticeKind,
    locale: str,
    said: Mapping[str, str | None],
    *,
    by_id: int | None,
    now: datetime,
) -> Sequence[int]:
    """Keep sentences as new versions, None for the product's own; return the versions' numbers.

    The lock on the school makes two who write at once take turns.
    """
    this_school = sa.select(col(School.id)).where(col(School.id) == school.id)
    await session.execute(this_school.with_for_update())
    about = (
        col(MessageWording.school_id) == school.id,
        col(MessageWording.kind) == kind.value,
        col(MessageWording.locale) == locale,
    )
    latest: dict[str, int] = dict(
        (
            await session.execute(
                sa.select(col(MessageWording.msgid), sa.func.max(col(MessageWording.version)))
                .where(*about)
                .group_by(col(MessageWording.msgid))
            )
        ).all()
    )
    rows = [
        MessageWording(
            school_id=school.id,
            kind=kind.value,
            locale=locale,
            msgid=msgid,
            said=sentence,
            version=latest.get(msgid, 0) + 1,
            by_id=by_id,
            at=now,
        )
        for msgid, sentence in said.items()
    ]
    session.add_all(rows)
    # At random: after a restore, numbers that count would come again with other words.
    school.wordings = 1 + secrets.randbelow(_MARKS)
    await session.flush()
    return [row.version for row in rows]
