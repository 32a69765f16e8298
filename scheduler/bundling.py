"""Makes messages of what is due: one to a person, nothing at night, a reason for every silence."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import bundles, holding, pauses, preferences
from models.queries.bundles import Queued, Reach
from models.queries.schools import rulebook_of
from models.rulebooks import Rulebook
from models.rules import bundling
from models.rules.bundling import Bundle, Due
from models.rules.calendar import SchoolCalendar
from models.rules.preferences import quiet_now
from models.rules.quiet import is_quiet, next_allowed
from models.rules.reminders import digests, gathers_until
from models.rules.taipei import day_of
from models.store import Store
from models.vocabulary import Silence

_LONGEST_WAIT = timedelta(days=21)


async def bundle(store: Store, now: datetime) -> int:
    """Bundle what is due in every school that is not asleep; return how many messages are new."""
    async with store.reading() as session:
        ids = await bundles.schools_with_due(session, now)
    return sum([await bundle_school(store, school_id, now) for school_id in ids])


async def bundle_school(store: Store, school_id: int, now: datetime) -> int:
    """Bundle one school's due notices, some hundred people to a transaction."""
    written = 0
    while True:
        async with store.writing() as session:
            found = await _next_people(session, school_id, now)
            if not found:
                return written
            written += await _write(session, school_id, found, now)


async def _next_people(
    session: AsyncSession, school_id: int, now: datetime
) -> dict[int, tuple[Reach, list[Due]]]:
    """Give reasons to what cannot be told now, and return the next people with what can."""
    school = await bundles.take_school(session, school_id)
    if school is None:
        return {}
    rulebook = rulebook_of(school)
    if is_quiet(now, rulebook.reminders.quiet):
        return {}
    await holding.silence_hopeless(
        session, school_id, now, before=now, silence=Silence.DEADLINE_PASSED
    )
    until = await pauses.stopped_until(session, school_id)
    if until is not None and until > now:
        await holding.silence_hopeless(session, school_id, now, before=until, silence=Silence.QUOTA)
        return {}
    since = await preferences.imported_at(session, school_id)
    await preferences.silence_unwanted(session, school_id, now, imported_at=since)
    await _postpone(session, school_id, rulebook, now)
    await preferences.hold_for_quiet(session, school_id, now, quiet_now(now))
    await holding.silence_unreachable(session, school_id, now)
    await bundles.recall(session, school_id, now)
    return await bundles.due_of(session, school_id, now)


async def _postpone(
    session: AsyncSession, school_id: int, rulebook: Rulebook, now: datetime
) -> None:
    """Let wait what can: requests for the next digest morning, the rest until after a holiday.

    On a digest morning the staff's reminders wait some minutes for their digests.
    """
    plan = rulebook.reminders
    calendar = SchoolCalendar(rulebook.school_days)
    await holding.postpone_requests(session, school_id, next_digest(rulebook, now), now)
    gathered_at = gathers_until(plan, calendar, now)
    if gathered_at > now:
        await holding.gather(session, school_id, gathered_at, now)
    await holding.bring_forward_requests(session, school_id, now)
    if calendar.is_holiday(day_of(now)):
        resumes = next_allowed(now, plan.quiet, calendar, morning=plan.at)
        await holding.postpone(session, school_id, resumes, now)


def next_digest(rulebook: Rulebook, now: datetime) -> datetime:
    """Return the next digest morning after `now`, or `now` in a holiday without any."""
    calendar = SchoolCalendar(rulebook.school_days)
    until = now + _LONGEST_WAIT
    return next((each.due_at for each in digests(rulebook.reminders, calendar, now, until)), now)


async def _write(
    session: AsyncSession,
    school_id: int,
    found: Mapping[int, tuple[Reach, Sequence[Due]]],
    now: datetime,
) -> int:
    made = {person_id: bundling.bundle(dues) for person_id, (_, dues) in found.items()}
    superseded = [due.id for each in made.values() for due in each.superseded]
    await bundles.skip(session, superseded, Silence.SUPERSEDED)
    keys = await _keys(session, school_id, made, found)
    queued = [
        Queued(person_id, found[person_id][0], keys[person_id], tuple(due.id for due in each.told))
        for person_id, each in made.items()
    ]
    await bundles.add(session, school_id, queued, now)
    return len(queued)


async def _keys(
    session: AsyncSession,
    school_id: int,
    made: Mapping[int, Bundle],
    found: Mapping[int, tuple[Reach, Sequence[Due]]],
) -> dict[int, str]:
    """Return a retry key for each person; words that were withdrawn get the next generation."""
    keys: dict[int, str] = {}
    open_ = dict(made)
    generation = 0
    while open_:
        tried = {
            person_id: bundling.retry_key(
                school_id,
                person_id,
                [due.occasion for due in each.told],
                found[person_id][0].channel,
                generation,
            )
            for person_id, each in open_.items()
        }
        known = await bundles.known_keys(session, tried.values())
        keys |= {person_id: key for person_id, key in tried.items() if key not in known}
        open_ = {person_id: made[person_id] for person_id, key in tried.items() if key in known}
        generation += 1
    return keys
