"""Bugs in how calls are made, kept and settled: each is a small, plausible mistake."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from models.queries import bundles, claiming, outbox
from models.tables import Attempt, Delivery, Notice
from models.vocabulary import AttemptOutcome, DeliveryState, NoticeState
from scheduler import dispatch, judging, preparing, sweeping
from scheduler.channel import Outcome, Sent

Patch = pytest.MonkeyPatch


async def _nothing(*_given: Any, **_more: Any) -> None:
    return None


def _never(*_given: Any) -> bool:
    return False


def no_lease(patch: Patch) -> None:
    """A claim leaves the message queued: another worker takes it up as well."""
    claim = claiming.claim

    async def careless(session: Any, *given: Any, **more: Any) -> Any:
        found = await claim(session, *given, **more)
        mine = [each.id for each in found]
        queued = sa.update(Delivery).where(col(Delivery.id).in_(mine))
        await session.execute(queued.values(state=DeliveryState.QUEUED, leased_until=None))
        return found

    patch.setattr(claiming, "claim", careless)


def lease_is_never_looked_at(patch: Patch) -> None:
    """A worker that stood still for a day makes its calls all the same."""
    claim = claiming.claim

    async def careless(*given: Any, **more: Any) -> Any:
        found = await claim(*given, **more)
        return [
            replace(each, leased_until=datetime.max.replace(tzinfo=each.leased_until.tzinfo))
            for each in found
        ]

    patch.setattr(claiming, "claim", careless)


def attempt_is_not_written_before_the_call(patch: Patch) -> None:
    """The attempt is written with the result, so that a crash leaves no trace of the call."""

    async def later(_session: Any, ids: Any, _now: datetime) -> dict[int, int]:
        return dict.fromkeys(ids, 0)

    patch.setattr(claiming, "begin_attempts", later)


def sent_counts_before_the_call(patch: Patch) -> None:
    """What was claimed counts as told: a crash before the call loses it."""
    begin = claiming.begin_attempts

    async def hasty(session: Any, ids: Any, now: datetime) -> Any:
        begun = await begin(session, ids, now)
        told = sa.update(Notice).where(col(Notice.delivery_id).in_(ids))
        await session.execute(told.values(state=NoticeState.TOLD))
        done = sa.update(Delivery).where(col(Delivery.id).in_(ids))
        await session.execute(done.values(state=DeliveryState.ACCEPTED))
        return begun

    patch.setattr(claiming, "begin_attempts", hasty)


def retry_gets_a_new_key(patch: Patch) -> None:
    """A message that is tried again has another key."""
    settle = outbox._settle_failure

    async def renewing(session: Any, result: Any, now: datetime) -> None:
        await settle(session, result, now)
        key = f"{result.delivery_id}/{result.attempts}"
        mine = sa.update(Delivery).where(col(Delivery.id) == result.delivery_id)
        await session.execute(mine.values(retry_key=key))

    patch.setattr(outbox, "_settle_failure", renewing)


def no_twenty_three_hours(patch: Patch) -> None:
    """A key is used however old it is."""
    patch.setattr(preparing, "key_is_spent", _never)
    patch.setattr(sweeping, "key_is_spent", _never)


def key_counts_from_the_last_try(patch: Patch) -> None:
    """The 23 hours begin anew with every try."""
    claim = claiming.claim

    async def forgetful(session: Any, *given: Any, **more: Any) -> Any:
        found = await claim(session, *given, **more)
        return [replace(each, first_tried_at=None) for each in found]

    patch.setattr(claiming, "claim", forgetful)


def body_is_drawn_anew(patch: Patch) -> None:
    """A retry says what is true by then, under the old key."""
    claim = claiming.claim

    async def fresh(*given: Any, **more: Any) -> Any:
        return [replace(each, body=None) for each in await claim(*given, **more)]

    patch.setattr(claiming, "claim", fresh)


def whose_account_is_not_looked_at(patch: Patch) -> None:
    """A message goes to the chat it was meant for, whoever has it now."""
    claim = claiming.claim

    async def trusting(*given: Any, **more: Any) -> Any:
        return [replace(each, is_theirs=True) for each in await claim(*given, **more)]

    patch.setattr(claiming, "claim", trusting)


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


def never_swept(patch: Patch) -> None:
    """What a crash leaves behind stays there."""

    async def none(*_given: Any, **_more: Any) -> list[Any]:
        return []

    patch.setattr(outbox, "lapsed", none)


def open_calls_count_as_failed(patch: Patch) -> None:
    """A call that a crash left open counts as one that never arrived."""

    async def failed(session: Any, ids: Any, now: datetime) -> None:
        mine = sa.update(Attempt).where(
            col(Attempt.delivery_id).in_(ids), col(Attempt.outcome) == AttemptOutcome.OPEN
        )
        await session.execute(mine.values(outcome=AttemptOutcome.TRANSIENT, ended_at=now))

    patch.setattr(outbox, "_end_open_attempts", failed)


def open_calls_stay_open(patch: Patch) -> None:
    """Calls that a crash left open are never closed."""
    patch.setattr(outbox, "_end_open_attempts", _nothing)


def state_is_not_compared_when_settling(patch: Patch) -> None:
    """A late failure overwrites what another worker has settled since."""

    async def careless(session: Any, result: Any, _now: datetime) -> None:
        mine = sa.update(Delivery).where(col(Delivery.id) == result.delivery_id)
        await session.execute(
            mine.values(state=result.state, reason=result.reason, try_at=result.try_at or _now)
        )

    patch.setattr(outbox, "_settle_failure", careless)


def unknown_counts_as_accepted(patch: Patch) -> None:
    """A call whose answer was lost counts as accepted."""
    judge = judging.judge

    def hopeful(claimed: Any, attempt_id: int, sent: Sent, *given: Any, **more: Any) -> Any:
        if sent.outcome is Outcome.UNKNOWN:
            sent = Sent(Outcome.ACCEPTED, 200)
        return judge(claimed, attempt_id, sent, *given, **more)

    patch.setattr(dispatch, "judge", hopeful)


def unknown_counts_as_refused(patch: Patch) -> None:
    """A call whose answer was lost is given up."""
    judge = judging.judge

    def hopeless(claimed: Any, attempt_id: int, sent: Sent, *given: Any, **more: Any) -> Any:
        if sent.outcome is Outcome.UNKNOWN:
            sent = Sent(Outcome.PERMANENT, 400)
        return judge(claimed, attempt_id, sent, *given, **more)

    patch.setattr(dispatch, "judge", hopeless)


def transient_is_given_up(patch: Patch) -> None:
    """A failure that would pass ends a message, with its notices left where they are."""
    judge = judging.judge

    def impatient(*given: Any, **more: Any) -> Any:
        result = judge(*given, **more)
        if result.state is DeliveryState.QUEUED:
            result = replace(result, state=DeliveryState.FAILED)
        return result

    patch.setattr(dispatch, "judge", impatient)


BUGS: tuple[Callable[[Patch], None], ...] = (
    no_lease,
    lease_is_never_looked_at,
    attempt_is_not_written_before_the_call,
    sent_counts_before_the_call,
    retry_gets_a_new_key,
    no_twenty_three_hours,
    key_counts_from_the_last_try,
    body_is_drawn_anew,
    whose_account_is_not_looked_at,
    swept_too_early,
    never_swept,
    open_calls_count_as_failed,
    open_calls_stay_open,
    state_is_not_compared_when_settling,
    unknown_counts_as_accepted,
    unknown_counts_as_refused,
    transient_is_given_up,
)
