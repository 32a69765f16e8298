"""What the month has no message for rides on the free answer to a tap: exactly once."""

from models.tables import Attempt, Delivery, Notice
from models.vocabulary import DeliveryState, NoticeKind, NoticeState, Silence
from tests.support import cast
from tests.support.cast import taipei
from tests.support.places import LINE, Place
from tests.support.stage import Stage, playing, rows

MORNING = taipei(2024, 10, 9, 7)


async def _run_dry(stage: Stage) -> None:
    """Let the month be used up as a statement is to be told to 小美."""
    await stage.add(cast.statement, of="小美")
    stage.line.account.quota = 0
    for minute in (0, 2, 10, 30):  # a busy machine may take a call for lost
        await stage.passes_to(taipei(2024, 10, 9, 8, minute))


async def _opened(stage: Stage) -> Notice:
    notices: list[Notice] = await rows(stage, Notice)
    (notice,) = [row for row in notices if row.kind is NoticeKind.RECEIPT_OPENED]
    return notice


async def test_what_is_held_back_rides_once_on_the_next_answer(database_url: str) -> None:
    """It stands behind the answer's own card, costs nothing, and is in the ledger as told."""
    async with playing(Place(LINE, database_url), MORNING) as stage:
        await _run_dry(stage)
        held = await _opened(stage)
        assert (held.state, held.silence) == (NoticeState.WAITING, Silence.QUOTA)

        await stage.of("小美").types("期程")
        await stage.of("小美").sees("期程", "請核對收訖明細")
        told = await _opened(stage)
        assert (told.state, told.silence) == (NoticeState.TOLD, None)
        (ride,) = [row for row in await rows(stage, Delivery) if row.free]
        assert (ride.state, told.delivery_id) == (DeliveryState.ACCEPTED, ride.id)
        assert len([row for row in await rows(stage, Attempt) if row.delivery_id == ride.id]) == 1

        await stage.of("小美").types("期程")
        await stage.of("小美").sees_nothing_of("請核對收訖明細")
        assert {one.via for one in stage.line.world.accepted} == {"reply"}


async def test_a_ride_whose_answer_was_not_accepted_waits_again(sqlite_url: str) -> None:
    """The answer itself is kept without what rode on it; both leave with the next."""
    async with playing(Place(LINE, sqlite_url), MORNING) as stage:
        await _run_dry(stage)
        stage.app.faults.add("rate_limit", path="/reply")
        await stage.of("小美").types("期程")
        await stage.ticks()
        notice = await _opened(stage)
        assert (notice.state, notice.silence) == (NoticeState.WAITING, Silence.QUOTA)

        await stage.of("小美").types("我的進度")
        await stage.of("小美").sees("期程", "請核對收訖明細")
        assert (await _opened(stage)).state is NoticeState.TOLD
        assert len([row for row in await rows(stage, Delivery) if row.free]) == 2
