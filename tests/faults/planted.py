"""Bugs that a simulation worth its name finds: each is a small, plausible mistake."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from models.queries import bundles, holding, moves, outbox, planning, wanted
from models.tables import Attempt, Delivery, Notice, School
from models.vocabulary import AttemptOutcome, DeliveryState, NoticeState, Silence
from scheduler import bundling, dispatch, judging, preparing, sweeping
from scheduler import planning as planner
from scheduler.channel import Outcome, Sent

Patch = pytest.MonkeyPatch
PLANTED: dict[str, Callable[[Patch], None]] = {}


def _plant(bug: Callable[[Patch], None]) -> Callable[[Patch], None]:
    PLANTED[bug.__name__] = bug
    return bug


async def _nothing(*_given: Any, **_more: Any) -> None:
    return None


def _never(*_given: Any) -> bool:
    return False


@_plant
def no_lease(patch: Patch) -> None:
    """A claim leaves the message queued: another worker takes it up as well."""
    claim = outbox.claim

    async def careless(session: Any, *given: Any, **more: Any) -> Any:
        found = await claim(session, *given, **more)
        mine = [each.id for each in found]
        queued = sa.update(Delivery).where(col(Delivery.id).in_(mine))
        await session.execute(queued.values(state=DeliveryState.QUEUED, leased_until=None))
        return found

    patch.setattr(outbox, "claim", careless)


@_plant
def lease_is_never_looked_at(patch: Patch) -> None:
    """A worker that stood still for a day makes its calls all the same."""
    claim = outbox.claim

    async def careless(*given: Any, **more: Any) -> Any:
        found = await claim(*given, **more)
        return [
            replace(each, leased_until=datetime.max.replace(tzinfo=each.leased_until.tzinfo))
            for each in found
        ]

    patch.setattr(outbox, "claim", careless)


@_plant
def attempt_is_not_written_before_the_call(patch: Patch) -> None:
    """The attempt is written with the result, so that a crash leaves no trace of the call."""

    async def later(_session: Any, ids: Any, _now: datetime) -> dict[int, int]:
        return dict.fromkeys(ids, 0)

    patch.setattr(outbox, "begin_attempts", later)


@_plant
def sent_counts_before_the_call(patch: Patch) -> None:
    """What was claimed counts as told: a crash before the call loses it."""
    begin = outbox.begin_attempts

    async def hasty(session: Any, ids: Any, now: datetime) -> Any:
        begun = await begin(session, ids, now)
        told = sa.update(Notice).where(col(Notice.delivery_id).in_(ids))
        await session.execute(told.values(state=NoticeState.TOLD))
        done = sa.update(Delivery).where(col(Delivery.id).in_(ids))
        await session.execute(done.values(state=DeliveryState.ACCEPTED))
        return begun

    patch.setattr(outbox, "begin_attempts", hasty)


@_plant
def retry_gets_a_new_key(patch: Patch) -> None:
    """A message that is tried again has another key."""
    settle = outbox._settle_failure

    async def renewing(session: Any, result: Any, now: datetime) -> None:
        await settle(session, result, now)
        key = f"{result.delivery_id}/{result.attempts}"
        mine = sa.update(Delivery).where(col(Delivery.id) == result.delivery_id)
        await session.execute(mine.values(retry_key=key))

    patch.setattr(outbox, "_settle_failure", renewing)


@_plant
def no_twenty_three_hours(patch: Patch) -> None:
    """A key is used however old it is."""
    patch.setattr(preparing, "key_is_spent", _never)
    patch.setattr(sweeping, "key_is_spent", _never)


@_plant
def key_counts_from_the_last_try(patch: Patch) -> None:
    """The 23 hours begin anew with every try."""
    claim = outbox.claim

    async def forgetful(session: Any, *given: Any, **more: Any) -> Any:
        found = await claim(session, *given, **more)
        return [replace(each, first_tried_at=None) for each in found]

    patch.setattr(outbox, "claim", forgetful)


@_plant
def body_is_drawn_anew(patch: Patch) -> None:
    """A retry says what is true by then, under the old key."""
    claim = outbox.claim

    async def fresh(*given: Any, **more: Any) -> Any:
        return [replace(each, body=None) for each in await claim(*given, **more)]

    patch.setattr(outbox, "claim", fresh)


@_plant
def wanted_is_not_asked_again(patch: Patch) -> None:
    """What was bundled is sent, whatever people did since."""

    async def all_wanted(*_given: Any) -> dict[int, Silence]:
        return {}

    patch.setattr(wanted, "silences", all_wanted)


@_plant
def deadline_is_not_looked_at(patch: Patch) -> None:
    """What is over is told all the same."""
    silences = wanted.silences

    async def late(*given: Any) -> dict[int, Silence]:
        found = await silences(*given)
        return {id_: why for id_, why in found.items() if why is not Silence.DEADLINE_PASSED}

    patch.setattr(wanted, "silences", late)
    patch.setattr(holding, "silence_hopeless", _nothing)


@_plant
def moved_deadline_is_not_looked_at(patch: Patch) -> None:
    """A reminder of the old date goes out after the deadline has moved."""
    silences = wanted.silences

    async def old(*given: Any) -> dict[int, Silence]:
        found = await silences(*given)
        return {id_: why for id_, why in found.items() if why is not Silence.DEADLINE_MOVED}

    patch.setattr(wanted, "silences", old)
    patch.setattr(moves, "forget_old_date", _nothing)


@_plant
def whose_account_is_not_looked_at(patch: Patch) -> None:
    """A message goes to the chat it was meant for, whoever has it now."""
    claim = outbox.claim

    async def trusting(*given: Any, **more: Any) -> Any:
        return [replace(each, is_theirs=True) for each in await claim(*given, **more)]

    patch.setattr(outbox, "claim", trusting)


@_plant
def night_is_forgotten_at_a_retry(patch: Patch) -> None:
    """Quiet hours hold back bundling, but not what is tried again."""

    async def awake(*_given: Any) -> bool:
        return False

    patch.setattr(dispatch, "_rests", awake)


@_plant
def every_notice_its_own_message(patch: Patch) -> None:
    """A person for whom two things are due gets two messages."""
    write = bundling._write

    async def single(session: Any, school_id: int, found: Any, now: datetime) -> int:
        return sum(
            [
                await write(session, school_id, {person: (reach, [due])}, now)
                for person, (reach, dues) in found.items()
                for due in dues
            ]
        )

    patch.setattr(bundling, "_write", single)


@_plant
def recalled_whatever_became_of_it(patch: Patch) -> None:
    """What may have arrived is taken back and said again with the new."""
    nothing = sa.select(col(Attempt.id)).where(sa.false())
    patch.setattr(bundles, "may_have_arrived", lambda _id: nothing)


@_plant
def doubt_is_said_again(patch: Patch) -> None:
    """What may have arrived is said anew under another key."""

    async def sure(*_given: Any) -> set[int]:
        return set()

    patch.setattr(outbox, "unsure", sure)


@_plant
def swept_too_early(patch: Patch) -> None:
    """The sweep takes a message from a worker that is still sending it, and says it anew."""

    async def all_of_them(session: Any, _now: datetime, *, limit: int) -> Any:
        found = await session.execute(
            sa.select(col(Delivery.id), col(Delivery.first_tried_at))
            .where(col(Delivery.state) == DeliveryState.SENDING)
            .limit(limit)
        )
        return list(found.all())

    async def anew(session: Any, ids: Any, now: datetime) -> None:
        await bundles.take_apart(session, ids, now, reason="swept")

    patch.setattr(outbox, "lapsed", all_of_them)
    patch.setattr(outbox, "take_up_again", anew)


@_plant
def never_swept(patch: Patch) -> None:
    """What a crash leaves behind stays there."""

    async def none(*_given: Any, **_more: Any) -> list[Any]:
        return []

    patch.setattr(outbox, "lapsed", none)


@_plant
def open_calls_count_as_failed(patch: Patch) -> None:
    """A call that a crash left open counts as one that never arrived."""

    async def failed(session: Any, ids: Any, now: datetime) -> None:
        mine = sa.update(Attempt).where(
            col(Attempt.delivery_id).in_(ids), col(Attempt.outcome) == AttemptOutcome.OPEN
        )
        await session.execute(mine.values(outcome=AttemptOutcome.TRANSIENT, ended_at=now))

    patch.setattr(outbox, "_end_open_attempts", failed)


@_plant
def open_calls_stay_open(patch: Patch) -> None:
    """Calls that a crash left open are never closed."""
    patch.setattr(outbox, "_end_open_attempts", _nothing)


@_plant
def state_is_not_compared_when_settling(patch: Patch) -> None:
    """A late failure overwrites what another worker has settled since."""

    async def careless(session: Any, result: Any, _now: datetime) -> None:
        mine = sa.update(Delivery).where(col(Delivery.id) == result.delivery_id)
        await session.execute(
            mine.values(state=result.state, reason=result.reason, try_at=result.try_at or _now)
        )

    patch.setattr(outbox, "_settle_failure", careless)


@_plant
def unknown_counts_as_accepted(patch: Patch) -> None:
    """A call whose answer was lost counts as accepted."""
    judge = judging.judge

    def hopeful(claimed: Any, attempt_id: int, sent: Sent, now: datetime) -> Any:
        if sent.outcome is Outcome.UNKNOWN:
            sent = Sent(Outcome.ACCEPTED, 200)
        return judge(claimed, attempt_id, sent, now)

    patch.setattr(dispatch, "judge", hopeful)


@_plant
def unknown_counts_as_refused(patch: Patch) -> None:
    """A call whose answer was lost is given up."""
    judge = judging.judge

    def hopeless(claimed: Any, attempt_id: int, sent: Sent, now: datetime) -> Any:
        if sent.outcome is Outcome.UNKNOWN:
            sent = Sent(Outcome.PERMANENT, 400)
        return judge(claimed, attempt_id, sent, now)

    patch.setattr(dispatch, "judge", hopeless)


@_plant
def transient_is_given_up(patch: Patch) -> None:
    """A failure that would pass ends a message, with its notices left where they are."""
    judge = judging.judge

    def impatient(*given: Any) -> Any:
        result = judge(*given)
        if result.state is DeliveryState.QUEUED:
            result = replace(result, state=DeliveryState.FAILED)
        return result

    patch.setattr(dispatch, "judge", impatient)


@_plant
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


@_plant
def outage_is_not_caught_up(patch: Patch) -> None:
    """Planning looks at the last hour only, not at all since its last run."""
    take_school = planning.take_school

    async def forgetful(session: Any, school_id: int, now: datetime) -> Any:
        school = await take_school(session, school_id, now)
        if school is not None and school.planned_until is not None:
            school.planned_until = max(school.planned_until, now - timedelta(hours=1))
        return school

    patch.setattr(planning, "take_school", forgetful)


@_plant
def what_was_accepted_waits_again(patch: Patch) -> None:
    """Taking a message apart takes those apart that were accepted, too."""
    take_apart = bundles.take_apart

    async def everything(session: Any, ids: Any, now: datetime, *, reason: str) -> None:
        sent = await session.scalars(
            sa.select(col(Delivery.id)).where(col(Delivery.state) == DeliveryState.ACCEPTED)
        )
        await take_apart(session, [*ids, *sent], now, reason=reason)

    patch.setattr(outbox, "take_apart", everything)


@_plant
def superseded_takes_all(patch: Patch) -> None:
    """Of several notices on one subject none is told."""
    write = bundling._write

    async def greedy(session: Any, school_id: int, found: Any, now: datetime) -> int:
        many = [due.id for _, dues in found.values() if len(dues) > 1 for due in dues]
        await bundles.skip(session, many, Silence.SUPERSEDED)
        left = {one: each for one, each in found.items() if len(each[1]) == 1}
        return await write(session, school_id, left, now)

    patch.setattr(bundling, "_write", greedy)
