"""Gathers what a rehearsal said from the ledger and the channel, and what it left unsaid."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.rehearsal.cast import Cast
from bot.rehearsal.record import Hearer, Message, Unsaid, general
from bot.rehearsal.recording import RecordingChannel
from models.tables import Delivery, Notice
from models.vocabulary import Duty, NoticeKind, NoticeState

_ROLES = tuple(Duty)


@dataclass(frozen=True, slots=True)
class Heard:
    """One message that one person got: its key, and the notices that it told."""

    at: datetime
    person_id: int
    retry_key: str
    kinds: tuple[NoticeKind, ...]
    occasions: tuple[str, ...]
    window_ids: frozenset[int]
    deadlines: tuple[datetime, ...]


async def heard(
    session: AsyncSession, channel: RecordingChannel, now: datetime, *, after: Iterable[Heard]
) -> list[Heard]:
    """Return what the channel took since, in the order of the people."""
    keys = channel.sent.keys() - {each.retry_key for each in after}
    if not keys:
        return []
    rows = await session.execute(
        sa.select(
            col(Delivery.retry_key),
            col(Delivery.person_id),
            col(Notice.kind),
            col(Notice.occasion),
            col(Notice.window_id),
            col(Notice.deadline_at),
        )
        .join(Notice, col(Notice.delivery_id) == col(Delivery.id))
        .where(col(Delivery.retry_key).in_(keys))
        .order_by(col(Delivery.person_id), col(Notice.due_at), col(Notice.occasion))
    )
    told = defaultdict(list)
    for row in rows:
        told[row.retry_key, row.person_id].append(row)
    return [
        Heard(
            at=now,
            person_id=person_id,
            retry_key=key,
            kinds=tuple(dict.fromkeys(row.kind for row in said)),
            occasions=tuple(sorted({general(row.kind.value, row.occasion) for row in said})),
            window_ids=frozenset(row.window_id for row in said if row.window_id),
            deadlines=tuple(row.deadline_at for row in said if row.deadline_at),
        )
        for (key, person_id), said in told.items()
    ]


def messages(said: Sequence[Heard], channel: RecordingChannel, cast: Cast) -> tuple[Message, ...]:
    """Put together what was said at one instant on the same occasions to people of one role."""
    alike: dict[tuple[datetime, int, tuple[str, ...]], list[Heard]] = defaultdict(list)
    for each in said:
        role = _ROLES.index(cast.members[each.person_id].role)
        alike[each.at, role, each.occasions].append(each)
    return tuple(_message(alike[key], channel, cast) for key in sorted(alike))


def _message(said: Sequence[Heard], channel: RecordingChannel, cast: Cast) -> Message:
    first = said[0]
    drawn = channel.drawn(first.retry_key)
    hearers = [cast.members[each.person_id] for each in said]
    return Message(
        at=first.at,
        role=hearers[0].role.value,
        occasions=first.occasions,
        summary=drawn.summary,
        cards=drawn.cards,
        hearers=tuple(Hearer(each.where, each.habit.value) for each in hearers),
        per_thousand=sum((cast.scale.of(each.habit) for each in hearers), Fraction(0)),
    )


async def unsaid(session: AsyncSession, cast: Cast) -> tuple[Unsaid, ...]:
    """Return by role and occasion how many were not told, and why."""
    rows = await session.execute(
        sa.select(
            col(Notice.person_id), col(Notice.kind), col(Notice.occasion), col(Notice.silence)
        ).where(col(Notice.state) == NoticeState.SKIPPED)
    )
    counts: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for person_id, kind, occasion, silence in rows:
        role = _ROLES.index(cast.members[person_id].role)
        counts[role, general(kind.value, occasion)][str(silence)] += 1
    return tuple(
        Unsaid(_ROLES[role].value, occasion, dict(sorted(counts[role, occasion].items())))
        for role, occasion in sorted(counts)
    )
