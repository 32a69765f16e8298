"""Lets what is due wait until its people may be told, and until they have room for a message."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import bundles, courtesy, holding, outbox
from models.queries.claiming import Claimed
from models.queries.schools import rulebook_of
from models.queries.wanted import Saying
from models.rulebooks import Rulebook
from models.rules.bundling import Due
from models.rules.calendar import SchoolCalendar
from models.rules.courtesy import Manners, everybody_may_be_told, message_told, next_told
from models.rules.limits import SoFar, admit
from models.rules.retrying import key_is_spent
from models.tables import School
from models.vocabulary import Silence


async def manners_of(
    session: AsyncSession, school_id: int, rulebook: Rulebook, people: Collection[int]
) -> dict[int, Manners]:
    """Return how each of these people of a school is to be treated."""
    calendar = SchoolCalendar(rulebook.school_days)
    by_division = bool(rulebook.own_reminders)
    known = await courtesy.known(session, school_id, people, by_division=by_division)
    return {
        person_id: Manners(
            rulebook.reminders_for(each.division), calendar, each.is_staff, each.quiet
        )
        for person_id, each in known.items()
    }


async def hold_back(
    session: AsyncSession,
    due: Mapping[int, Sequence[Due]],
    manners: Mapping[int, Manners],
    now: datetime,
) -> dict[int, list[Due]]:
    """Return what may be said now to whom; the rest waits until it may, each on its own."""
    later: dict[int, datetime] = {}
    said: dict[int, list[Due]] = {}
    for person_id, dues in due.items():
        for each in dues:
            at = next_told(each, manners[person_id], now)
            if at > now:
                later[each.id] = at
            else:
                said.setdefault(person_id, []).append(each)
    await holding.let_wait(session, later)
    return said


async def put_off(
    session: AsyncSession,
    school: School,
    claimed: Mapping[int, Claimed],
    told: Mapping[int, Sequence[Saying]],
    now: datetime,
) -> set[int]:
    """Put off messages whose people may not be told when their turn comes; return which.

    They wait with their key. Where it would not last, as over a weekend, what never arrived is
    taken apart and goes with what comes then; what may have arrived is tried again by day: it began
    in the staff's hours, and the key keeps it from coming twice.
    """
    rulebook = rulebook_of(school)
    calendar = SchoolCalendar(rulebook.school_days)
    if everybody_may_be_told(rulebook, calendar, now):
        return set()
    people = {claimed[id_].person_id for id_ in told}
    manners = await manners_of(session, school.id, rulebook, people)
    later: dict[int, datetime] = {}
    for id_, said in told.items():
        at = message_told(said, manners[claimed[id_].person_id], now)
        if at > now:
            later[id_] = at
    spent = [
        id_ for id_, at in later.items() if key_is_spent(claimed[id_].first_tried_at or now, at)
    ]
    doubtful = await outbox.unsure(session, spent)
    for id_ in doubtful:
        by_day = replace(manners[claimed[id_].person_id], is_staff=False)
        if message_told(told[id_], by_day, now) == now:
            del later[id_]
    never = [id_ for id_ in spent if id_ not in doubtful]
    await bundles.take_apart(session, never, now, reason="not at this hour")
    for id_, at in later.items():
        if id_ not in never:
            await outbox.take_up_again(session, [id_], at)
    return set(later)


class Room:
    """Who of some people has room for one more message; notes what waits for room."""

    def __init__(
        self, so_far: Mapping[int, SoFar], manners: Mapping[int, Manners], now: datetime
    ) -> None:
        self._so_far = dict(so_far)
        self._manners = manners
        self._now = now
        self._later: dict[int, datetime] = {}
        self._unsaid: list[int] = []

    def admit(self, person_id: int, dues: Sequence[Due]) -> Sequence[Due]:
        """Return what of one message is said now; it counts from now on."""
        so_far = self._so_far.get(person_id, SoFar())
        admitted = admit(dues, so_far, self._manners[person_id], self._now)
        if admitted.counts:
            self._so_far[person_id] = so_far.and_one()
        self._later |= admitted.later
        self._unsaid += [due.id for due in admitted.unsaid]
        return admitted.told

    async def keep(self, session: AsyncSession) -> None:
        """Write what waits, and what nobody will be told."""
        await holding.let_wait(session, self._later)
        await bundles.skip(session, self._unsaid, Silence.CAPPED)
