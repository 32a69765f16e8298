"""Bugs in what is said, to whom and when: each is a small, plausible mistake."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from models.queries import bundles, holding, moves, outbox, planning, recalling, wanted
from models.queries.schools import rulebook_of
from models.rules.bundling import Bundle
from models.rules.quiet import is_night
from models.tables import Attempt, Delivery, School
from models.vocabulary import DeliveryState, Silence
from scheduler import bundling, dispatch, preparing
from scheduler import planning as planner
from scheduler.bundling import Parcel
from scheduler.waiting import put_off

Patch = pytest.MonkeyPatch


async def _nothing(*_given: Any, **_more: Any) -> None:
    return None


def wanted_is_not_asked_again(patch: Patch) -> None:
    """What was bundled is sent, whatever people did since."""

    async def all_wanted(*_given: Any) -> dict[int, Silence]:
        return {}

    patch.setattr(wanted, "silences", all_wanted)


def deadline_is_not_looked_at(patch: Patch) -> None:
    """What is over is told all the same."""
    silences = wanted.silences

    async def late(*given: Any) -> dict[int, Silence]:
        found = await silences(*given)
        return {id_: why for id_, why in found.items() if why is not Silence.DEADLINE_PASSED}

    patch.setattr(wanted, "silences", late)
    patch.setattr(holding, "silence_hopeless", _nothing)


def moved_deadline_is_not_looked_at(patch: Patch) -> None:
    """A reminder of the old date goes out after the deadline has moved."""
    silences = wanted.silences

    async def old(*given: Any) -> dict[int, Silence]:
        found = await silences(*given)
        return {id_: why for id_, why in found.items() if why is not Silence.DEADLINE_MOVED}

    patch.setattr(wanted, "silences", old)
    patch.setattr(moves, "forget_old_date", _nothing)


def night_is_forgotten_at_a_retry(patch: Patch) -> None:
    """Quiet hours hold back bundling, but not what is tried again."""

    def awake(*_given: Any) -> frozenset[str]:
        return frozenset()

    async def by_day(
        session: Any, school: School, claimed: Any, told: Any, now: datetime
    ) -> set[int]:
        night = is_night(now, rulebook_of(school))
        return set() if night else await put_off(session, school, claimed, told, now)

    patch.setattr(dispatch.Dispatcher, "_resting", awake)
    patch.setattr(preparing, "put_off", by_day)


def every_notice_its_own_message(patch: Patch) -> None:
    """A person for whom two things are due gets two messages."""
    write = bundling._write

    async def single(session: Any, school_id: int, parcels: Sequence[Parcel], now: Any) -> int:
        return sum(
            [
                await write(session, school_id, [replace(each, bundle=Bundle((due,), ()))], now)
                for each in parcels
                for due in (*each.bundle.told, *each.bundle.superseded)
            ]
        )

    patch.setattr(bundling, "_write", single)


def recalled_whatever_became_of_it(patch: Patch) -> None:
    """What may have arrived is taken back and said again with the new."""
    nothing = sa.select(col(Attempt.id)).where(sa.false())
    patch.setattr(recalling, "may_have_arrived", lambda _id: nothing)
    patch.setattr(recalling, "RECALLABLE", recalling.recallable())


def doubt_is_said_again(patch: Patch) -> None:
    """What may have arrived is said anew under another key."""

    async def sure(*_given: Any) -> set[int]:
        return set()

    patch.setattr(outbox, "unsure", sure)


def planned_before_it_is_written(patch: Patch) -> None:
    """Planning notes how far it has come in one transaction, and writes in the next."""
    plan_school = planner.plan_school

    async def eager(store: Any, school_id: int, now: datetime) -> int:
        async with store.writing() as session:
            taken = await planning.take_school(session, school_id, now)
            if taken is None:
                return 0
            before, taken.planned_until = taken.planned_until, now
        async with store.writing() as session:
            mine = sa.update(School).where(col(School.id) == school_id)
            await session.execute(mine.values(planned_until=before))
        return await plan_school(store, school_id, now)

    patch.setattr(planner, "plan_school", eager)


def outage_is_not_caught_up(patch: Patch) -> None:
    """Planning looks at the last hour only, not at all since its last run."""
    take_school = planning.take_school

    async def forgetful(session: Any, school_id: int, now: datetime) -> Any:
        school = await take_school(session, school_id, now)
        if school is not None and school.planned_until is not None:
            school.planned_until = max(school.planned_until, now - timedelta(hours=1))
        return school

    patch.setattr(planning, "take_school", forgetful)


def what_was_accepted_waits_again(patch: Patch) -> None:
    """Taking a message apart takes those apart that were accepted, too."""
    take_apart = bundles.take_apart

    async def everything(session: Any, ids: Any, now: datetime, *, reason: str) -> None:
        sent = await session.scalars(
            sa.select(col(Delivery.id)).where(col(Delivery.state) == DeliveryState.ACCEPTED)
        )
        await take_apart(session, [*ids, *sent], now, reason=reason)

    patch.setattr(outbox, "take_apart", everything)


def superseded_takes_all(patch: Patch) -> None:
    """Of several notices on one subject none is told."""
    write = bundling._write

    async def greedy(session: Any, school_id: int, parcels: Sequence[Parcel], now: Any) -> int:
        many = [each.bundle for each in parcels if each.bundle.superseded]
        ids = [due.id for each in many for due in (*each.told, *each.superseded)]
        await bundles.skip(session, ids, Silence.SUPERSEDED)
        left = [each for each in parcels if not each.bundle.superseded]
        return await write(session, school_id, left, now)

    patch.setattr(bundling, "_write", greedy)


BUGS: tuple[Callable[[Patch], None], ...] = (
    wanted_is_not_asked_again,
    deadline_is_not_looked_at,
    moved_deadline_is_not_looked_at,
    night_is_forgotten_at_a_retry,
    every_notice_its_own_message,
    recalled_whatever_became_of_it,
    doubt_is_said_again,
    planned_before_it_is_written,
    outage_is_not_caught_up,
    what_was_accepted_waits_again,
    superseded_takes_all,
)
