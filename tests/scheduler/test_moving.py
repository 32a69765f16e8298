"""A deadline that moves: pending reminders are planned anew, and those it touches are told."""

from datetime import datetime, timedelta

import pytest

from models.tables import AuditEntry, Notice, Window
from models.vocabulary import NoticeKind, Silence
from scheduler import planning
from scheduler.bundling import bundle
from scheduler.moving import Order, move_deadline
from tests.support import cast
from tests.support.cast import taipei
from tests.support.ticking import Bell, ringing

BEFORE = taipei(2024, 9, 19, 7)
NEW_END = taipei(2024, 9, 28)


async def move(bell: Bell, name: str, closes_at: datetime) -> int:
    """Move a window of the cast."""
    async with bell.store.writing() as session:
        window = await session.get_one(Window, bell.cast.windows[name].id)
        return await move_deadline(session, window, closes_at, now=bell.now, order=Order("typhoon"))


async def test_the_undecided_are_told_the_old_date_and_the_new(database_url: str) -> None:
    """Those with something left get one message with both dates; others have a reason."""
    async with ringing(database_url, BEFORE) as bell:
        await bell.add(cast.performance, by="小美")

        touched = await move(bell, "selection", NEW_END)
        await bell.tick(taipei(2024, 9, 19, 7, 10))

        assert touched == 3
        assert bell.told("小美") == ["⏰ Selection of 112: the deadline is now 113/9/27 (Fri)"]
        rows = await bell.rows(Notice, kind=NoticeKind.DEADLINE_MOVED)
        assert {row.person_id: row.silence for row in rows} == {
            bell.cast.people["小美"].id: None,
            bell.cast.people["阿明"].id: Silence.NOTHING_OUTSTANDING,
            bell.cast.people["小華"].id: Silence.NOTHING_OUTSTANDING,
        }
        (entry,) = await bell.rows(AuditEntry)
        assert entry.deed == "moved deadline"


async def test_what_spoke_of_the_old_date_is_taken_back_even_when_queued(
    database_url: str,
) -> None:
    """A reminder that was bundled before the move is withdrawn, and its reason says why."""
    async with ringing(database_url, BEFORE) as bell:
        await bell.add(cast.performance, by="小美")
        bell.now = taipei(2024, 9, 19, 7, 30)
        await planning.plan(bell.store, bell.now)
        await bundle(bell.store, bell.now, {"line"})

        await move(bell, "selection", NEW_END)
        await bell.tick()

        assert bell.told("小美") == ["⏰ Selection of 112: the deadline is now 113/9/27 (Fri)"]
        (old,) = await bell.rows(
            Notice, person_id=bell.cast.people["小美"].id, kind=NoticeKind.SELECTION_DUE
        )
        assert old.silence is Silence.DEADLINE_MOVED


async def test_later_reminders_count_from_the_new_date(sqlite_url: str) -> None:
    """The days before the new end are told like those of any other."""
    async with ringing(sqlite_url, BEFORE) as bell:
        await bell.add(cast.performance, by="小美")
        await bell.tick(BEFORE)
        await move(bell, "selection", NEW_END)

        await bell.run(taipei(2024, 9, 28, 12), every=timedelta(hours=3))

        assert bell.told("小美") == [
            "⏰ Selection of 112: the deadline is now 113/9/27 (Fri)",
            "⏰ Selection of 112 closes 113/9/27 (Fri), 7 days left",
            "⏰ Selection of 112 closes 113/9/27 (Fri), 3 days left",
            "⏰ Selection of 112 closes 113/9/27 (Fri), 1 day left",
            "⏰ Selection of 112 closes today at 23:59",
        ]


async def test_moving_a_window_that_has_not_opened_tells_nobody(database_url: str) -> None:
    """Nobody heard of the old date, so the new one needs no message."""
    async with ringing(database_url, taipei(2024, 8, 15, 12)) as bell:
        touched = await move(bell, "selection", NEW_END)

        assert touched == 0
        assert not await bell.rows(Notice)


async def test_a_window_cannot_end_before_it_opens(database_url: str) -> None:
    """An end before the beginning is refused and changes nothing."""
    async with ringing(database_url, BEFORE) as bell:
        with pytest.raises(ValueError, match="before it opens"):
            await move(bell, "selection", taipei(2024, 8, 1))

        (window,) = await bell.rows(Window, id=bell.cast.windows["selection"].id)
        assert window.closes_at == taipei(2024, 9, 21)


async def test_a_receipt_whose_end_is_moved_to_the_past_is_told_as_deemed_confirmed(
    database_url: str,
) -> None:
    """Silence has taken effect: it is said at once, and once, however often the end moves."""
    async with ringing(database_url, taipei(2024, 10, 13, 12)) as bell:
        await bell.add(cast.statement, of="小美")
        await bell.add(cast.statement, of="阿明")
        end, past = taipei(2024, 10, 15), taipei(2024, 10, 12)
        await bell.tick()

        assert await move(bell, "receipt", past) == 2
        assert await move(bell, "receipt", end) == 2
        assert await move(bell, "receipt", past) == 0
        await bell.run(taipei(2024, 10, 16, 12), every=timedelta(hours=6))

        deemed = ["Receipt confirmation 112-2: closed 113/10/11 (Fri), deemed confirmed"]
        assert bell.told("小美") == deemed
        (row,) = await bell.rows(
            Notice,
            person_id=bell.cast.people["阿明"].id,
            kind=NoticeKind.RECEIPT_DEEMED_CONFIRMED,
        )
        assert row.silence is None
