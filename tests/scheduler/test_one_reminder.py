"""One reminder from the timetable to the phone: planned, bundled, looked at again, sent."""

from datetime import timedelta

from models.tables import Confirmation
from tests.support import cast
from tests.support.cast import taipei
from tests.support.ticking import ringing

BEFORE_RECEIPT = taipei(2024, 10, 8, 12)
MORNING = taipei(2024, 10, 9, 7, 30)


async def test_a_receipt_window_is_told_when_it_opens_and_on_its_last_days(
    database_url: str,
) -> None:
    """Whoever says nothing is told at the opening, the day before, on the last day, and after."""
    async with ringing(database_url, BEFORE_RECEIPT) as bell:
        await bell.add(cast.statement, of="小美")

        await bell.run(taipei(2024, 10, 16, 12), every=timedelta(hours=2))

        assert bell.told("小美") == [
            "Please check your receipt statement by 113/10/14 (Mon)",
            "⏰ Receipt confirmation 112-2 closes 113/10/14 (Mon), 3 days left",
            "⏰ Receipt confirmation 112-2 closes 113/10/14 (Mon), 1 day left",
            "⏰ Receipt confirmation 112-2 closes today at 23:59",
            "Receipt confirmation 112-2: closed 113/10/14 (Mon), deemed confirmed",
        ]
        assert bell.told("阿明") == []
        assert not await bell.rows(Confirmation)
