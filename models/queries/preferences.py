"""How people want to be reminded: mutes, quiet hours, what was put off, what is said to be done."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries.holding import IS_DUE
from models.queries.standing import undecided
from models.queries.upserting import insert_new
from models.queries.windows import TermWindow
from models.rules.preferences import SILENCED_BY_CLAIM, TOPICS
from models.tables import DoneClaim, Mute, Notice, Person, Preference, Setting
from models.vocabulary import NoticeKind, NoticeState, QuietChoice, Silence

Column = sa.ColumnElement[Any]
IMPORTED_WORKS = "imported/works"
"""The setting that says when the works that were imported last were true, as an ISO instant."""

_notice: sa.Table = Notice.__table__  # type: ignore[attr-defined]
_person: sa.Table = Person.__table__  # type: ignore[attr-defined]
_REMINDERS = (
    NoticeKind.UPLOAD_DUE,
    NoticeKind.SELECTION_DUE,
    NoticeKind.CERTIFICATION_DUE,
    NoticeKind.RECEIPT_DUE,
    NoticeKind.RECEIPT_OPENED,
    NoticeKind.LAST_CALL_REPEATED,
    NoticeKind.PUPIL_NUDGED,
)

_IMPORTED_AT = sa.select(col(Setting.value)).where(
    col(Setting.school_id) == sa.bindparam("school"), col(Setting.key) == IMPORTED_WORKS
)


async def imported_at(session: AsyncSession, school_id: int) -> datetime | None:
    """Return of which moment a school's imported works are, or None where none ever were."""
    value = (await session.execute(_IMPORTED_AT, {"school": school_id})).scalar_one_or_none()
    return None if value is None else datetime.fromisoformat(value)


async def muted(session: AsyncSession, person_id: int) -> frozenset[NoticeKind]:
    """Return the topics that a person has switched off."""
    found = sa.select(col(Mute.kind)).where(col(Mute.person_id) == person_id)
    return frozenset((await session.execute(found)).scalars())


async def quiet_of(session: AsyncSession, person_id: int) -> QuietChoice:
    """Return when a person wants to be left alone."""
    found = sa.select(col(Preference.quiet)).where(col(Preference.person_id) == person_id)
    return (await session.execute(found)).scalar_one_or_none() or QuietChoice.SCHOOL


async def mute(session: AsyncSession, person: Person, topic: NoticeKind, now: datetime) -> bool:
    """Switch a topic off; return whether it was on."""
    row = {"school_id": person.school_id, "person_id": person.id, "kind": topic, "muted_at": now}
    return await insert_new(session, Mute, [row]) == 1


async def unmute(session: AsyncSession, person: Person, topic: NoticeKind) -> bool:
    """Switch a topic on again; return whether it was off."""
    found: Any = await session.execute(
        sa.delete(Mute).where(col(Mute.person_id) == person.id, col(Mute.kind) == topic)
    )
    return bool(found.rowcount)


async def keep_quiet(session: AsyncSession, person: Person, choice: QuietChoice) -> None:
    """Keep a person's quiet hours."""
    row = {"school_id": person.school_id, "person_id": person.id, "quiet": choice, "channel": ""}
    if await insert_new(session, Preference, [row]):
        return
    await session.execute(
        sa.update(Preference).where(col(Preference.person_id) == person.id).values(quiet=choice)
    )


async def preferred_channel(session: AsyncSession, person_id: int) -> str:
    """Return the channel on which a person chose to be reached; "" where they did not choose."""
    found = sa.select(col(Preference.channel)).where(col(Preference.person_id) == person_id)
    return (await session.execute(found)).scalar_one_or_none() or ""


async def prefer(session: AsyncSession, person: Person, channel: str) -> None:
    """Keep on which channel a person wants to be reached."""
    row = {
        "school_id": person.school_id,
        "person_id": person.id,
        "quiet": QuietChoice.SCHOOL,
        "channel": channel,
    }
    if await insert_new(session, Preference, [row]):
        return
    await session.execute(
        sa.update(Preference).where(col(Preference.person_id) == person.id).values(channel=channel)
    )


async def claim_done(session: AsyncSession, person: Person, window_id: int, now: datetime) -> None:
    """Keep that a person says to have done a window's work on the platform."""
    row = {
        "school_id": person.school_id,
        "person_id": person.id,
        "window_id": window_id,
        "said_at": now,
    }
    if await insert_new(session, DoneClaim, [row]):
        return
    await session.execute(
        sa.update(DoneClaim)
        .where(col(DoneClaim.person_id) == person.id, col(DoneClaim.window_id) == window_id)
        .values(said_at=now)
    )


async def last_reminded(session: AsyncSession, person_id: int, now: datetime) -> int | None:
    """Return the window of the last reminder that a person got and that is still open."""
    told = (
        select(Notice.window_id)
        .where(
            col(Notice.person_id) == person_id,
            col(Notice.state) == NoticeState.TOLD,
            col(Notice.kind).in_(_REMINDERS),
            col(Notice.window_id).is_not(None),
            col(Notice.deadline_at) > now,
        )
        .order_by(col(Notice.due_at).desc(), col(Notice.id).desc())
        .limit(1)
    )
    return (await session.execute(told)).scalar_one_or_none()


async def put_off(session: AsyncSession, person_id: int, window_id: int, until: datetime) -> None:
    """Let what waits to remind a person of a window wait until then, unless it is required."""
    await session.execute(
        sa.update(_notice)
        .where(
            _notice.c.person_id == person_id,
            _notice.c.window_id == window_id,
            _notice.c.kind.in_(_REMINDERS),
            _notice.c.state == NoticeState.WAITING,
            _notice.c.required.is_(False),
            _notice.c.due_at < until,
        )
        .values(due_at=until)
    )


def has_muted(school_id: int | Column, person: Column, topic: NoticeKind) -> sa.ColumnElement[bool]:
    """Build the condition that a person of this school has switched a topic off."""
    return person.in_(
        sa.select(col(Mute.person_id)).where(
            col(Mute.school_id) == school_id, col(Mute.kind) == topic
        )
    )


def says_done(
    person: Column, window_id: Column, since: datetime | Column | None
) -> sa.ColumnElement[bool]:
    """Build the condition that a person says, since the last import, to be done with a window."""
    said = sa.select(col(DoneClaim.person_id)).where(col(DoneClaim.window_id) == window_id)
    return person.in_(said if since is None else said.where(col(DoneClaim.said_at) > since))


def is_muted(school: int | Column) -> sa.ColumnElement[bool]:
    """Build the condition that a notice's person has switched its topic off."""
    return sa.or_(
        *(
            _notice.c.kind.in_(kinds) & has_muted(school, _notice.c.person_id, topic)
            for topic, kinds in TOPICS.items()
        )
    )


def is_done(since: datetime | Column | None) -> sa.ColumnElement[bool]:
    """Build the condition that a notice's person says to be done with what it is about."""
    said = says_done(_notice.c.person_id, _notice.c.window_id, since)
    return _notice.c.kind.in_(SILENCED_BY_CLAIM) & said


def _silence_unwanted(since: Column | None) -> sa.Update:
    muted, kind = is_muted(sa.bindparam("school")), _notice.c.silence.type
    why = sa.case(
        (muted, sa.literal(Silence.MUTED, kind)), else_=sa.literal(Silence.SAID_DONE, kind)
    )
    return (
        sa.update(_notice)
        .where(*IS_DUE, _notice.c.required.is_(False), sa.or_(muted, is_done(since)))
        .values(state=NoticeState.SKIPPED, silence=why)
    )


_SILENCE_UNWANTED = _silence_unwanted(None)
_SILENCE_UNWANTED_SINCE = _silence_unwanted(sa.bindparam("since"))


async def silence_unwanted(
    session: AsyncSession, school_id: int, now: datetime, *, imported_at: datetime | None
) -> None:
    """Skip due notices that are not required and that their people do not want, with the reason.

    Planning gave the same reasons; this is for what people decided since, and for what a tap
    brought about.
    """
    values = {"school": school_id, "at": now}
    if imported_at is None:
        await session.execute(_SILENCE_UNWANTED, values)
    else:
        await session.execute(_SILENCE_UNWANTED_SINCE, values | {"since": imported_at})


async def mismatches(
    session: AsyncSession, found: TermWindow, since: datetime | None, now: datetime
) -> int:
    """Return how many say to be done with an open window while our own record says otherwise."""
    if not found.is_open(now):
        return 0
    claimed = says_done(_person.c.id, sa.literal(found.id), since)
    people = undecided(found.window, found.term).where(claimed).subquery()
    counted = await session.scalar(sa.select(sa.func.count()).select_from(people))
    return int(counted or 0)
