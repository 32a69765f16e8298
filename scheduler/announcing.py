"""Lets approved messages to the school leave, and foretells what one would reach and cost."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import (
    announcements,
    audiences,
    audit,
    budgets,
    counted,
    holds,
    rationing,
    reachability,
)
from models.queries.audiences import Telling
from models.queries.budgets import Month
from models.queries.console.answering import officers
from models.queries.schools import rulebook_of
from models.rulebooks import Rulebook
from models.rules import budget
from models.rules.announcing import WORTH_SAYING_FOR, Audience
from models.rules.budget import Need, Share
from models.rules.calendar import SchoolCalendar
from models.rules.courtesy import Manners, next_told
from models.store import Store
from models.tables import Announcement, Notice, School
from models.vocabulary import AnnouncementState, NoticeKind, PersonKind, Silence
from scheduler.planning import MANY
from scheduler.separately import GoesOn, each_by_itself, quietly


@dataclass(frozen=True, slots=True)
class Outlay:
    """What a message costs on a channel, and what becomes of that in its month.

    `displaced` are needs of the timetable that would get less because of it, by how much.
    """

    channel: str
    month: Month
    share: Share
    displaced: Sequence[tuple[Need, int]]
    is_later: bool
    """Whether it is the next month that pays for it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Whom a message is for and when it would leave, asked at the moment `now`."""

    audience: Audience
    leaves_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class DryRun:
    """Whom a message would reach if it left now, and what that costs.

    `opens` is when the first of each kind of people may be told.
    """

    ids: frozenset[int]
    kinds: Mapping[PersonKind, int]
    by_channel: Mapping[str, int]
    silent: Mapping[Silence, int]
    outlays: Sequence[Outlay]
    opens: Mapping[PersonKind, datetime]


@dataclass(frozen=True, slots=True)
class _Told:
    """A message as the rules of courtesy see it."""

    kind: NoticeKind = NoticeKind.SCHOOL_ANNOUNCED
    required: bool = False
    deadline_at: datetime | None = None


async def leave(store: Store, now: datetime, goes_on: GoesOn = quietly) -> int:
    """Give the approved messages whose time has come to the ledger; return how many notices."""
    async with store.reading() as session:
        due = await announcements.due(session, now)
    by_school: dict[int, list[int]] = defaultdict(list)
    for school_id, id_ in due:
        by_school[school_id].append(id_)

    async def of_school(school_id: int) -> int:
        return sum([await _leave(store, each, now) for each in by_school[school_id]])

    written = sum(await each_by_itself("announce", sorted(by_school), of_school, goes_on))
    if written >= MANY:
        await store.study([Notice.__tablename__])
    return written


async def _leave(store: Store, announcement_id: int, now: datetime) -> int:
    """Write one message's notices, for those who are on the list at this moment.

    While the school's sending is on hold it can still be called back.
    """
    async with store.writing() as session:
        row = await announcements.take_due(session, announcement_id, now)
        if row is None or await holds.standing(session, row.school_id) is not None:
            return 0
        if why := await _why_not(session, row):
            row.state, row.decided_by_id, row.leaves_at = AnnouncementState.SENT_BACK, None, None
            await _record(session, row, now, "sent announcement back", reason=why)
            return 0
        telling = Telling(row.id, announcements.occasion(row.id), now, now + WORTH_SAYING_FOR)
        audience = announcements.content_of(row).audience
        told = await audiences.tell(session, row.school_id, audience, telling, now)
        row.state, row.left_at = AnnouncementState.LEAVING, now
        await _record(session, row, now, "announcement began to leave", people=told)
        return told


async def _why_not(session: AsyncSession, row: Announcement) -> str:
    """Return why an approved message goes back to be approved anew, "" where it may leave.

    Both who let it out are registrars still, it says what they let out, and no backup was put back
    from before it left: then nobody knows whether it did.
    """
    able = {each.id for each in await officers(session, row.school_id)}
    if not {row.author_id, row.decided_by_id} <= able:
        return "no registrar any more"
    if announcements.content_of(row).digest != row.digest:
        return "changed after the approval"
    restored = await holds.restored_at(session)
    if restored and row.leaves_at is not None and row.leaves_at <= datetime.fromisoformat(restored):
        return "may have left before the restore"
    return ""


async def _record(
    session: AsyncSession, row: Announcement, now: datetime, deed: str, **facts: Any
) -> None:
    await audit.record(
        session,
        school_id=row.school_id,
        at=now,
        deed=deed,
        thing=f"announcement:{row.id}",
        via="worker",
        **facts,
    )


def told_from(
    rulebook: Rulebook, divisions: Collection[str], kind: PersonKind, at: datetime
) -> list[datetime]:
    """Return from when on people may be told of what is to leave at an instant, in their order.

    There is one instant for each of the divisions, which may have hours of their own; without any
    for each that the school's rules know.
    """
    calendar = SchoolCalendar(rulebook.school_days)
    is_staff = kind is PersonKind.STAFF
    plans = [rulebook.reminders_for(each) for each in divisions]
    plans = plans or [plan for _, plan in rulebook.plans()]
    return sorted(next_told(_Told(), Manners(plan, calendar, is_staff), at) for plan in plans)


async def dry_run(
    session: AsyncSession, school: School, proposal: Proposal, costly: Collection[str]
) -> DryRun:
    """Return whom a message would reach, as things stand; `costly` channels are counted."""
    people = await audiences.reached(session, school.id, proposal.audience)
    reachable = [id_ for id_, (_, silence) in people.items() if silence is None]
    accounts = await reachability.accounts_of_many(session, reachable)
    by_channel: dict[str, list[bool]] = defaultdict(list)
    for first, *others in accounts.values():
        by_channel[first.channel].append(any(each.channel not in costly for each in others))
    kinds = Counter(kind for kind, _ in people.values())
    rulebook = rulebook_of(school)
    return DryRun(
        ids=frozenset(people),
        kinds=kinds,
        by_channel={channel: len(each) for channel, each in sorted(by_channel.items())},
        silent=Counter(silence for _, silence in people.values() if silence is not None),
        outlays=[
            await _outlay(session, school.id, channel, by_channel[channel], proposal)
            for channel in sorted(by_channel.keys() & set(costly))
        ],
        opens={
            kind: told_from(rulebook, proposal.audience.divisions, kind, proposal.leaves_at)[0]
            for kind in sorted(kinds)
        },
    )


async def _outlay(
    session: AsyncSession,
    school_id: int,
    channel: str,
    has_other: Sequence[bool],
    proposal: Proposal,
) -> Outlay:
    """Return what a message costs on a channel; `has_other` is who has a free chat besides."""
    at, now = proposal.leaves_at, proposal.now
    need = Need(
        at=at,
        kind=NoticeKind.SCHOOL_ANNOUNCED,
        required=False,
        cost=len(has_other),
        spare=sum(has_other),
        deadline_at=at + WORTH_SAYING_FOR,
    )
    month = await budgets.month(session, school_id, channel, now)
    is_later = at >= month.ends_at
    under_way = 0 if is_later else await counted.under_way(session, school_id, {channel})
    left = month.meter.limit if is_later else month.meter.left
    if left is not None and not is_later:
        left = max(left - under_way - await rationing.promised(session, school_id, now), 0)
    others = month.needs_later if is_later else month.needs_left
    shares = budget.triage([*others, need], left)
    displaced = [
        (after.need, after.cut - before.cut)
        for before, after in zip(
            budget.triage(others, left),
            (share for share in shares if share.need is not need),
            strict=True,
        )
        if after.cut > before.cut
    ]
    own = next(share for share in shares if share.need is need)
    return Outlay(channel, month, own, displaced, is_later)
