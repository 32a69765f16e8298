"""A dry run says what would be said, to how many, at what cost, and leaves no trace."""

from models.tables import Delivery, Notice
from models.vocabulary import NoticeKind, Silence
from scheduler.forecasting import remind_dry_run
from tests.support import cast
from tests.support.cast import taipei
from tests.support.ticking import ringing


async def test_a_dry_run_counts_people_and_reasons_and_writes_nothing(database_url: str) -> None:
    """The opening of a receipt window and its reminders are foreseen with who would be told."""
    now = taipei(2024, 10, 8, 12)
    async with ringing(database_url, now) as bell:
        for name in ("小美", "阿明"):
            await bell.add(cast.statement, of=name)
        await bell.scene.change(bell.cast.accounts["阿明"], person_id=None)

        until = taipei(2024, 10, 12)
        forecast = await remind_dry_run(bell.store, now, until, {"line"})

        assert [(row.kind, row.told, dict(row.silent)) for row in forecast.rows] == [
            (NoticeKind.RECEIPT_OPENED, 1, {Silence.NO_ACCOUNT: 1}),
            (NoticeKind.RECEIPT_DUE, 1, {Silence.NO_ACCOUNT: 1}),
        ]
        assert forecast.pushes == {bell.cast.school.code: 2}
        assert (await remind_dry_run(bell.store, now, until, set())).pushes == {
            bell.cast.school.code: 0
        }
        assert not await bell.rows(Notice)
        assert not await bell.rows(Delivery)
