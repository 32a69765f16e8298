"""A proof that a crash left on its way is ended by the ledger, and not sent a second time."""

from datetime import timedelta

from models.queries.console import proofs
from models.tables import Attempt, Delivery, Notice
from models.vocabulary import AttemptOutcome, DeliveryState
from tests.support.cast import taipei
from tests.support.ticking import ringing

NOON = taipei(2024, 10, 9, 12)


async def test_a_proof_that_was_cut_off_stays_unknown(database_url: str) -> None:
    """Nobody knows whether it arrived: it counts, and nothing is sent in its place."""
    async with ringing(database_url, NOON) as bell:
        account = bell.cast.accounts["註冊組"]
        async with bell.store.writing() as session:
            await proofs.begin(session, account, b"[]", bell.now)

        await bell.run(NOON + timedelta(minutes=30), every=timedelta(minutes=5))

        (delivery,) = await bell.rows(Delivery)
        (attempt,) = await bell.rows(Attempt)
        assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, "unknown")
        assert attempt.outcome is AttemptOutcome.UNKNOWN
        assert bell.channel.calls == 0
        assert await bell.rows(Notice, person_id=account.person_id) == []
