"""Makes messages of what is due: one to a person, nothing at night, a reason for every silence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import (
    bundles,
    courtesy,
    holding,
    holds,
    outbox,
    pauses,
    preferences,
    rationing,
    reachability,
    recalling,
)
from models.queries.bundles import Queued
from models.queries.schools import rulebook_of
from models.rulebooks import Rulebook
from models.rules import bundling
from models.rules.bundling import Bundle, Due
from models.rules.calendar import SchoolCalendar
from models.rules.quiet import is_night
from models.rules.reaching import Reach, part
from models.rules.reminders import digests
from models.store import Store
from models.vocabulary import Silence
from scheduler import freshness
from scheduler.rationing import ration
from scheduler.separately import each_by_itself
from scheduler.waiting import Room, hold_back, manners_of

_LONGEST_WAIT = timedelta(days=21)
LOOK_AGAIN = timedelta(hours=1)
"""When it is looked once more whether the month has a message for what was held back."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one account is told in one message, and what that message makes superfluous."""

    person_id: int
    reach: Reach
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class Rest:
    """The `counted` channels, and those of them on which a school's month is used up.

    Until then waits what no message of the month is left for.
    """

    counted: frozenset[str]
    channels: frozenset[str]
    until: datetime


async def bundle(store: Store, now: datetime, counted: Collection[str]) -> int:
    """Bundle what is due where nobody sleeps or is on hold; return how many messages are new.

    `counted` are the channels of which a month can be used up.
    """
    async with store.reading() as session:
        ids = await bundles.schools_with_due(session, now)
    return sum(
        await each_by_itself("bundle", ids, lambda each: bundle_school(store, each, now, counted))
    )


async def bundle_school(
    store: Store, school_id: int, now: datetime, counted: Collection[str]
) -> int:
    """Bundle one school's due notices, some hundred people to a transaction."""
    written = 0
    while True:
        async with store.writing() as session:
            school = await bundles.take_school(session, school_id)
            rulebook = rulebook_of(school) if school else None
            if rulebook is None or is_night(now, rulebook):
                return written
            if await holds.standing(session, school_id) is not None:
                return written
            rest = await _rest(session, school_id, now, counted)
            await _weed(session, school_id, rulebook, rest, now)
            due = await bundles.due_of(session, school_id, now, resting=rest.channels)
            manners = await manners_of(session, school_id, rulebook, due.keys())
            said = await hold_back(session, due, manners, now)
            room = Room(await courtesy.so_far(session, said.keys(), now), manners, now)
            parcels = await _parcels(session, said, room, rest)
            written += await _write(session, school_id, parcels, now)
        if len(due) < bundles.PEOPLE:
            return written


async def _rest(
    session: AsyncSession, school_id: int, now: datetime, counted: Collection[str]
) -> Rest:
    every = frozenset(counted)
    until = await pauses.stopped_until(session, school_id)
    if until is not None and until > now:
        return Rest(every, every, until)
    return Rest(every, frozenset(), now + LOOK_AGAIN)


async def _weed(
    session: AsyncSession, school_id: int, rulebook: Rulebook, rest: Rest, now: datetime
) -> None:
    """Give reasons to what cannot be told now, and let wait what can."""
    await holding.silence_hopeless(session, school_id, now)
    since = await preferences.imported_at(session, school_id)
    await preferences.silence_unwanted(session, school_id, now, imported_at=since)
    await freshness.withhold(session, school_id, rulebook, since, now)
    await holding.postpone_requests(session, school_id, next_digest(rulebook, now), now)
    await holding.bring_forward_requests(session, school_id, now)
    await holding.silence_unreachable(session, school_id, now)
    await recalling.recall(session, school_id, now)
    if rest.channels:
        await rationing.hold_unreachable(
            session, school_id, now, until=rest.until, besides=rest.channels
        )
    else:
        await ration(session, school_id, rest.counted, now)


def next_digest(rulebook: Rulebook, now: datetime) -> datetime:
    """Return the next digest morning after `now`, or `now` in a holiday without any."""
    calendar = SchoolCalendar(rulebook.school_days)
    until = now + _LONGEST_WAIT
    return next((each.due_at for each in digests(rulebook.reminders, calendar, now, until)), now)


async def _write(
    session: AsyncSession, school_id: int, parcels: Sequence[Parcel], now: datetime
) -> int:
    superseded = [due.id for each in parcels for due in each.bundle.superseded]
    await bundles.skip(session, superseded, Silence.SUPERSEDED)
    keys = await _keys(session, school_id, parcels)
    queued = [
        Queued(
            each.person_id,
            each.reach,
            keys[each.reach],
            tuple(due.id for due in each.bundle.told),
        )
        for each in parcels
    ]
    await bundles.add(session, school_id, queued, now)
    return len(queued)


async def _parcels(
    session: AsyncSession, due: Mapping[int, Sequence[Due]], room: Room, rest: Rest
) -> list[Parcel]:
    """Return a message for each account that something goes to; the rest waits, or has a reason."""
    accounts = await reachability.open_accounts(session, due.keys())
    parcels: list[Parcel] = []
    silent: dict[int, Silence] = {}
    for person_id, dues in due.items():
        parted = part(dues, accounts.get(person_id, ()), rest.channels, rest.counted)
        silent |= parted.silent
        parcels += [
            Parcel(person_id, reach, bundling.bundle(admitted))
            for reach, together in parted.by_account.items()
            if (admitted := room.admit(person_id, together))
        ]
    await room.keep(session)
    held = [id_ for id_, silence in silent.items() if silence is Silence.QUOTA]
    await rationing.hold(session, held, rest.until)
    await outbox.silence(session, {id_: why for id_, why in silent.items() if id_ not in held})
    return parcels


async def _keys(
    session: AsyncSession, school_id: int, parcels: Iterable[Parcel]
) -> dict[Reach, str]:
    """Return a retry key for each account; words that were withdrawn get the next generation."""
    keys: dict[Reach, str] = {}
    open_ = {each.reach: each for each in parcels}
    restored = await holds.restored_at(session) if open_ else ""
    generation = 0
    while open_:
        tried = {
            reach: bundling.retry_key(
                school_id,
                each.person_id,
                [due.occasion for due in each.bundle.told],
                reach.channel,
                generation,
                restored=restored,
            )
            for reach, each in open_.items()
        }
        known = await bundles.known_keys(session, tried.values())
        keys |= {reach: key for reach, key in tried.items() if key not in known}
        open_ = {reach: each for reach, each in open_.items() if tried[reach] in known}
        generation += 1
    return keys
