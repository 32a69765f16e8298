"""Where the months stand: what channels say of them, what we count, and what is still to come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries import counted
from models.rules import budget
from models.rules.budget import Meter, Need, Share
from models.rules.months import month_of
from models.rules.quota import renews_at
from models.tables import ChannelCredential, QuotaReading, School
from models.vocabulary import NoticeKind

READ_EVERY = timedelta(hours=1)
ASK_AGAIN = timedelta(minutes=5)
"""When a channel is asked once more that did not answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A school's channel whose month is to be read."""

    school_id: int
    code: str
    channel: str


@dataclass(frozen=True, slots=True)
class Month:
    """Where a school's month stands on a channel: what was said of it, and what is to come.

    `reading` is the newest, of this month or of one before; None where the channel never answered.
    """

    month: str
    meter: Meter
    counted: int
    reading: QuotaReading
    needs: tuple[Need, ...]
    ends_at: datetime

    @property
    def is_read(self) -> bool:
        """Say whether the channel has answered in this month."""
        return self.reading.month == self.month and self.reading.read_at is not None

    @property
    def needs_left(self) -> list[Need]:
        """Return what is still to come in this month."""
        return [need for need in self.needs if need.at < self.ends_at]

    @property
    def needs_later(self) -> list[Need]:
        """Return what is foreseen for the next month."""
        return [need for need in self.needs if need.at >= self.ends_at]

    @property
    def shares(self) -> list[Share]:
        """Return what each need gets of this month, or of the next one where it lies there."""
        return [
            *budget.triage(self.needs_left, self.meter.left),
            *budget.triage(self.needs_later, self.meter.limit),
        ]


_NEWEST = (
    select(QuotaReading)
    .where(col(QuotaReading.school_id) == sa.bindparam("school"))
    .order_by(col(QuotaReading.month).desc())
)


async def months(session: AsyncSession, school_id: int, now: datetime) -> list[Month]:
    """Return where a school's month stands on each channel that was ever asked about it."""
    found: dict[str, QuotaReading] = {}
    for reading in (await session.execute(_NEWEST, {"school": school_id})).scalars():
        found.setdefault(reading.channel, reading)
    return [await _month(session, found[channel], now) for channel in sorted(found)]


async def month(session: AsyncSession, school_id: int, channel: str, now: datetime) -> Month:
    """Return where a school's month stands on a channel, also one that was never asked about it."""
    known = await months(session, school_id, now)
    unread = QuotaReading(
        school_id=school_id, channel=channel, month=month_of(now), foretold_at=now
    )
    found = next((each for each in known if each.reading.channel == channel), None)
    return found or await _month(session, unread, now)


async def charged_channels(
    session: AsyncSession, channels: Collection[str], school_id: int | None = None
) -> list[tuple[School, str]]:
    """Return the schools that speak on these channels, with the channel; one school, or all."""
    found = (
        sa.select(School, col(ChannelCredential.channel))
        .join(ChannelCredential, col(ChannelCredential.school_id) == col(School.id))
        .where(col(ChannelCredential.channel).in_(list(channels)))
        .order_by(col(School.code), col(ChannelCredential.channel))
    )
    if school_id is not None:
        found = found.where(col(School.id) == school_id)
    return [(school, channel) for school, channel in await session.execute(found)]


async def _month(session: AsyncSession, reading: QuotaReading, now: datetime) -> Month:
    here = await counted.in_month(session, reading.school_id, {reading.channel}, now)
    this = month_of(now)
    used, then = (reading.used, reading.counted) if reading.month == this else (0, 0)
    return Month(
        month=this,
        meter=budget.meter(reading.limit, used, then, here),
        counted=here,
        reading=reading,
        needs=tuple(need for need in map(_need, reading.ahead) if need.at > now),
        ends_at=renews_at(now),
    )


async def to_be_read(
    session: AsyncSession, channels: Collection[str], now: datetime, *, limit: int
) -> list[Asked]:
    """Return whose month is to be read now, those first that have waited longest."""
    reading = QuotaReading
    since = sa.case(
        (col(reading.read_at) == col(reading.foretold_at), sa.literal(now - READ_EVERY, _instant)),
        else_=sa.literal(now - ASK_AGAIN, _instant),
    )
    rows = await session.execute(
        sa.select(col(School.id), col(School.code), col(ChannelCredential.channel))
        .join(ChannelCredential, col(ChannelCredential.school_id) == col(School.id))
        .outerjoin(
            reading,
            sa.and_(
                col(reading.school_id) == col(School.id),
                col(reading.channel) == col(ChannelCredential.channel),
                col(reading.month) == month_of(now),
            ),
        )
        .where(
            col(ChannelCredential.channel).in_(list(channels)),
            sa.or_(col(reading.id).is_(None), col(reading.foretold_at) <= since),
        )
        .order_by(col(reading.id).is_not(None), col(reading.foretold_at), col(School.id))
        .limit(limit)
    )
    return [Asked(*row) for row in rows]


_instant = QuotaReading.__table__.c.foretold_at.type  # type: ignore[attr-defined]


async def keep(
    session: AsyncSession,
    asked: Asked,
    said: tuple[int | None, int] | None,
    needs: Sequence[Need],
    now: datetime,
) -> Month:
    """Keep what a channel said, a limit and a count, or None where it did not answer.

    The lock on the school makes two workers that read at once take turns.
    """
    this_school = sa.select(col(School.id)).where(col(School.id) == asked.school_id)
    await session.execute(this_school.with_for_update(key_share=True))
    found = (
        await session.execute(
            _NEWEST.where(col(QuotaReading.channel) == asked.channel).limit(1),
            {"school": asked.school_id},
        )
    ).scalar_one_or_none()
    reading = found
    if reading is None or reading.month != month_of(now):
        reading = QuotaReading(
            school_id=asked.school_id,
            channel=asked.channel,
            month=month_of(now),
            limit=found.limit if found else None,
            foretold_at=now,
        )
        session.add(reading)
    if said is not None:
        reading.limit, reading.used = said
        reading.counted = await counted.in_month(session, asked.school_id, {asked.channel}, now)
        reading.read_at = now
    reading.ahead = [_as_data(need) for need in needs]
    reading.foretold_at = now
    await session.flush()
    return await _month(session, reading, now)


async def read_soon(session: AsyncSession, school_id: int, now: datetime) -> None:
    """Let a school's months be read with the next tick."""
    await session.execute(
        sa.update(QuotaReading)
        .where(col(QuotaReading.school_id) == school_id, col(QuotaReading.month) == month_of(now))
        .values(foretold_at=now - READ_EVERY)
    )


def _as_data(need: Need) -> dict[str, Any]:
    return {
        "at": need.at.isoformat(),
        "kind": need.kind.value,
        "required": need.required,
        "cost": need.cost,
        "spare": need.spare,
        "deadline": need.deadline_at.isoformat() if need.deadline_at else None,
        "window": need.window_id,
    }


def _need(data: Mapping[str, Any]) -> Need:
    return Need(
        at=datetime.fromisoformat(data["at"]),
        kind=NoticeKind(data["kind"]),
        required=data["required"],
        cost=data["cost"],
        spare=data["spare"],
        deadline_at=datetime.fromisoformat(data["deadline"]) if data["deadline"] else None,
        window_id=data["window"],
    )
