"""How far today's sending is: it moves by itself while something leaves, and then no more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from models.tables import Delivery
from models.vocabulary import DeliveryState
from tests.support.cast import CHANNEL
from tests.support.consoles import Office, opened
from tests.support.stage import MONDAY

NEXT_MONTH = MONDAY + timedelta(days=14)
YESTERDAY = MONDAY - timedelta(days=1)


async def write(
    office: Office, state: DeliveryState, tried_at: Sequence[datetime], *, free: bool = False
) -> None:
    """Write messages in a state, due at these instants."""
    pupil, account = office.cast.people["小美"], office.cast.accounts["小美"]
    async with office.store.writing() as session:
        session.add_all(
            Delivery(
                school_id=office.cast.school.id,
                person_id=pupil.id,
                account_id=account.id,
                channel=CHANNEL,
                retry_key=f"{state}-{free}-{number}",
                state=state,
                created_at=MONDAY,
                try_at=at,
                free=free,
            )
            for number, at in enumerate(tried_at)
        )


async def test_a_sending_moves_until_all_has_left(sqlite_url: str) -> None:
    """What waits for a month, rode on an answer, or left yesterday is no part of it."""
    async with opened(sqlite_url) as office:
        sitting = await office.registrar()
        before = (await sitting.get(f"{office.at_school}/sending")).text
        await write(office, DeliveryState.ACCEPTED, [MONDAY] * 1_204 + [YESTERDAY])
        await write(office, DeliveryState.ACCEPTED, [MONDAY], free=True)
        await write(office, DeliveryState.FAILED, [MONDAY])
        done = (await sitting.get(f"{office.at_school}/sending")).text
        await write(office, DeliveryState.QUEUED, [MONDAY] * 55 + [NEXT_MONTH])
        moving = (await sitting.get(f"{office.at_school}/sending")).text

    assert "今天還沒有發送" in before
    assert "已送出 1,204／1,260 則" in moving
    assert "✕ 1 則失敗" in moving
    assert 'hx-trigger="every 3s"' in moving
    assert "已送出 1,204／1,205 則" in done
    assert "hx-trigger" not in done
