"""A result that comes after its lease was over, while the sweep takes the message up again."""

import asyncio

import sqlalchemy as sa

from models.queries import outbox
from models.queries.outbox import Result
from models.store import Store
from models.tables import Attempt, Delivery
from models.vocabulary import AttemptOutcome, DeliveryState
from scheduler.dispatch import LEASE
from tests.support.cast import taipei
from tests.support.ticking import ringing

MORNING = taipei(2024, 10, 9, 7, 30)
LATE = MORNING + 2 * LEASE
PATIENCE = 10.0
WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")


async def test_who_settles_late_waits_for_the_sweep_and_neither_is_broken_off(
    postgres_url: str,
) -> None:
    """Both lock deliveries before attempts; *accepted* is the truth, whoever comes first."""
    async with ringing(postgres_url, MORNING) as bell:
        account = bell.cast.accounts["小美"]
        async with bell.store.writing() as session:
            delivery = Delivery(
                school_id=account.school_id,
                person_id=bell.cast.people["小美"].id,
                account_id=account.id,
                channel="line",
                retry_key="of this test",
                state=DeliveryState.SENDING,
                created_at=MORNING,
                try_at=MORNING,
                leased_until=MORNING + LEASE,
                first_tried_at=MORNING,
                attempts=1,
            )
            session.add(delivery)
            await session.flush()
            attempt = Attempt(delivery_id=delivery.id, started_at=MORNING)
            session.add(attempt)
        result = Result(
            delivery.id,
            attempt.id,
            attempts=1,
            outcome=AttemptOutcome.ACCEPTED,
            status=200,
            request_id="",
            state=DeliveryState.ACCEPTED,
        )

        async def settle() -> None:
            async with bell.store.writing() as session:
                await outbox.settle(session, [result], LATE)

        async with asyncio.timeout(PATIENCE):
            async with bell.store.writing() as sweeping:
                lapsed = await outbox.lapsed(sweeping, LATE, limit=10)
                settling = asyncio.create_task(settle())
                await somebody_waits(bell.store)
                await outbox.take_up_again(sweeping, [each.id for each in lapsed], LATE)
            await settling

        (settled,) = await bell.rows(Delivery, id=delivery.id)
        (ended,) = await bell.rows(Attempt, id=attempt.id)
        assert settled.state is DeliveryState.ACCEPTED
        assert ended.outcome is AttemptOutcome.ACCEPTED


async def somebody_waits(store: Store) -> None:
    """Wait until a transaction waits for another one."""
    while True:
        async with store.reading() as session:
            if await session.scalar(WAITING):
                return
        await asyncio.sleep(0.01)
