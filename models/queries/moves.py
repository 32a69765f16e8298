"""Takes back what was to be said about a deadline that has moved, or a window that is gone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries.bundles import may_have_arrived, take_apart
from models.queries.standing import undecided
from models.queries.windows import TermWindow
from models.tables import Delivery, Extension, Notice
from models.vocabulary import DeliveryState, NoticeKind, NoticeState, Silence

_OF_THE_OLD_DATE = (
    NoticeKind.UPLOAD_DUE,
    NoticeKind.CERTIFICATION_DUE,
    NoticeKind.SELECTION_DUE,
    NoticeKind.RECEIPT_DUE,
    NoticeKind.RECEIPT_OPENED,
    NoticeKind.LAST_CALL_REPEATED,
    NoticeKind.RECEIPT_DEEMED_CONFIRMED,
    NoticeKind.DEADLINE_MOVED,
    NoticeKind.DEADLINE_EXTENDED,
)


async def forget_old_date(
    session: AsyncSession,
    window_id: int,
    new_closes_at: datetime,
    now: datetime,
    *,
    people: Sequence[int] | None = None,
) -> None:
    """Silence what still speaks of the old date; what people asked for keeps, until the new one.

    With `people` only what is said to them, for whom alone the date has moved; else what is said to
    everybody who has no later date of their own.
    """
    whose = (
        ~_has_more_time(window_id, new_closes_at)
        if people is None
        else col(Notice.person_id).in_(people)
    )
    old = (col(Notice.window_id) == window_id, col(Notice.kind).in_(_OF_THE_OLD_DATE), whose)
    await take_back(session, *old, reason="deadline moved", silence=Silence.DEADLINE_MOVED, now=now)
    await session.execute(
        sa.update(Notice)
        .where(
            col(Notice.window_id) == window_id,
            whose,
            col(Notice.kind).not_in(_OF_THE_OLD_DATE),
            col(Notice.state).in_((NoticeState.WAITING, NoticeState.BUNDLED)),
            col(Notice.deadline_at).is_not(None),
        )
        .values(deadline_at=new_closes_at)
    )


async def forget_window(session: AsyncSession, window_id: int, now: datetime) -> None:
    """Silence everything that waits to be said about a window which the timetable has dropped."""
    about = col(Notice.window_id) == window_id
    await take_back(
        session, about, reason="window retired", silence=Silence.WINDOW_RETIRED, now=now
    )


async def take_back(
    session: AsyncSession,
    *about: sa.ColumnElement[bool],
    reason: str,
    silence: Silence,
    now: datetime,
) -> None:
    """Silence the notices of these conditions that have not left; what else was said waits anew.

    What is being sent at this moment, or may have arrived, is decided before its next try.
    """
    await take_apart(session, await _unsent(session, *about), now, reason=reason)
    await session.execute(
        sa.update(Notice)
        .where(*about, col(Notice.state) == NoticeState.WAITING)
        .values(state=NoticeState.SKIPPED, silence=silence)
    )


async def take_up_again(
    session: AsyncSession, found: TermWindow, occasion: str, dropped_for: Silence, now: datetime
) -> None:
    """Let an occasion's notices wait once more whose reason for silence is gone."""
    await session.execute(
        sa.update(Notice)
        .where(
            col(Notice.school_id) == found.window.school_id,
            col(Notice.occasion) == occasion,
            col(Notice.state) == NoticeState.SKIPPED,
            col(Notice.silence) == dropped_for,
            col(Notice.person_id).in_(undecided(found.window, found.term)),
        )
        .values(state=NoticeState.WAITING, silence=None, due_at=now)
    )


async def _unsent(session: AsyncSession, *about: sa.ColumnElement[bool]) -> Sequence[int]:
    """Return the queued deliveries of these notices that cannot have arrived."""
    queued: Sequence[Any] = (
        await session.scalars(
            sa.select(col(Delivery.id))
            .join(Notice, col(Notice.delivery_id) == col(Delivery.id))
            .where(
                *about,
                col(Delivery.state) == DeliveryState.QUEUED,
                ~may_have_arrived(col(Delivery.id)).exists(),
            )
        )
    ).all()
    return sorted(set(queued))


def _has_more_time(window_id: int, closes_at: datetime) -> sa.ColumnElement[bool]:
    """Build the condition that a notice's person has an end of their own, after this one."""
    return (
        sa.select(sa.literal(1))
        .select_from(Extension)
        .where(
            col(Extension.person_id) == col(Notice.person_id),
            col(Extension.window_id) == window_id,
            col(Extension.closes_at) > closes_at,
        )
        .correlate(Notice)
        .exists()
    )
